"""Whether the money adds up: no payment that nobody owes, none that is missing, none twice."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from sandbox.core.coins import CoinPayment
from sandbox.core.context import Context
from sandbox.core.ledger import balances, problems
from sandbox.core.ports import ChainTransfer
from sandbox.services.bank.service import IN_TRANSIT
from sandbox.services.bank.tables import BankTransfer, TransferState
from sandbox.services.exchange.payments import exchange_account
from sandbox.services.exchange.tables import Contract, Order, PaymentDetail, State
from sandbox.services.transactions.repository import Purchase, SystemPayment
from sandbox.services.transactions.repository import State as PurchaseState
from sandbox.services.transactions.steps import system_account

_PAGE = 500


@dataclass(frozen=True)
class Paid:
    """What is said to have been paid."""

    what: str
    by: str
    target: str
    amount: Decimal


async def problems_of(context: Context) -> list[str]:
    """Return what is wrong, one sentence each; nothing if all is well."""
    found: list[str] = []
    for network in context.networks.all():
        with context.db.read() as session:
            paid = _paid_in_coins(session, network.key)
        # The log is read before the orders: what is sent meanwhile is claimed by the time they are read.
        log = await log_of(context, network.key)
        found += _missing(network.key, paid, log)
        with context.db.read() as session:
            found += _coin_problems(context, session, network.key, log)
            found += _amount_problems(context, session, network.key, log)
        found += await _balance_problems(context, network.key)
    with context.db.read() as session:
        found += problems(session) + _transit_problems(session) + _transfer_problems(session)
    return found


async def log_of(context: Context, key: str) -> list[ChainTransfer]:
    """Return all transfers of a network."""
    found: list[ChainTransfer] = []
    while True:
        after = found[-1].sequence if found else 0
        page = await context.chains.transfers(key, after=after, limit=_PAGE)
        if not page:
            return found
        found.extend(page)


def sums_of(log: Sequence[ChainTransfer]) -> dict[str, Decimal]:
    """Return what each address holds by a log of transfers."""
    sums: dict[str, Decimal] = defaultdict(Decimal)
    for item in log:
        sums[item.sender.lower()] -= item.amount
        sums[item.recipient.lower()] += item.amount
    return sums


def _coin_problems(context: Context, session: Session, key: str, log: Sequence[ChainTransfer]) -> list[str]:
    """Return payments that nobody owes, or that are owed once and were made twice."""
    found = []
    payouts = _claimed(session)
    sources = [
        (exchange_account(), _orders_in_doubt(session)),
        (system_account(), _purchases_in_doubt(session)),
    ]
    sources += _deposits_in_doubt(session, key)
    for account, allowed in sources:
        own = context.chains.address(account, key).lower()
        sent = [item for item in log if item.sender.lower() == own]
        stray = [item for item in sent if not payouts.get(item.tx_id.lower())]
        if len(stray) > allowed:
            found.append(f"{account} sent {len(stray)} payments on {key} that {allowed} orders explain.")
        found += [
            f"Transaction {item.tx_id} on {key} pays {payouts[item.tx_id.lower()]} orders."
            for item in sent
            if payouts.get(item.tx_id.lower(), 0) > 1
        ]
    return found


def _paid_in_coins(session: Session, key: str) -> list[Paid]:
    """Return what is said to be paid out or back on a network."""
    purchases = select(Purchase).where(
        Purchase.network_key == key,
        Purchase.state == PurchaseState.COMPLETED,
        Purchase.outgoing_tx.is_not(None),
    )
    refunds = select(SystemPayment).where(
        SystemPayment.network_key == key, SystemPayment.refunded_at.is_not(None)
    )
    found = [
        Paid(f"Purchase {row.id} is complete", row.outgoing_tx or "", row.outgoing_to or "", row.payout)
        for row in session.scalars(purchases)
    ]
    found += [
        Paid(
            f"Payment {row.tx_id} is refunded",
            row.refund_tx or "",
            row.sender,
            row.refund_amount or Decimal(0),
        )
        for row in session.scalars(refunds)
    ]
    for order, contract in _ended(session, key):
        if order.state == State.PAID_OUT and contract.deposit_account is None:
            target = session.get_one(PaymentDetail, contract.outgoing_detail_id).address
            found.append(
                Paid(f"Order {order.id} is paid out", order.payout_id or "", target, order.outgoing_amount)
            )
        elif order.state == State.REFUNDED and contract.deposit_account is not None:
            amount = order.incoming_amount
            found.append(
                Paid(f"Order {order.id} is refunded", order.refund_id or "", order.payer or "", amount)
            )
    return found


def _ended(session: Session, key: str | None = None) -> list[tuple[Order, Contract]]:
    statement = select(Order).where(Order.state.in_((State.PAID_OUT, State.REFUNDED)))
    pairs = [(order, session.get_one(Contract, order.contract_id)) for order in session.scalars(statement)]
    return [(order, contract) for order, contract in pairs if key in {None, contract.network_key}]


def _missing(key: str, paid: Sequence[Paid], log: Sequence[ChainTransfer]) -> list[str]:
    done = {(item.tx_id.lower(), item.recipient.lower(), item.amount) for item in log}
    return [
        f"{one.what}, but {key} shows no payment of {one.amount:f} to {one.target} in {one.by}."
        for one in paid
        if (one.by.lower(), one.target.lower(), one.amount) not in done
    ]


def _transfer_problems(session: Session) -> list[str]:
    """Return orders whose euros the bank did not carry as they were owed, or carried for two."""
    found, used = [], defaultdict(list)
    for order, contract in _ended(session):
        if order.state == State.PAID_OUT and contract.deposit_account is not None:
            iban = session.get_one(PaymentDetail, contract.outgoing_detail_id).account
            paid = Paid("payout", order.payout_id or "", iban, order.outgoing_amount)
        elif order.state == State.REFUNDED and contract.deposit_account is None:
            paid = Paid("refund", order.refund_id or "", order.payer or "", order.incoming_amount)
        else:
            continue
        used[paid.by].append(order.id)
        row = session.get(BankTransfer, paid.by)
        carried = row and (row.state, row.to_iban, row.amount) == (
            TransferState.SETTLED,
            paid.target,
            paid.amount,
        )
        if not carried:
            found.append(
                f"The {paid.what} of order {order.id} is done, but the bank carried no {paid.amount:f} EUR "
                f"to {paid.target}."
            )
    found += [
        f"Transfer {transfer} pays {len(orders)} orders."
        for transfer, orders in used.items()
        if len(orders) > 1
    ]
    return found


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
    for account in (exchange_account(), system_account()):
        address = context.chains.address(account, key)
        before = await log_of(context, key)
        held = await context.chains.balance(key, address)
        came = _most_between(before, await log_of(context, key), address.lower())
        if held > came:
            found.append(f"{account} holds {held:f} on {key}, {held - came:f} more than came to it.")
    return found


def _most_between(before: Sequence[ChainTransfer], after: Sequence[ChainTransfer], address: str) -> Decimal:
    """Return the most that can have come to an address between two looks at a log that goes on."""
    pairs = enumerate(zip(before, after, strict=False))
    known = next((n for n, (one, two) in pairs if one != two), min(len(before), len(after)))
    held = sums_of(after[:known]).get(address, Decimal(0))
    most = held
    for item in after[known:]:
        held += sums_of([item]).get(address, Decimal(0))
        most = max(most, held)
    return most


def _claimed(session: Session) -> dict[str, int]:
    claims: dict[str, int] = defaultdict(int)
    orders = session.execute(select(Order.payout_id, Order.refund_id)).all()
    purchases = session.scalars(select(Purchase.outgoing_tx))
    refunds = session.scalars(select(SystemPayment.refund_tx))
    for tx_id in (*(one for pair in orders for one in pair), *purchases, *refunds):
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
    refunds = select(SystemPayment.sequence).where(
        SystemPayment.refund_reason.is_not(None), SystemPayment.refund_tx.is_(None)
    )
    return len(session.scalars(statement).all()) + len(session.scalars(refunds).all())


def _deposits_in_doubt(session: Session, key: str) -> list[tuple[str, int]]:
    """Return the accounts that take coins for contracts, with how many refunds may be unnoted."""
    contracts = select(Contract).where(Contract.network_key == key, Contract.deposit_account.is_not(None))
    doubted = select(Order.contract_id).where(Order.state == State.REFUNDING, Order.refund_id.is_(None))
    unsure = list(session.scalars(doubted))
    return [(row.deposit_account or "", unsure.count(row.id)) for row in session.scalars(contracts)]


def _transit_problems(session: Session) -> list[str]:
    statement = select(BankTransfer.amount).where(BankTransfer.state == TransferState.ORDERED)
    under_way = sum(session.scalars(statement), Decimal(0))
    booked = balances(session).get(IN_TRANSIT, Decimal(0))
    if booked == under_way:
        return []
    return [f"{booked:f} EUR are booked as under way, the transfers under way are {under_way:f} EUR."]
