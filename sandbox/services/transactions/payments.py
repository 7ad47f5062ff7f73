"""What arrives at the system address: read from the chains, and given to the purchase it pays."""

import asyncio
from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from sandbox.core.context import Context
from sandbox.core.network import Network
from sandbox.core.ports import ChainTransfer
from sandbox.services.transactions.refunds import give_back, is_from
from sandbox.services.transactions.repository import (
    ChainCursor,
    Purchase,
    State,
    SystemPayment,
    in_state,
    unclaimed,
)
from sandbox.services.transactions.service import tx_key
from sandbox.services.transactions.steps import PAID_TOO_LITTLE, move, system_account

_PAGE = 100
TREASURY = "treasury"
"""Name of the chain account behind the faucet; it pays for gas, never for purchases."""


class Payments:
    """Reads payments, and matches them."""

    def __init__(self, context: Context) -> None:
        self._context = context

    async def collect(self) -> None:
        """Store what is new on all networks."""
        for network in self._context.networks.all():
            await self._collect(network)

    async def _collect(self, network: Network) -> None:
        """Store new payments at the system address, together with how far the log was read."""
        context = self._context
        address = context.chains.address(system_account(), network.key)
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
        chains, now = self._context.chains, self._context.clock.now()
        own = {chains.address(name, network.key).lower() for name in (TREASURY, system_account())}
        with self._context.db.write() as session:
            # After a reorganisation the log has the same coins at a new place.
            keys = [tx_key(network, item.tx_id) for item in found]
            seen = select(SystemPayment.tx_id).where(
                SystemPayment.network_key == network.key, SystemPayment.tx_id.in_(keys)
            )
            known = set(session.scalars(seen))
            for item in found:
                key = tx_key(network, item.tx_id)
                if key in known or item.sender.lower() in own:
                    continue
                session.merge(
                    SystemPayment(
                        network_key=network.key,
                        sequence=item.sequence,
                        tx_id=key,
                        sender=item.sender,
                        amount=item.amount,
                        named_purchase=_named(item.data),
                        seen_at=now,
                    )
                )
            session.merge(ChainCursor(network_key=network.key, sequence=found[-1].sequence))

    def match(self) -> None:
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
        for payment in payments:
            if payment.network_key != purchase.network_key:
                continue
            named = payment.named_purchase == purchase.id
            committed = purchase.committed_tx == payment.tx_id and payment.named_purchase is None
            if named or (committed and is_from(self._context, session, payment, purchase)):
                payment.purchase_id = purchase.id
                purchase.incoming_tx = payment.tx_id
                purchase.incoming_from = payment.sender
                purchase.incoming_sequence = payment.sequence
                if payment.amount < purchase.amount:
                    move(self._context, purchase, State.FAILED, [PAID_TOO_LITTLE])
                    give_back(session, payment, PAID_TOO_LITTLE, purchase)
                elif purchase.state != State.INCOMING:
                    move(self._context, purchase, State.INCOMING)
                return


def _named(data: bytes) -> str | None:
    """Return the purchase id a native EVM payment carries."""
    try:
        text = data.decode("ascii").strip()
    except UnicodeDecodeError:
        return None
    return text if 0 < len(text) <= 36 and text.isprintable() else None
