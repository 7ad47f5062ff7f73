"""Double entry for the sandbox's euros: every posting sums to nothing, only the faucet goes below zero."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal

from sqlalchemy import BigInteger, String, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from sandbox.core.db import Base, InstanceRow, UtcDateTime
from sandbox.core.ids import new_id

FAUCET = "faucet"
"""The one account that money comes from; it stands for the world outside."""

CENT = Decimal("0.01")


class UnbalancedError(ValueError):
    """A posting whose lines do not sum to nothing; a fault of the sandbox itself."""


class LedgerLine(InstanceRow, Base):
    """One line of a posting: so many cents more or less on an account."""

    __tablename__ = "ledger_lines"
    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    posting: Mapped[str] = mapped_column(String(36), index=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    account: Mapped[str] = mapped_column(String(80), index=True)
    cents: Mapped[int] = mapped_column(BigInteger)
    text: Mapped[str] = mapped_column(String(200))


def cents_of(amount: Decimal) -> int:
    """Return an amount in whole cents; what is no whole number of them is refused."""
    cents = amount * 100
    if cents != cents.to_integral_value():
        raise ValueError(f"{amount:f} EUR is no whole number of cents.")
    return int(cents)


def post(session: Session, at: datetime, text: str, lines: Mapping[str, Decimal]) -> str:
    """Write one posting and return its id."""
    cents = {account: cents_of(amount) for account, amount in lines.items()}
    if sum(cents.values()) != 0:
        raise UnbalancedError(f"The posting {text!r} does not sum to nothing.")
    posting = new_id()
    for account, part in cents.items():
        session.add(LedgerLine(posting=posting, at=at, account=account, cents=part, text=text[:200]))
    session.flush()
    return posting


def balance(session: Session, account: str) -> Decimal:
    """Return what an account holds."""
    total = session.scalar(select(func.sum(LedgerLine.cents)).where(LedgerLine.account == account))
    return Decimal(int(total or 0)) * CENT


def balances(session: Session) -> dict[str, Decimal]:
    """Return what every account holds."""
    statement = select(LedgerLine.account, func.sum(LedgerLine.cents)).group_by(LedgerLine.account)
    return {account: Decimal(int(cents)) * CENT for account, cents in session.execute(statement)}


def lines_of(session: Session, account: str, limit: int) -> Sequence[LedgerLine]:
    """Return the lines of an account, newest first."""
    statement = select(LedgerLine).where(LedgerLine.account == account)
    return session.scalars(statement.order_by(LedgerLine.id.desc()).limit(limit)).all()


def problems(session: Session) -> list[str]:
    """Return what is wrong with the ledger, one sentence each; nothing if all is well."""
    found = []
    sums: dict[str, int] = defaultdict(int)
    for posting, cents in session.execute(select(LedgerLine.posting, LedgerLine.cents)):
        sums[posting] += cents
    found += [f"Posting {posting} is off by {cents} cents." for posting, cents in sums.items() if cents]
    found += [
        f"Account {account} holds {amount} EUR."
        for account, amount in sorted(balances(session).items())
        if amount < 0 and account != FAUCET
    ]
    return found
