"""`/_sandbox/ledger`: where all the money in the sandbox is, and whether it adds up."""

from collections import defaultdict
from collections.abc import Sequence
from decimal import Decimal

from fastapi import APIRouter
from sqlalchemy import select
from sqlalchemy.orm import Session

from sandbox.core.coins import CoinPayment
from sandbox.core.context import Context, Ctx
from sandbox.core.ledger import balances, problems
from sandbox.core.ports import ChainTransfer
from sandbox.core.wire import Out
from sandbox.services.bank.service import IN_TRANSIT
from sandbox.services.bank.tables import BankTransfer, TransferState
from sandbox.services.exchange.arrivals import TREASURY
from sandbox.services.exchange.payments import EXCHANGE_ACCOUNT
from sandbox.services.exchange.tables import Order, State
from sandbox.services.transactions.repository import Purchase
from sandbox.services.transactions.repository import State as PurchaseState
from sandbox.services.transactions.steps import SYSTEM_ACCOUNT

router = APIRouter(tags=["bank"], prefix="/_sandbox/ledger")
_PAGE = 500


class Holding(Out):
    """What an account holds; only the faucet is below zero."""

    account: str
    currency: str
    balance: str


class Ledger(Out):
    """All money: euros by account, coins by who has them."""

    holdings: list[Holding]


class LedgerCheck(Out):
    """Whether the money adds up."""

    holds: bool
    problems: list[str]


@router.get("")
async def ledger(context: Ctx) -> Ledger:
    """Return what every account holds."""
    with context.db.read() as session:
        euros = sorted(balances(session).items())
    found = [Holding(account=name, currency="EUR", balance=f"{held:f}") for name, held in euros]
    for network in context.networks.all():
        owners = _owners(context, network.key)
        held: dict[str, Decimal] = defaultdict(Decimal)
        for address, amount in _sums(await _log(context, network.key)).items():
            held[owners.get(address, "others")] += amount
        found += [
            Holding(account=f"{network.key}:{name}", currency=network.display_symbol, balance=f"{amount:f}")
            for name, amount in sorted(held.items())
        ]
    return Ledger(holdings=found)


@router.get("/check")
async def check(context: Ctx) -> LedgerCheck:
    """Check that no money came from nowhere, went nowhere, or was paid twice."""
    found: list[str] = []
    for network in context.networks.all():
        with context.db.read() as session:
            paid = _paid_out(session, network.key)
        # The log is read before the orders: what is sent meanwhile is claimed by the time they are read.
        log = await _log(context, network.key)
        found += _missing_payouts(network.key, paid, log)
        with context.db.read() as session:
            found += _coin_problems(context, session, network.key, log)
            found += _amount_problems(context, session, network.key, log)
        found += await _balance_problems(context, network.key)
    with context.db.read() as session:
        found += problems(session) + _transit_problems(session)
    return LedgerCheck(holds=not found, problems=found)


def _owners(context: Context, key: str) -> dict[str, str]:
    names = {TREASURY: "faucet", EXCHANGE_ACCOUNT: "exchange", SYSTEM_ACCOUNT: "purchases"}
    return {context.chains.address(account, key).lower(): name for account, name in names.items()}


async def _log(context: Context, key: str) -> list[ChainTransfer]:
    found: list[ChainTransfer] = []
    while True:
        after = found[-1].sequence if found else 0
        page = await context.chains.transfers(key, after=after, limit=_PAGE)
        if not page:
            return found
        found.extend(page)


def _sums(log: Sequence[ChainTransfer]) -> dict[str, Decimal]:
    sums: dict[str, Decimal] = defaultdict(Decimal)
    for item in log:
        sums[item.sender.lower()] -= item.amount
        sums[item.recipient.lower()] += item.amount
    return sums


def _coin_problems(context: Context, session: Session, key: str, log: Sequence[ChainTransfer]) -> list[str]:
    """Return payments that nobody owes, or that are owed once and were made twice."""
    found = []
    payouts = _claimed(session)
    for account, unsure in ((EXCHANGE_ACCOUNT, _orders_in_doubt), (SYSTEM_ACCOUNT, _purchases_in_doubt)):
        own = context.chains.address(account, key).lower()
        sent = [item for item in log if item.sender.lower() == own]
        stray = [item for item in sent if not payouts.get(item.tx_id.lower())]
        allowed = unsure(session)
        if len(stray) > allowed:
            found.append(f"{account} sent {len(stray)} payments on {key} that {allowed} orders explain.")
        found += [
            f"Transaction {item.tx_id} on {key} pays {payouts[item.tx_id.lower()]} orders."
            for item in sent
            if payouts.get(item.tx_id.lower(), 0) > 1
        ]
    return found


def _paid_out(session: Session, key: str) -> list[tuple[str, str, str, Decimal]]:
    """Return what is said to be paid out: what it is, its transaction, to whom, how much."""
    statement = select(Purchase).where(
        Purchase.network_key == key,
        Purchase.state == PurchaseState.COMPLETED,
        Purchase.outgoing_tx.is_not(None),
    )
    return [
        (f"Purchase {row.id}", row.outgoing_tx or "", row.outgoing_to or "", row.payout)
        for row in session.scalars(statement)
    ]


def _missing_payouts(
    key: str, paid: Sequence[tuple[str, str, str, Decimal]], log: Sequence[ChainTransfer]
) -> list[str]:
    done = {(item.tx_id.lower(), item.recipient.lower(), item.amount) for item in log}
    return [
        f"{what} is complete, but {key} shows no payout of {amount:f} to {target} in {tx_id}."
        for what, tx_id, target, amount in paid
        if (tx_id.lower(), target.lower(), amount) not in done
    ]


def _amount_problems(context: Context, session: Session, key: str, log: Sequence[ChainTransfer]) -> list[str]:
    """Return signed payments that moved something else than they were signed for."""
    moved = {item.tx_id.lower(): item for item in log}
    found = []
    for row in session.scalars(select(CoinPayment).where(CoinPayment.network_key == key)):
        item = moved.get(row.tx_id.lower())
        if item is None:
            continue
        own = context.chains.address(row.account, key)
        owed = (own.lower(), row.target.lower(), row.amount)
        if (item.sender.lower(), item.recipient.lower(), item.amount) != owed:
            found.append(f"{row.tx_id} on {key} moved {item.amount:f}, {row.purpose} owed {row.amount:f}.")
    return found


async def _balance_problems(context: Context, key: str) -> list[str]:
    """Return accounts that hold more than ever came to them; the log of a node elsewhere begins too late."""
    if context.settings.external_nodes and context.networks.get(key).protocol.IotaRebased is None:
        return []
    found = []
    for account in (EXCHANGE_ACCOUNT, SYSTEM_ACCOUNT):
        address = context.chains.address(account, key)
        # The balance is read first: what arrives in between can only be in the log.
        held = await context.chains.balance(key, address)
        came = _sums(await _log(context, key)).get(address.lower(), Decimal(0))
        if held > came:
            found.append(f"{account} holds {held:f} on {key}, {held - came:f} more than came to it.")
    return found


def _claimed(session: Session) -> dict[str, int]:
    claims: dict[str, int] = defaultdict(int)
    orders = session.execute(select(Order.payout_id, Order.refund_id)).all()
    purchases = session.scalars(select(Purchase.outgoing_tx))
    for tx_id in (*(one for pair in orders for one in pair), *purchases):
        if tx_id is not None:
            claims[tx_id.lower()] += 1
    return claims


def _orders_in_doubt(session: Session) -> int:
    """Count the orders whose coins may be sent already, without this being noted yet."""
    statement = select(Order.id).where(Order.state == State.PAYING_OUT, Order.payout_id.is_(None))
    return len(session.scalars(statement).all())


def _purchases_in_doubt(session: Session) -> int:
    open_states = (PurchaseState.OUTGOING, PurchaseState.FAILED)
    statement = select(Purchase.id).where(Purchase.state.in_(open_states), Purchase.outgoing_tx.is_(None))
    return len(session.scalars(statement).all())


def _transit_problems(session: Session) -> list[str]:
    statement = select(BankTransfer.amount).where(BankTransfer.state == TransferState.ORDERED)
    under_way = sum(session.scalars(statement), Decimal(0))
    booked = balances(session).get(IN_TRANSIT, Decimal(0))
    if booked == under_way:
        return []
    return [f"{booked:f} EUR are booked as under way, the transfers under way are {under_way:f} EUR."]
