"""Coins the sandbox owes: signed and written down before a chain gets them, so that none is paid twice."""

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from sqlalchemy import BigInteger, LargeBinary, String, UniqueConstraint, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from sandbox.core.db import Base, Database, ExactDecimal, InstanceRow
from sandbox.core.handing import ChainUnavailableError, Fate
from sandbox.core.ids import new_id
from sandbox.core.ports import Chains

log = logging.getLogger("sandbox.coins")

SIGNED, LANDED, FINAL, REVERTED, VOID, REPLACED = "signed", "landed", "final", "reverted", "void", "replaced"
UNSURE = "unsure"
"""It may have been sent or not: what a sandbox from before this table was doing when it ended."""

_UNSETTLED = (SIGNED, LANDED, REVERTED, VOID, UNSURE)
_PAGE = 100
State = Literal["waiting", "landed", "reverted"]


class CoinPayment(InstanceRow, Base):
    """One signed transfer; a later attempt for the same purpose comes only when this one cannot land."""

    __tablename__ = "coin_payments"
    __table_args__ = (UniqueConstraint("instance_id", "purpose", "attempt"),)
    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    purpose: Mapped[str] = mapped_column(String(120), index=True)
    """What it pays, such as the payout of one purchase."""

    attempt: Mapped[int]
    network_key: Mapped[str] = mapped_column(String(60))
    account: Mapped[str] = mapped_column(String(60))
    target: Mapped[str] = mapped_column(String(100))
    amount: Mapped[Decimal] = mapped_column(ExactDecimal)
    state: Mapped[str] = mapped_column(String(20), index=True)
    tx_id: Mapped[str] = mapped_column(String(100), index=True)
    raw: Mapped[bytes] = mapped_column(LargeBinary)
    nonce: Mapped[int | None] = mapped_column(BigInteger)


@dataclass(frozen=True)
class CoinOrder:
    """Coins to be paid once for one purpose."""

    purpose: str
    network_key: str
    account: str
    target: str
    amount: Decimal


@dataclass(frozen=True)
class Progress:
    """Where a payment is; its transaction may still be exchanged while it waits."""

    state: State
    tx_id: str | None = None
    sent_again: bool = False
    """A reorganisation had taken it, and the same bytes were handed over once more."""


class CoinDesk:
    """Pays coins once each, whatever breaks off in between."""

    def __init__(self, db: Database, chains: Chains) -> None:
        self._db = db
        self._chains = chains

    async def pay(self, order: CoinOrder) -> Progress:
        """Bring a payment one step on: sign and note it, hand over what the chain does not have.

        ChainRefusedError if it cannot be signed; nothing is sent then.
        """
        row = await asyncio.to_thread(self._last, order.purpose)
        if row is not None and row.state == UNSURE:
            await self._search(row)
        if row is None or row.state == VOID:
            row = await self._sign(order, row)
            if row is None:
                return Progress("waiting")
        if row.state == FINAL:
            return Progress("landed", row.tx_id)
        had_landed = row.state == LANDED
        fate, handed = await self._follow(row)
        states: dict[Fate, State] = {"landed": "landed", "final": "landed", "reverted": "reverted"}
        return Progress(states.get(fate, "waiting"), row.tx_id, had_landed and handed)

    async def again(self, purpose: str) -> None:
        """Let a payment that failed for good be made anew."""
        await asyncio.to_thread(self._set, purpose, REVERTED, VOID)

    async def _sign(self, order: CoinOrder, before: CoinPayment | None) -> CoinPayment | None:
        after = await asyncio.to_thread(self._highest_nonce, order)
        signed = await self._chains.sign(
            order.network_key, order.target, order.amount, sender=order.account, after=after
        )
        if signed is None:
            return None
        row = CoinPayment(
            id=new_id(),
            purpose=order.purpose,
            attempt=0 if before is None else before.attempt + 1,
            network_key=order.network_key,
            account=order.account,
            target=order.target,
            amount=order.amount,
            state=SIGNED,
            tx_id=signed.tx_id,
            raw=signed.raw,
            nonce=signed.nonce,
        )
        await asyncio.to_thread(self._add, row, before)
        return row

    async def _follow(self, row: CoinPayment) -> tuple[Fate, bool]:
        """Return what became of a payment, and whether it was handed over just now."""
        handed = False
        try:
            fate = await self._chains.fate(row.network_key, row.tx_id)
            if fate == "unknown":
                handed = await self._hand_over(row)
                if row.state == VOID:
                    return "unknown", False
                fate = await self._chains.fate(row.network_key, row.tx_id)
        except ChainUnavailableError as error:
            log.warning("%s is not known to have arrived: %s", row.purpose, error.message)
            return "unknown", False
        states = {"landed": LANDED, "final": FINAL, "reverted": REVERTED}
        await asyncio.to_thread(self._mark, row, states.get(fate, SIGNED))
        return fate, handed

    async def _hand_over(self, row: CoinPayment) -> bool:
        if not row.raw:
            log.warning("%s (%s) is not on the chain, and nobody has its bytes", row.purpose, row.tx_id)
            return False
        handed, problem = await self._chains.hand_over(row.network_key, row.raw)
        if handed != "taken":
            log.warning("%s is not taken (%s): %s", row.purpose, handed, problem)
        if handed == "never":
            await asyncio.to_thread(self._mark, row, VOID)
        return handed == "taken"

    async def _search(self, row: CoinPayment) -> None:
        """Find out whether a payment from before this table was sent: nothing else explains a transfer."""
        own, after = self._chains.address(row.account, row.network_key).lower(), 0
        while found := await self._chains.transfers(
            row.network_key, after=after, limit=_PAGE, recipient=row.target
        ):
            for item in found:
                is_like_it = item.sender.lower() == own and item.amount == row.amount
                if is_like_it and await asyncio.to_thread(self._adopt, row, item.tx_id):
                    return
            after = found[-1].sequence
        await asyncio.to_thread(self._mark, row, VOID)

    def _adopt(self, row: CoinPayment, tx_id: str) -> bool:
        with self._db.write() as session:
            taken = select(CoinPayment.id).where(func.lower(CoinPayment.tx_id) == tx_id.lower())
            if session.scalars(taken.limit(1)).first() is not None:
                return False
            kept = session.get_one(CoinPayment, row.id)
            kept.tx_id = row.tx_id = tx_id
            kept.state = row.state = SIGNED
            return True

    def _last(self, purpose: str) -> CoinPayment | None:
        with self._db.read() as session:
            return last_payment(session, purpose)

    def _highest_nonce(self, order: CoinOrder) -> int | None:
        """Return the highest nonce of what is signed and not executed, on all networks of the node."""
        path = self._chains.networks[order.network_key].node_path
        keys = [key for key, one in self._chains.networks.items() if one.node_path == path]
        statement = select(func.max(CoinPayment.nonce)).where(
            CoinPayment.account == order.account,
            CoinPayment.network_key.in_(keys),
            # What landed may be taken back, and needs its nonce then.
            CoinPayment.state.in_((SIGNED, LANDED)),
        )
        with self._db.read() as session:
            return session.scalar(statement)

    def _add(self, row: CoinPayment, before: CoinPayment | None) -> None:
        with self._db.write() as session:
            session.add(row)
            if before is not None:
                session.get_one(CoinPayment, before.id).state = REPLACED

    def _mark(self, row: CoinPayment, state: str) -> None:
        if row.state != state:
            with self._db.write() as session:
                session.get_one(CoinPayment, row.id).state = state
            row.state = state

    def _set(self, purpose: str, before: str, after: str) -> None:
        with self._db.write() as session:
            row = last_payment(session, purpose)
            if row is not None and row.state == before:
                row.state = after


def last_payment(session: Session, purpose: str) -> CoinPayment | None:
    """Return the payment made last for a purpose."""
    statement = select(CoinPayment).where(CoinPayment.purpose == purpose)
    return session.scalars(statement.order_by(CoinPayment.attempt.desc()).limit(1)).first()


def unsettled(session: Session, kind: str) -> Sequence[CoinPayment]:
    """Return the payments of a kind that may still change, in the order in which they were signed."""
    statement = select(CoinPayment).where(
        CoinPayment.purpose.startswith(f"{kind} ", autoescape=True), CoinPayment.state.in_(_UNSETTLED)
    )
    return session.scalars(statement.order_by(CoinPayment.nonce, CoinPayment.purpose)).all()
