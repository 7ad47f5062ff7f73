"""Receivers are paid out, and what a reorganisation takes is sent once more."""

import asyncio
import logging
from collections import defaultdict
from collections.abc import Callable

from sqlalchemy.orm import Session

from sandbox.core.coins import CoinDesk, CoinOrder, Progress, unsettled
from sandbox.core.context import Context
from sandbox.core.handing import ChainUnavailableError
from sandbox.core.ports import ChainRefusedError
from sandbox.services.transactions.events import tell
from sandbox.services.transactions.refunds import give_back_excess, give_back_for, has_landed
from sandbox.services.transactions.repository import Purchase, State, in_state
from sandbox.services.transactions.steps import (
    NO_ADDRESS,
    PAYMENT_GONE,
    PAYOUT_REFUSED,
    PAYOUT_REVERTED,
    move,
    overdue,
    rested,
    system_account,
)

log = logging.getLogger("sandbox.purchases")
_KIND = "purchase"
Change = Callable[[Session, Purchase], None]


class Payouts:
    """Pays receivers, and follows the payments until nothing can take them away."""

    def __init__(self, context: Context, desk: CoinDesk) -> None:
        self._context = context
        self._desk = desk

    async def send(self, *, watch: bool) -> None:
        """Bring payouts one step on; with `watch` those of complete purchases too."""
        with self._context.db.read() as session:
            due = list(in_state(session, State.OUTGOING))
            ids = [row.purpose.partition(" ")[2] for row in unsettled(session, _KIND)] if watch else []
            found = [session.get(Purchase, one) for one in ids]
            due += [one for one in found if one is not None and one.state == State.COMPLETED]
            targets = {
                p.id: self._context.addresses.address(session, p.receiver_id, p.network_key) for p in due
            }
        nodes: dict[str, list[Purchase]] = defaultdict(list)
        for purchase in due:
            nodes[self._context.chains.networks[purchase.network_key].node_path].append(purchase)

        async def all_of(purchases: list[Purchase]) -> None:
            for purchase in purchases:
                await self._pay(purchase, purchase.outgoing_to or targets[purchase.id])

        # Side by side: a node that is slow holds up its own payouts only.
        await asyncio.gather(*(all_of(purchases) for purchases in nodes.values()))

    async def _pay(self, purchase: Purchase, target: str | None) -> None:
        """Pay a receiver out; the purchase is complete once the chain shows it."""
        if target is None:
            await self._fail(purchase, NO_ADDRESS)
            return
        order = CoinOrder(
            f"{_KIND} {purchase.id}", purchase.network_key, system_account(), target, purchase.payout
        )
        try:
            if purchase.outgoing_tx is None and not await self._is_paid(purchase):
                if overdue(self._context, purchase):
                    await self._fail(purchase, PAYMENT_GONE)
                return
            progress = await self._desk.pay(order)
        except ChainUnavailableError as error:
            log.warning("payout of %s waits: %s", purchase.id, error.message)
            return
        except ChainRefusedError as error:
            log.warning("payout of %s refused: %s", purchase.id, error.message)
            if purchase.state == State.OUTGOING:
                await self._fail(purchase, PAYOUT_REFUSED)
            return
        await self._go_on(purchase, target, order.purpose, progress)

    async def _go_on(self, purchase: Purchase, target: str, purpose: str, progress: Progress) -> None:
        is_complete = purchase.state == State.COMPLETED
        if progress.state == "reverted" and is_complete:
            await self._desk.again(purpose)
        elif progress.state == "reverted":
            await self._fail(purchase, PAYOUT_REVERTED)
        elif progress.tx_id is not None and progress.tx_id != purchase.outgoing_tx:
            await self._change(purchase, _paid(progress.tx_id, target))
        elif progress.sent_again:
            await self._change(purchase, lambda _, row: tell(row, "payout_sent_again"))
        elif progress.state == "landed" and not is_complete and rested(self._context, purchase):
            await self._change(purchase, self._complete)

    async def _is_paid(self, purchase: Purchase) -> bool:
        """Say whether the chain still has the payment: nobody is paid out for one that was taken back."""
        if purchase.incoming_tx is None:
            return True
        return await has_landed(self._context, purchase.network_key, purchase.incoming_tx)

    async def _fail(self, purchase: Purchase, reason: str) -> None:
        def fail(session: Session, row: Purchase) -> None:
            move(self._context, row, State.FAILED, [reason])
            give_back_for(session, row, reason)

        await self._change(purchase, fail)

    def _complete(self, session: Session, row: Purchase) -> None:
        move(self._context, row, State.COMPLETED)
        give_back_excess(session, row)

    async def _change(self, purchase: Purchase, change: Change) -> None:
        def write() -> None:
            with self._context.db.write() as session:
                change(session, session.get_one(Purchase, purchase.id))

        await asyncio.to_thread(write)


def _paid(tx_id: str, target: str) -> Change:
    def note(_session: Session, row: Purchase) -> None:
        row.outgoing_tx = tx_id
        row.outgoing_to = target
        tell(row, "paid_out")

    return note
