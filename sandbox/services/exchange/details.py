"""Where users pay from and are paid: IBANs and addresses."""

from datetime import timedelta

from sqlalchemy.orm import Session

from sandbox.core.auth import CurrentUser
from sandbox.core.context import Context
from sandbox.core.errors import InvalidError
from sandbox.core.ids import new_id
from sandbox.core.outbox import record
from sandbox.services.exchange.errors import DetailNotFoundError
from sandbox.services.exchange.rules import Key, is_coin_address
from sandbox.services.exchange.schemas import DetailOut
from sandbox.services.exchange.tables import (
    Contract,
    Order,
    PaymentDetail,
    State,
    contracts_of,
    of_contract,
)
from sandbox.services.exchange.tables import details_of as rows_of

_FORMS = {Key.IOTA: "0x and 64 hex digits (lower case)", Key.ETH: "0x and 40 hex digits"}


def detail_out(row: PaymentDetail | None) -> DetailOut | None:
    """Write a detail as the SDK reads it."""
    if row is None:
        return None
    return DetailOut(id=row.id, address=row.address, is_verified=True if row.verified_at else None)


class Details:
    """The payment details of users."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def listed(self, user: CurrentUser, key: Key) -> list[PaymentDetail]:
        """Return the user's details of one method, oldest first."""
        with self._context.db.read() as session:
            return list(rows_of(session, user.id, key))

    def add(self, user: CurrentUser, key: Key, address: str) -> PaymentDetail:
        """Add a detail; one that is there already, letter by letter, stays as it is."""
        account = self._account(key, address)
        with self._context.db.write() as session:
            known = rows_of(session, user.id, key)
            for row in known:
                if row.address == address:
                    return row
            # They are listed in the order in which they came, even while the clock stands still.
            after_last = [row.created_at + timedelta(microseconds=1) for row in known[-1:]]
            row = PaymentDetail(
                id=new_id(),
                user_id=user.id,
                key=key,
                address=address,
                account=account,
                created_at=max([self._context.clock.now(), *after_last]),
                verified_at=None,
                removed_at=None,
            )
            session.add(row)
            told = {"key": key.value, "username": user.username}
            record(session, "exchange.detail.added", row.id, told)
        return row

    def remove(self, user: CurrentUser, key: Key, detail_id: str) -> PaymentDetail:
        """Remove a detail; contracts that need it end, orders nobody paid yet are cancelled."""
        with self._context.db.write() as session:
            row = mine(session, user.id, detail_id, key)
            for contract in contracts_of(session, user.id):
                if detail_id in {contract.incoming_detail_id, contract.outgoing_detail_id}:
                    end_contract(self._context, session, contract)
            row.removed_at = self._context.clock.now()
        return row

    def _account(self, key: Key, address: str) -> str:
        if key == Key.SEPA:
            return self._context.bank.check_iban(address)
        if not is_coin_address(key, address):
            raise InvalidError(f"`address`: this is no {key.value} address: it has {_FORMS[key]}.")
        return address.lower()


def end_contract(context: Context, session: Session, contract: Contract) -> None:
    """End a contract: what arrives from now on goes back, and what nobody paid is cancelled."""
    contract.closed_at = context.clock.now()
    for order in of_contract(session, contract.id):
        if order.state == State.PENDING:
            move(context, session, order, State.CANCELLED, "ContractEnded")


def forget_user(context: Context, session: Session, user_id: str) -> None:
    """End what a deleted user agreed on; orders under way still reach their end."""
    for contract in contracts_of(session, user_id):
        end_contract(context, session, contract)
    for key in Key:
        for row in rows_of(session, user_id, key):
            row.removed_at = context.clock.now()


def mine(session: Session, user_id: str, detail_id: str, key: Key) -> PaymentDetail:
    """Return a user's own detail of a method, or refuse."""
    row = session.get(PaymentDetail, detail_id)
    if row is None or row.user_id != user_id or row.key != key or row.removed_at is not None:
        raise DetailNotFoundError
    return row


def move(context: Context, session: Session, order: Order, state: State, reason: str | None = None) -> None:
    """Put an order into a state, and write that down for whoever follows."""
    order.state = state
    order.reason = reason or order.reason
    order.changed_at = context.clock.now()
    told = {"state": state.value, "reason": order.reason, "contract_id": order.contract_id}
    record(session, "exchange.order.changed", order.id, told)
