"""Moves purchases on by themselves: judges them, watches for payments, pays receivers out."""

import asyncio
import logging
from collections import defaultdict
from collections.abc import Callable, Sequence
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from sandbox.core.coins import CoinDesk, CoinOrder
from sandbox.core.context import Context
from sandbox.core.engine import Engine
from sandbox.core.handing import ChainUnavailableError
from sandbox.core.network import Network
from sandbox.core.ports import ChainRefusedError, ChainTransfer
from sandbox.services.transactions.events import tell
from sandbox.services.transactions.repository import (
    ChainCursor,
    Purchase,
    State,
    SystemPayment,
    any_open,
    in_state,
    unclaimed,
)
from sandbox.services.transactions.service import SYSTEM_ACCOUNT, tx_key

log = logging.getLogger("sandbox.purchases")

_PAGE = 100
NOT_VERIFIED = "ReceiverNotVerified"
NO_ADDRESS = "ReceiverHasNoAddress"


class PurchaseEngine(Engine):
    """One task that brings every purchase to its end; all it knows is in the database."""

    def __init__(self, context: Context, pause: float = 0.25) -> None:
        super().__init__("purchases", pause, context)
        self._desk = CoinDesk(context.db, context.chains)

    async def _work(self) -> None:
        # Payments are read only while a purchase is open.
        if not await asyncio.to_thread(self._has_work):
            return
        for network in self._context.networks.all():
            await self._collect(network)
        await asyncio.to_thread(self._judge)
        await asyncio.to_thread(self._match)
        await asyncio.to_thread(self._advance)
        await self._pay_out()

    def _has_work(self) -> bool:
        with self._context.db.read() as session:
            return any_open(session)

    async def _collect(self, network: Network) -> None:
        """Store new payments at the system address, together with how far the log was read."""
        context = self._context
        address = context.chains.address(SYSTEM_ACCOUNT, network.key)
        with context.db.read() as session:
            cursor = session.get(ChainCursor, network.key)
            after = cursor.sequence if cursor else 0
        while True:
            found = await context.chains.transfers(network.key, after=after, limit=_PAGE, recipient=address)
            if not found:
                return
            after = found[-1].sequence
            await asyncio.to_thread(self._store, network, found)

    def _store(self, network: Network, found: Sequence[ChainTransfer]) -> None:
        with self._context.db.write() as session:
            # After a reorganisation the log has the same coins at a new place.
            keys = [tx_key(network, item.tx_id) for item in found]
            seen = select(SystemPayment.tx_id).where(
                SystemPayment.network_key == network.key, SystemPayment.tx_id.in_(keys)
            )
            known = set(session.scalars(seen))
            for item in found:
                key = tx_key(network, item.tx_id)
                if key in known:
                    continue
                session.merge(
                    SystemPayment(
                        network_key=network.key,
                        sequence=item.sequence,
                        tx_id=key,
                        sender=item.sender,
                        amount=item.amount,
                        named_purchase=_named(item.data),
                    )
                )
            session.merge(ChainCursor(network_key=network.key, sequence=found[-1].sequence))

    def _judge(self) -> None:
        """Pending becomes Valid, Invalid or waits for the receiver's verification."""
        with self._context.db.write() as session:
            for purchase in in_state(session, State.PENDING, State.WAITING):
                if purchase.state == State.PENDING and not self._rested(purchase):
                    continue
                state, reasons = self._verdict(session, purchase)
                if state != purchase.state:
                    self._move(purchase, state, reasons)

    def _verdict(self, session: Session, purchase: Purchase) -> tuple[State, list[str]]:
        context = self._context
        if context.addresses.address(session, purchase.receiver_id, purchase.network_key) is None:
            return State.INVALID, [NO_ADDRESS]
        network = context.networks.get(purchase.network_key)
        if network.is_testnet or context.kyc.is_verified(session, purchase.receiver_id):
            return State.VALID, []
        waits = context.settings.unverified_receiver == "wait"
        return (State.WAITING if waits else State.INVALID), [NOT_VERIFIED]

    def _match(self) -> None:
        """Give each payment to the purchase it names, or to the one committed with its transaction."""
        with self._context.db.write() as session:
            payments = unclaimed(session)
            if not payments:
                return
            open_purchases = in_state(session, State.VALID, State.INCOMING)
            for purchase in open_purchases:
                if purchase.incoming_tx is None:
                    self._claim(session, purchase, [p for p in payments if p.purchase_id is None])

    def _claim(self, session: Session, purchase: Purchase, payments: list[SystemPayment]) -> None:
        own = self._context.addresses.address(session, purchase.sender_id, purchase.network_key)
        for payment in payments:
            if payment.network_key != purchase.network_key:
                continue
            named = payment.named_purchase == purchase.id
            committed = purchase.committed_tx == payment.tx_id and payment.named_purchase is None
            from_payer = own is None or own.lower() == payment.sender.lower()
            if named or (committed and from_payer):
                payment.purchase_id = purchase.id
                purchase.incoming_tx = payment.tx_id
                purchase.incoming_from = payment.sender
                purchase.incoming_sequence = payment.sequence
                if payment.amount < purchase.amount:
                    self._move(purchase, State.FAILED, [])
                elif purchase.state != State.INCOMING:
                    self._move(purchase, State.INCOMING, [])
                return

    def _advance(self) -> None:
        """Seen payments go on to be paid out; committed ones nobody ever saw fail in the end."""
        limit = timedelta(seconds=self._context.settings.payment_timeout_seconds)
        with self._context.db.write() as session:
            for purchase in in_state(session, State.INCOMING):
                if purchase.incoming_tx is not None:
                    if self._rested(purchase):
                        self._move(purchase, State.OUTGOING, [])
                elif self._context.clock.now() - purchase.changed_at > limit:
                    self._move(purchase, State.FAILED, [])

    async def _pay_out(self) -> None:
        with self._context.db.read() as session:
            due = in_state(session, State.OUTGOING)
            targets = {
                p.id: self._context.addresses.address(session, p.receiver_id, p.network_key) for p in due
            }
        nodes: dict[str, list[Purchase]] = defaultdict(list)
        for purchase in due:
            nodes[self._context.chains.networks[purchase.network_key].node_path].append(purchase)

        async def all_of(purchases: list[Purchase]) -> None:
            for purchase in purchases:
                await self._pay_one(purchase, purchase.outgoing_to or targets[purchase.id])

        # Side by side: a node that is slow holds up its own payouts only.
        await asyncio.gather(*(all_of(purchases) for purchases in nodes.values()))

    async def _pay_one(self, purchase: Purchase, target: str | None) -> None:
        """Pay a receiver out; the purchase is complete once the chain shows it."""
        if target is None:
            await self._settle(purchase.id, lambda row: self._move(row, State.FAILED, []))
            return
        order = CoinOrder(
            payout_purpose(purchase.id), purchase.network_key, SYSTEM_ACCOUNT, target, purchase.payout
        )
        try:
            progress = await self._desk.pay(order)
        except ChainUnavailableError as error:
            log.warning("payout of %s waits: %s", purchase.id, error.message)
            return
        except ChainRefusedError as error:
            log.warning("payout of %s refused: %s", purchase.id, error.message)
            await self._settle(purchase.id, lambda row: self._move(row, State.FAILED, []))
            return
        if progress.state == "reverted":
            await self._settle(purchase.id, lambda row: self._move(row, State.FAILED, []))
        elif progress.tx_id is not None and progress.tx_id != purchase.outgoing_tx:
            await self._settle(purchase.id, _paid(progress.tx_id, target))
        elif progress.state == "landed" and self._rested(purchase):
            await self._settle(purchase.id, lambda row: self._move(row, State.COMPLETED, []))

    async def _settle(self, purchase_id: str, change: Callable[[Purchase], None]) -> None:
        def write() -> None:
            with self._context.db.write() as session:
                change(session.get_one(Purchase, purchase_id))

        await asyncio.to_thread(write)

    def _rested(self, purchase: Purchase) -> bool:
        delay = timedelta(seconds=self._context.settings.purchase_delay_seconds)
        return self._context.clock.now() - purchase.changed_at >= delay

    def _move(self, purchase: Purchase, state: State, reasons: list[str]) -> None:
        purchase.state = state
        purchase.reasons = reasons
        purchase.changed_at = self._context.clock.now()
        tell(purchase, "changed")


def payout_purpose(purchase_id: str) -> str:
    """Return under which name the coins of a purchase are paid out."""
    return f"purchase {purchase_id}"


def _paid(tx_id: str, target: str) -> Callable[[Purchase], None]:
    def note(row: Purchase) -> None:
        row.outgoing_tx = tx_id
        row.outgoing_to = target
        tell(row, "paid_out")

    return note


def _named(data: bytes) -> str | None:
    """Return the purchase id a native EVM payment carries."""
    try:
        text = data.decode("ascii").strip()
    except UnicodeDecodeError:
        return None
    return text if 0 < len(text) <= 36 and text.isprintable() else None
