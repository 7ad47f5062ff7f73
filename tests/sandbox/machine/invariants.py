"""What must hold after every step, told from events, tables and the chains' own log."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from sqlalchemy import select

from sandbox.core.coins import CoinPayment
from sandbox.services.bank.tables import BankTransfer
from sandbox.services.exchange.tables import COUNTED, Order
from sandbox.services.kyc.postident.tables import PostidentCase
from sandbox.services.kyc.viviswap.tables import Part
from sandbox.services.transactions.repository import Purchase, SystemPayment
from tests.sandbox.machine.world import World

Edges = Mapping[str | None, set[str]]
PURCHASE: Edges = {
    None: {"Pending"},
    "Pending": {"Valid", "Invalid", "WaitingForVerification"},
    "WaitingForVerification": {"Valid", "Invalid"},
    "Valid": {"ProcessingIncoming", "Failed"},
    "ProcessingIncoming": {"ProcessingOutgoing", "Failed"},
    "ProcessingOutgoing": {"Completed", "Failed"},
}
ORDER: Edges = {
    None: {"paid_in", "cancelled"},
    "paid_in": {"approved", "refunding"},
    "approved": {"paying_out"},
    "paying_out": {"paid_out", "refunding", "failed"},
    "refunding": {"refunded", "failed"},
}
PART: Edges = {
    None: {"in_review"},
    "in_review": {"in_review", "approved", "rejected"},
    "approved": {"rejected", "in_review"},
    "rejected": {"in_review"},
}
CASE: Edges = {
    None: {"new"},
    "new": {"in progress", "closed: approved", "closed: rejected"},
    "in progress": {"closed: approved", "closed: rejected"},
}
MOST_EUR = Decimal(250_000)
"""No risk level in the machine allows more in a month."""


class Invariants:
    """Follows the events of one world, and compares them with everything else."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._read = 0
        self._counted: Counter[str] = Counter()
        self.states: dict[str, dict[str, str]] = defaultdict(dict)
        """By kind of thing: the state the events have led to, by its id."""
        self.edges: Counter[str] = Counter()

    def hold(self) -> None:
        """See that all of them hold."""
        self._events()
        self._tables()
        self._coins()
        found = self._world.call("GET", "/_sandbox/ledger/check").json()
        assert found == {"holds": True, "problems": []}, found

    def _events(self) -> None:
        """Each event is the next of its subject, and leads along an edge from the state before."""
        while page := self._page():
            for event in page:
                subject = event["subject"]
                self._counted[subject] += 1
                assert event["seq"] == self._counted[subject], event
                self._read = event["id"]
                self._follow(event["kind"], subject, event["state"])

    def _page(self) -> list[dict[str, Any]]:
        path = f"/_sandbox/events?after={self._read}&limit=1000"
        return list(self._world.call("GET", path).json()["events"])

    def _follow(self, kind: str, subject: str, state: Mapping[str, Any]) -> None:
        if kind.startswith("purchase.") and "id" in state:
            self._move("purchase", subject, state["state"], PURCHASE)
        elif kind == "exchange.order.changed":
            self._move("order", subject, state["state"], ORDER)
        elif kind.startswith("kyc.part_"):
            part = kind.removeprefix("kyc.part_")
            self._move("part", f"{subject} {state['part']}", part, PART, may_repeat=True)
        elif kind.startswith("kyc.case_"):
            self._move("case", subject, state["status"], CASE)
        elif kind == "user.archived":
            self.states["part"] = {
                name: found for name, found in self.states["part"].items() if not name.startswith(subject)
            }
            self.states["case"].clear()

    def _move(self, what: str, name: str, state: str, edges: Edges, *, may_repeat: bool = False) -> None:
        before = self.states[what].get(name)
        if before != state or may_repeat:
            assert state in edges.get(before, set()), f"{what} {name} went from {before} to {state}"
            self.edges[f"{what}: {before} to {state}"] += 1
        self.states[what][name] = state

    def _tables(self) -> None:
        """The tables say what the events said."""
        with self._world.sandbox.db.read() as session:
            purchases = {row.id: str(row.state) for row in session.scalars(select(Purchase))}
            assert purchases == self.states["purchase"]
            orders = list(session.scalars(select(Order)))
            for row in orders:
                assert row.state == self.states["order"].get(row.id, "pending"), row.id
            for part in session.scalars(select(Part)):
                name = f"{part.user_id} {part.name}"
                assert part.state.replace(" ", "_") == self.states["part"][name], name
            for case in session.scalars(select(PostidentCase)):
                assert self.states["case"].get(case.id, case.state) == case.state
            payments = [row.payment_id for row in orders if row.payment_id is not None]
            assert len(payments) == len(set(payments)), "one payment became two orders"
            spent: dict[tuple[str, int, int], Decimal] = defaultdict(Decimal)
            for row in orders:
                if row.state in COUNTED and row.approved_at is not None:
                    spent[row.user_id, row.approved_at.year, row.approved_at.month] += row.eur
            assert all(total <= MOST_EUR for total in spent.values()), spent
            given_back = [one for one in session.scalars(select(BankTransfer.returns)) if one is not None]
            assert len(given_back) == len(set(given_back)), "one transfer went back twice"

    def _coins(self) -> None:
        """Every payment of the sandbox is owed by one purpose, was made once, and not both ways."""
        log = self._world.chains.log
        landed = {item.tx_id: item for items in log.values() for item in items}
        with self._world.sandbox.db.read() as session:
            signed = {row.tx_id: row for row in session.scalars(select(CoinPayment))}
            made = Counter(row.purpose for row in signed.values() if row.tx_id in landed)
            assert all(times == 1 for times in made.values()), made
            for network, items in log.items():
                own = {self._world.chains.address(name, network) for name in ("purchases", "exchange")}
                for item in (one for one in items if one.sender in own):
                    row = signed[item.tx_id]
                    assert (row.target.lower(), row.amount) == (item.recipient.lower(), item.amount), row
            rows = {row.id: row for row in session.scalars(select(Purchase))}
            for payment in session.scalars(select(SystemPayment)):
                purchase = rows.get(payment.purchase_id or "")
                went_back = payment.refund_tx in landed and payment.refund_amount == payment.amount
                if purchase is not None and purchase.incoming_tx == payment.tx_id and went_back:
                    assert purchase.outgoing_tx not in landed, purchase.id
            self._sums(rows, landed)

    def _sums(self, rows: Mapping[str, Purchase], landed: Mapping[str, Any]) -> None:
        """Who was paid out has what was owed, less the fee; who paid has paid what was asked."""
        for row in rows.values():
            if row.state != "Completed":
                continue
            paid, payout = landed[row.incoming_tx or ""], landed[row.outgoing_tx or ""]
            assert paid.amount >= row.amount
            assert payout.amount == row.payout < row.amount
