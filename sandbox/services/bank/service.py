"""The bank: opens accounts, takes transfers, books them on their day, returns what cannot arrive."""

from collections.abc import Sequence
from decimal import Decimal

from sqlalchemy.orm import Session

from sandbox.core.banking import BankAddress, BankArrival, BankOrder
from sandbox.core.clock import Clock, iso
from sandbox.core.errors import ConflictError, InvalidError, NotFoundError
from sandbox.core.ids import new_id
from sandbox.core.ledger import CENT, FAUCET, balance, post
from sandbox.core.moments import own_moment
from sandbox.core.outbox import record
from sandbox.services.bank.iban import BANK_ADDRESS, bank_of, check_iban, is_own, issue_iban
from sandbox.services.bank.settlement import due_at
from sandbox.services.bank.tables import (
    BankAccount,
    BankTransfer,
    TransferState,
    any_ordered,
    any_return_of,
    arrived_at,
    due,
    last_arrival,
    last_number,
)

IN_TRANSIT = "bank:in-transit"
_HOUSE = {"exchange": 1, "exchange-fees": 2}
"""Numbers of the accounts that the sandbox's own services have."""

_FIRST_CUSTOMER = 1001
WRONG_ACCOUNT, CLOSED_ACCOUNT = "AC01", "AC04"


class NoCoverError(ConflictError):
    """The account holds less than the transfer needs."""

    code = "no_cover"


def ledger_account(iban: str) -> str:
    """Return the name an account has in the ledger."""
    return f"bank:{iban}"


class SepaBank:
    """All accounts and transfers; each call works inside the caller's transaction."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock

    def check_iban(self, text: str) -> str:
        """Return an IBAN in its electronic form, or refuse it."""
        return check_iban(text)

    def house_account(self, session: Session, role: str, holder: str) -> BankAddress:
        """Return the account of one of the sandbox's services, opened if need be."""
        account = self._ensure(session, _HOUSE[role], holder)
        bank = bank_of(account.iban)
        return BankAddress(account.iban, account.holder, bank.name, BANK_ADDRESS, bank.bic)

    def open_account(self, session: Session, holder: str, opening: Decimal) -> BankAccount:
        """Open an account at the sandbox's bank, with money from the faucet."""
        number = max(last_number(session) + 1, _FIRST_CUSTOMER)
        account = self._ensure(session, number, holder)
        if opening > 0:
            self.fund(session, account.iban, opening)
        return account

    def fund(self, session: Session, iban: str, amount: Decimal) -> None:
        """Bring money from outside into an account."""
        account = self.account(session, iban)
        lines = {FAUCET: -amount, ledger_account(account.iban): amount}
        post(session, self._clock.now(), "Paid in from outside", lines)

    def close_account(self, session: Session, iban: str) -> None:
        """Close an account: transfers to it come back from now on."""
        account = self.account(session, iban)
        if account.number in _HOUSE.values():
            raise ConflictError("This account belongs to the exchange and stays open.")
        account.closed_at = account.closed_at or self._clock.now()

    def account(self, session: Session, iban: str) -> BankAccount:
        """Return a known account."""
        account = session.get(BankAccount, check_iban(iban))
        if account is None:
            raise NotFoundError("The bank knows no account with this IBAN. Open it first.")
        return account

    def send(self, session: Session, order: BankOrder) -> str:
        """Take a transfer; it must be covered if its account is one of the sandbox's bank."""
        source, target = check_iban(order.from_iban), check_iban(order.to_iban)
        if source == target:
            raise InvalidError("A transfer needs two accounts: `from` and `to` are the same.")
        if order.amount < CENT or order.amount % CENT:
            raise InvalidError("`amount`: a transfer moves whole cents, one at least.")
        self.settle(session)
        now = self._clock.now()
        account = self._account_of_sender(session, source, order.from_name)
        if not is_own(source):
            self.fund(session, source, order.amount)
        else:
            self._cover(session, account, order.amount)
        transfer = BankTransfer(
            id=new_id(),
            from_iban=source,
            from_name=account.holder,
            to_iban=target,
            to_name=order.to_name,
            amount=order.amount,
            reference=order.reference,
            is_instant=order.instant,
            state=TransferState.ORDERED,
            ordered_at=own_moment(session, BankTransfer.ordered_at, now),
            due_at=due_at(now, instant=order.instant),
            done_at=None,
            arrival=None,
            reason=None,
            returns=order.returns,
        )
        session.add(transfer)
        lines = {ledger_account(source): -order.amount, IN_TRANSIT: order.amount}
        post(session, now, f"Transfer {transfer.id}", lines)
        _tell(session, transfer)
        return transfer.id

    def settle(self, session: Session) -> int:
        """Book the transfers whose moment has come; return how many there were."""
        moved = due(session, self._clock.now())
        for transfer in moved:
            self._book(session, transfer)
        return len(moved)

    def is_busy(self, session: Session) -> bool:
        """Say whether any transfer is on its way."""
        return any_ordered(session)

    def state(self, session: Session, transfer_id: str) -> str:
        """Return where a transfer is: ordered, settled or returned."""
        return session.get_one(BankTransfer, transfer_id).state

    def notices(self, session: Session, iban: str, after: int) -> Sequence[BankArrival]:
        """Return what the bank tells of by itself since a position."""
        return self.arrivals(session, iban, after)

    def gave_back(self, session: Session, transfer_id: str) -> bool:
        """Say whether the money of a transfer was sent back."""
        return any_return_of(session, transfer_id)

    def arrivals(self, session: Session, iban: str, after: int) -> Sequence[BankArrival]:
        """Return what arrived at an account behind a position, oldest first."""
        return [
            BankArrival(
                number=row.arrival or 0,
                transfer_id=row.id,
                at=row.due_at,
                from_iban=row.from_iban,
                from_name=row.from_name,
                amount=row.amount,
                reference=row.reference,
                returns=row.returns,
            )
            for row in arrived_at(session, iban, after)
        ]

    def _book(self, session: Session, transfer: BankTransfer) -> None:
        target = session.get(BankAccount, transfer.to_iban)
        now = self._clock.now()
        if target is None and not is_own(transfer.to_iban):
            target = self._know(session, transfer.to_iban, transfer.to_name, None)
        if target is None or target.closed_at is not None:
            transfer.state = TransferState.RETURNED
            transfer.reason = WRONG_ACCOUNT if target is None else CLOSED_ACCOUNT
            receiver = transfer.from_iban
        else:
            transfer.state = TransferState.SETTLED
            transfer.arrival = last_arrival(session) + 1
            receiver = transfer.to_iban
        transfer.done_at = now
        lines = {IN_TRANSIT: -transfer.amount, ledger_account(receiver): transfer.amount}
        post(session, now, f"Transfer {transfer.id} {transfer.state}", lines)
        _tell(session, transfer)

    def _cover(self, session: Session, account: BankAccount, amount: Decimal) -> None:
        """See that an account holds enough; the sandbox's own services have the faucet behind them."""
        missing = amount - balance(session, ledger_account(account.iban))
        if missing > 0 and account.number not in _HOUSE.values():
            raise NoCoverError(f"The account holds less than {amount:f} EUR. Fund it first.")
        if missing > 0:
            self.fund(session, account.iban, missing)

    def _account_of_sender(self, session: Session, iban: str, name: str) -> BankAccount:
        account = session.get(BankAccount, iban)
        if account is None:
            if is_own(iban):
                raise NotFoundError("The bank knows no account with this IBAN. Open it first.")
            return self._know(session, iban, name, None)
        if account.closed_at is not None:
            raise ConflictError("The account this transfer would come from is closed.")
        return account

    def _ensure(self, session: Session, number: int, holder: str) -> BankAccount:
        iban = issue_iban(number)
        return session.get(BankAccount, iban) or self._know(session, iban, holder, number)

    def _know(self, session: Session, iban: str, holder: str, number: int | None) -> BankAccount:
        account = BankAccount(
            iban=iban, number=number, holder=holder, opened_at=self._clock.now(), closed_at=None
        )
        session.add(account)
        session.flush()
        return account


def _tell(session: Session, transfer: BankTransfer) -> None:
    state = {
        "id": transfer.id,
        "state": str(transfer.state),
        "reason": transfer.reason,
        "amount": f"{transfer.amount:f}",
        "from_iban": transfer.from_iban,
        "to_iban": transfer.to_iban,
        "reference": transfer.reference,
        "due_at": iso(transfer.due_at),
    }
    record(session, f"bank.transfer.{transfer.state}", transfer.id, state)
