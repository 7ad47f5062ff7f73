"""The states of a payment, from the first key press to its known end."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from app.core.errors import AppError, ErrorCode
from app.core.model import ExchangeRate, FeeEstimate, Network, Payment, WalletTransaction
from app.core.money import AmountReason, to_fiat


@dataclass(frozen=True, slots=True)
class Payee:
    """An address that was paid before; ``last`` is None while the only payment is on its way."""

    address: str
    times: int
    last: datetime | None
    own: bool = False


@dataclass(frozen=True, slots=True)
class RecipientCheck:
    """What is known of the recipient as typed; nothing at all while the field is empty."""

    address: str | None = None
    error: AppError | None = None
    own: bool = False
    payee: Payee | None = None
    lookalike: Payee | None = None


class Funds(StrEnum):
    """Why an amount that can be read cannot be sent."""

    ZERO = "zero"
    MORE_THAN_HELD = "more_than_held"
    NOT_ENOUGH = "not_enough"
    FEE_COIN = "fee_coin"


@dataclass(frozen=True, slots=True)
class AmountProblem:
    """Why the amount does not do; figures are set for funds only.

    ``need`` has the fee in it for `Funds.NOT_ENOUGH`, and is None where nobody knows it.
    """

    reason: AmountReason | Funds
    decimals: int = 0
    have: Decimal = Decimal(0)
    need: Decimal | None = Decimal(0)
    symbol: str = ""


@dataclass(frozen=True, slots=True)
class AmountCheck:
    """The amount as typed: either a figure, or why not, or both when it cannot be paid."""

    amount: Decimal | None = None
    problem: AmountProblem | None = None


@dataclass(frozen=True, slots=True)
class Draft:
    """What the user has entered. ``accepted`` is the lookalike that was said to be somebody else."""

    network: Network
    recipient: str = ""
    amount: str = ""
    maximum: bool = False
    accepted: str | None = None


@dataclass(frozen=True, slots=True)
class Order:
    """A payment ready to be confirmed; its id stays the same until it is sent."""

    payment: Payment
    network: Network
    fee: FeeEstimate
    rate: ExchangeRate | None = None
    fee_rate: ExchangeRate | None = None
    payee: Payee | None = None
    own: bool = False

    @property
    def eur(self) -> Decimal | None:
        """What the amount is worth."""
        return to_fiat(self.payment.amount, self.rate.eur) if self.rate else None

    @property
    def fee_eur(self) -> Decimal | None:
        """What the likely fee is worth."""
        return to_fiat(self.fee.likely, self.fee_rate.eur) if self.fee_rate else None

    @property
    def same_coin(self) -> bool:
        """Whether amount and fee are paid in the same coin and can be added."""
        return self.fee.symbol == self.network.symbol


@dataclass(frozen=True, slots=True)
class Starting:
    """Networks are not known yet."""

    error: AppError | None = None


@dataclass(frozen=True, slots=True)
class Editing:
    """The form."""

    draft: Draft
    recipient: RecipientCheck = field(default_factory=RecipientCheck)
    amount: AmountCheck = field(default_factory=AmountCheck)
    fee: FeeEstimate | None = None
    error: AppError | None = None
    busy: bool = False

    @property
    def needs_comparing(self) -> bool:
        """Whether the address looks like a known one and nobody has said yet that it is another."""
        check = self.recipient
        return check.lookalike is not None and check.address != self.draft.accepted

    @property
    def ready(self) -> bool:
        """Whether it can be reviewed."""
        return (
            self.recipient.address is not None
            and not self.needs_comparing
            and self.amount.amount is not None
            and self.amount.problem is None
        )


@dataclass(frozen=True, slots=True)
class Reviewing:
    """Everything is on the table; ``asks_pin`` once the user wants it, ``error`` after a wrong one."""

    form: Editing
    order: Order
    asks_pin: bool = False
    error: AppError | None = None


@dataclass(frozen=True, slots=True)
class Sending:
    """The PIN was given; from here on nothing can be called back."""

    order: Order
    began: datetime


@dataclass(frozen=True, slots=True)
class Sent:
    """The network took it; ``ended`` and ``transaction`` are set once it is confirmed."""

    order: Order
    began: datetime
    tx_id: str
    submitted: datetime
    ended: datetime | None = None
    transaction: WalletTransaction | None = None


class Failure(StrEnum):
    """In what way a payment failed."""

    NOT_SENT = "not_sent"
    ON_CHAIN = "on_chain"


@dataclass(frozen=True, slots=True)
class Failed:
    """It is certain that nothing arrived; on chain the fee is gone, otherwise nothing is."""

    order: Order
    kind: Failure
    error: AppError | None = None
    tx_id: str | None = None

    @property
    def fee_risen(self) -> bool:
        """Whether it was not sent because the fee could be above what its sender has seen."""
        return self.error is not None and self.error.code is ErrorCode.FEE_RISEN

    @property
    def unsent(self) -> tuple[Payment, ...]:
        """The payment, where the chain does not have it."""
        return (self.order.payment,) if self.kind is Failure.NOT_SENT else ()


@dataclass(frozen=True, slots=True)
class OutcomeUnknown:
    """Nobody can say yet whether it went out; it must not be sent again."""

    order: Order
    began: datetime


SendState = Starting | Editing | Reviewing | Sending | Sent | Failed | OutcomeUnknown
