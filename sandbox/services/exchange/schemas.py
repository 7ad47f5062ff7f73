"""JSON shapes of the exchange; its amounts are JSON numbers, as the SDK reads them."""

from typing import Annotated

from pydantic import Field, StringConstraints

from sandbox.core.wire import Amount, In, Out
from sandbox.services.exchange.rules import Key

Id = Annotated[str, StringConstraints(min_length=1, max_length=60)]


class DetailIn(In):
    """An IBAN or an address."""

    address: str = Field(min_length=1, max_length=100)


class DetailOut(Out):
    """An IBAN or an address with its id."""

    id: str
    address: str
    is_verified: bool | None


class DetailListOut(Out):
    """A user's details of one method."""

    payment_detail: list[DetailOut]


class OneDetailOut(Out):
    """The detail that was added or removed."""

    payment_detail: DetailOut


class MethodOut(Out):
    """A payment method."""

    id: str
    key: Key
    min_amount: float
    max_amount: float
    supported_deposit_currencies: list[str]
    supported_withdrawal_method_keys: list[Key]
    contract_type: str
    is_incoming_payment_detail_required: bool
    is_incoming_amount_required: bool
    network_identifier: str


class MethodList(Out):
    """All payment methods."""

    methods: list[MethodOut]


class ContractIn(In):
    """What shall be exchanged."""

    amount: Amount | None = None
    incoming_payment_method_id: Id
    incoming_payment_detail_id: Id | None = None
    outgoing_payment_method_id: Id
    outgoing_payment_detail_id: Id


class BankDetails(Out):
    """The account to pay into."""

    beneficiary: str
    name_of_bank: str
    address_of_bank: str
    address: str
    bic: str


class CryptoDetails(Out):
    """The address to send coins to."""

    deposit_address: str
    wallet_id: str


class BankAccountForm(Out):
    """Details of a contract paid by bank transfer."""

    BankAccount: BankDetails


class CryptoForm(Out):
    """Details of a contract paid in coins."""

    Crypto: CryptoDetails


class SimpleContract(Out):
    """A contract without the details."""

    id: str
    reference: str
    incoming_payment_method_id: str
    incoming_payment_detail_id: str | None
    outgoing_payment_method_id: str
    outgoing_payment_detail_id: str


class ContractOut(SimpleContract):
    """A contract with what the payer needs."""

    details: BankAccountForm | CryptoForm


class OneContract(Out):
    """One contract."""

    contract: ContractOut


class DeletedContract(Out):
    """The contract that was ended."""

    contract: SimpleContract


class ContractList(Out):
    """A user's contracts in force."""

    contracts: list[SimpleContract]


class OrderOut(Out):
    """One order."""

    id: str
    is_payed_out: bool
    is_approved: bool
    is_canceled: bool
    fees_amount_eur: float
    crypto_fees: float
    contract_id: str
    incoming_payment_method_id: str
    incoming_payment_method_currency: str
    incoming_amount: float
    incoming_course: float
    outgoing_payment_method_id: str
    outgoing_payment_method_currency: str
    outgoing_amount: float
    outgoing_course: float
    refund_amount: float | None
    refund_course: float | None
    refund_payment_method_id: str | None
    status: int
    """0 pending, 1 cancelled, 2 refunded, 3 failed, 4 done."""

    creation_date: str
    incoming_payment_detail: DetailOut | None
    outgoing_payment_detail: DetailOut | None
    refund_payment_detail: DetailOut | None


class OrderList(Out):
    """A page of orders, newest first."""

    count: int
    start: int
    limit: int
    orders: list[OrderOut]


class CurrencyNetwork(Out):
    """A network a currency lives on."""

    name: str
    identifier: str
    explorer_url: str
    level: int
    base_network_identifier: str | None
    is_disabled: bool


class CurrencyOut(Out):
    """A currency with what it is worth in EUR."""

    short: str
    name: str
    character: str
    course: float
    date: str
    decimals: int
    iso_code: str
    is_digital_asset: bool
    networks: list[CurrencyNetwork]


class CurrencyList(Out):
    """All currencies."""

    currencies: list[CurrencyOut]
