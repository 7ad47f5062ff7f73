"""JSON shapes of the bank."""

from typing import Annotated

from pydantic import ConfigDict, Field, StringConstraints

from sandbox.core.wire import Amount, Euros, In, Out

Iban = Annotated[str, StringConstraints(min_length=1, max_length=50)]
Name = Annotated[str, StringConstraints(min_length=1, max_length=70, strip_whitespace=True)]


class AccountIn(In):
    """A new account at the sandbox's bank."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"holder": "Dora Dietrich", "balance": "100.00"}]}
    )
    holder: Name
    balance: Euros = Field(default="0", validate_default=True, ge=0, le=1_000_000_000)
    """Euros that it starts with, out of the faucet."""


class FundsIn(In):
    """Euros from outside."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"amount": "25.00"}]})
    amount: Euros = Field(gt=0, le=1_000_000_000)


class AccountOut(Out):
    """An account and what it holds."""

    iban: str
    bic: str
    bank: str
    holder: str
    balance: Amount
    is_closed: bool


class AccountList(Out):
    """All accounts the bank knows of."""

    accounts: list[AccountOut]


class TransferIn(In):
    """A transfer, as the holder of an account would order it."""

    from_iban: Iban
    from_name: Name = "Sandbox user"
    to_iban: Iban
    to_name: Name = "ETOPay Sandbox Exchange"
    amount: Euros = Field(gt=0, le=1_000_000_000)
    reference: Annotated[str, StringConstraints(max_length=140)] = ""
    instant: bool = True
    """SEPA instant (there within ten seconds), or ordinary by the TARGET calendar."""


class TransferOut(Out):
    """A transfer and what became of it."""

    id: str
    from_iban: str
    from_name: str
    to_iban: str
    to_name: str
    amount: Amount
    reference: str
    instant: bool
    state: str
    ordered_at: str
    due_at: str
    done_at: str | None
    reason: str | None
    returns: str | None


class Statement(Out):
    """An account with its transfers, newest first."""

    account: AccountOut
    transfers: list[TransferOut]
