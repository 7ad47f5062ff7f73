"""What goes to the sandbox's bank and comes from it."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal


@dataclass(frozen=True)
class BankAddress:
    """An account as it is told to whoever shall pay into it."""

    iban: str
    holder: str
    bank: str
    bank_address: str
    bic: str


@dataclass(frozen=True)
class BankOrder:
    """A credit transfer to be carried out."""

    from_iban: str
    from_name: str
    to_iban: str
    to_name: str
    amount: Decimal
    reference: str
    instant: bool = True
    returns: str | None = None
    """The transfer whose money this one gives back."""


@dataclass(frozen=True)
class BankArrival:
    """A credit transfer that arrived."""

    number: int
    transfer_id: str
    at: datetime
    """When its money was there."""

    from_iban: str
    from_name: str
    amount: Decimal
    reference: str
    returns: str | None
