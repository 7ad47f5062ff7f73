"""JSON shapes of the purchases service."""

from typing import Annotated, Any

from pydantic import ConfigDict, Field, StringConstraints

from sandbox.core.network import Network
from sandbox.core.wire import Amount, In, Out

PurchaseId = Annotated[str, StringConstraints(min_length=1, max_length=60)]
Status = str | dict[str, list[str]]


class Metadata(In):
    """What the app says about the thing bought."""

    product_hash: str = Field(max_length=500)
    reason: str = Field(max_length=100)
    purchase_model: str = Field(max_length=100)
    app_data: str = Field(max_length=20_000)


class CreateIn(In):
    """A new purchase."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"amount": "0.01", "network_key": "ETH", "receiver": "bob", "application_metadata": None}
            ]
        }
    )
    amount: Amount = Field(gt=0)
    network_key: str = Field(max_length=60)
    receiver: str = Field(min_length=1, max_length=100)
    application_metadata: Metadata | None = None


class CreateOut(Out):
    """The id of the new purchase."""

    index: str


class CommitIn(In):
    """The transaction that pays a purchase."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"index": "5f0f3c5a-8d54-4e5e-9a3c-6f1d8a4f1001", "transaction_id": f"0x{'1f' * 32}"}
            ]
        }
    )
    index: PurchaseId
    transaction_id: Annotated[str, StringConstraints(pattern=r"^[0-9A-Za-z]{20,100}$")]


class StatusOut(Out):
    """Where a purchase is."""

    status: Status


class Details(Out):
    """What the payer needs to pay."""

    system_address: str
    amount: Amount
    status: Status
    network: Network


class Leg(Out):
    """One half of a purchase: payer to ETO, or ETO to receiver."""

    transaction_id: str | None
    block_id: str | None = None
    username: str
    address: str
    network: Network
    amount: Amount
    exchange_rate: Amount


class PurchaseOut(Out):
    """One purchase in the list."""

    index: str
    status: Status
    created_at: str
    updated_at: str
    fee_rate: Amount
    incoming: Leg
    outgoing: Leg
    application_metadata: dict[str, Any] | None


class PurchaseList(Out):
    """A page of purchases, newest first."""

    txs: list[PurchaseOut]
