"""What the calls about swaps (coins and euros) give."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal


@dataclass(frozen=True)
class ViviswapDepositDetails:
    """Where to transfer euros to, with this reference and from the bank account that was set."""

    reference: str
    beneficiary: str
    name_of_bank: str
    address_of_bank: str
    iban: str
    bic: str


@dataclass(frozen=True)
class ViviswapDeposit:
    """A contract for euros into coins."""

    contract_id: str
    deposit_address: str
    """Address of the own wallet, where the coins come to."""
    details: ViviswapDepositDetails


@dataclass(frozen=True)
class ViviswapWithdrawalDetails:
    """Where the coins go to."""

    reference: str
    wallet_id: str
    crypto_address: str


@dataclass(frozen=True)
class ViviswapWithdrawal:
    """A contract for coins into euros."""

    contract_id: str
    deposit_address: str = field(repr=False)
    """The own bank account (IBAN), where the euros come to."""
    details: ViviswapWithdrawalDetails
    transaction_hash: str | None
    """The payment of the coins; None when they are still to be sent."""


@dataclass(frozen=True)
class PaymentDetail:
    """A bank account or coin address in an order."""

    id: str
    address: str = field(repr=False)
    is_verified: bool | None


@dataclass(frozen=True)
class Order:
    """A swap at the exchange. Amounts are as the exchange has sent them."""

    id: str
    is_payed_out: bool
    is_approved: bool
    is_canceled: bool
    fees_amount_eur: Decimal
    crypto_fees: Decimal
    contract_id: str
    incoming_payment_method_id: str
    incoming_payment_method_currency: str
    incoming_amount: Decimal
    incoming_course: Decimal
    outgoing_payment_method_id: str
    outgoing_payment_method_currency: str
    outgoing_amount: Decimal
    outgoing_course: Decimal
    refund_amount: Decimal | None
    refund_course: Decimal | None
    refund_payment_method_id: str | None
    status: int
    """A number whose meaning the exchange has not published."""
    creation_date: datetime | None
    """None when the exchange sent something that is no date."""
    incoming_payment_detail: PaymentDetail | None
    outgoing_payment_detail: PaymentDetail | None
    refund_payment_detail: PaymentDetail | None


@dataclass(frozen=True)
class OrderList:
    """A page of swaps."""

    orders: tuple[Order, ...]
