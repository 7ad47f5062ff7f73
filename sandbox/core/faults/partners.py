"""What can go wrong between the exchange and its partners: the bank's notices and orders, and the chains."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from sandbox.core.banking import BankAddress, BankArrival, BankOrder
from sandbox.core.errors import UnavailableError
from sandbox.core.faults.board import FaultBoard
from sandbox.core.handing import ChainUnavailableError, Fate, Handed, SignedTransfer
from sandbox.core.ports import Bank, Chains

NOTICES, ORDERS = "bank.notices", "bank.orders"
SIGN, HAND_OVER, FATE = "chain.sign", "chain.hand_over", "chain.fate"
PARTNERS = {
    NOTICES: frozenset({"drop", "delay", "duplicate", "swap"}),
    ORDERS: frozenset({"drop"}),
    **dict.fromkeys((SIGN, HAND_OVER, FATE), frozenset({"drop", "delay"})),
}
"""Which calls of partners can fail, and how."""


class BankUnavailableError(UnavailableError):
    """The bank does not answer: what was asked may have happened or not."""

    code = "bank_unavailable"


class UnreliableBank:
    """The bank as its customers see it: notices get lost, repeat, change places or come late.

    What it holds back is forgotten with the process; the statement tells of everything in the end.
    """

    def __init__(self, bank: Bank, board: FaultBoard, now: Callable[[], datetime]) -> None:
        self._bank = bank
        self._board = board
        self._now = now
        self._age = board.age
        self._seen = 0
        self._held: list[tuple[datetime, BankArrival]] = []

    def notices(self, session: Session, iban: str, after: int) -> Sequence[BankArrival]:
        """Return what the bank tells of by itself since a position."""
        if self._age != self._board.age:
            self._age, self._seen, self._held = self._board.age, 0, []
        found = self._bank.notices(session, iban, after)
        if not self._held and not self._board.has_partner(NOTICES):
            return found
        now = self._now()
        fresh = [one for one in found if one.number > self._seen]
        late = [one for due, one in self._held if due <= now]
        self._held = [(due, one) for due, one in self._held if due > now]
        told: list[BankArrival] = []
        for one in fresh:
            told += self._struck(one, now)
        if fresh:
            self._seen = fresh[-1].number
        return told + late

    def _struck(self, one: BankArrival, now: datetime) -> list[BankArrival]:
        """Return what comes of a notice at once; the rest comes with a later reading."""
        strike = self._board.take_partner(NOTICES)
        kind = strike.fault.kind if strike else None
        if kind == "drop":
            return []
        if kind == "duplicate":
            self._held.append((now, one))
            return [one, one]
        if kind in {"delay", "swap"} and strike is not None:
            later = strike.seconds if kind == "delay" else 0.0
            self._held.append((now + timedelta(seconds=later), one))
            return []
        return [one]

    def send(self, session: Session, order: BankOrder) -> str:
        """Take a transfer, if the bank answers."""
        strike = self._board.take_partner(ORDERS)
        if strike is None:
            return self._bank.send(session, order)
        if strike.fault.handles_first:
            self._bank.send(session, order)
        raise BankUnavailableError("The bank did not answer an order. This failure was asked for.")

    def check_iban(self, text: str) -> str:
        """Return an IBAN in its electronic form, or refuse what is none."""
        return self._bank.check_iban(text)

    def house_account(self, session: Session, role: str, holder: str) -> BankAddress:
        """Return the account of one of the sandbox's services."""
        return self._bank.house_account(session, role, holder)

    def settle(self, session: Session) -> int:
        """Book the transfers whose moment has come."""
        return self._bank.settle(session)

    def is_busy(self, session: Session) -> bool:
        """Say whether any transfer is on its way, or a notice of one."""
        return bool(self._held) or self._bank.is_busy(session)

    def state(self, session: Session, transfer_id: str) -> str:
        """Return where a transfer is."""
        return self._bank.state(session, transfer_id)

    def arrivals(self, session: Session, iban: str, after: int) -> Sequence[BankArrival]:
        """Return the statement behind a position: complete, in order, each once."""
        return self._bank.arrivals(session, iban, after)

    def gave_back(self, session: Session, transfer_id: str) -> bool:
        """Say whether the money of a transfer was sent back."""
        return self._bank.gave_back(session, transfer_id)


class UnreliableChains:
    """The chains as those see them who pay: calls break off before they arrive, or their answers do."""

    def __init__(self, chains: Chains, board: FaultBoard) -> None:
        self._chains = chains
        self._board = board

    def __getattr__(self, name: str) -> Any:
        return getattr(self._chains, name)

    async def sign(self, network_key: str, to: str, amount: Any, **options: Any) -> SignedTransfer | None:
        """Sign a transfer, if the node answers."""
        lost = await self._before(SIGN)
        signed = await self._chains.sign(network_key, to, amount, **options)
        self._after(lost)
        return signed

    async def hand_over(self, network_key: str, raw: bytes) -> tuple[Handed, str]:
        """Give a signed transfer to the chain, if the node answers."""
        lost = await self._before(HAND_OVER)
        handed = await self._chains.hand_over(network_key, raw)
        self._after(lost)
        return handed

    async def fate(self, network_key: str, tx_id: str) -> Fate:
        """Return what became of a transfer, if the node answers."""
        lost = await self._before(FATE)
        found = await self._chains.fate(network_key, tx_id)
        self._after(lost)
        return found

    async def _before(self, name: str) -> bool:
        """Let a failure happen before the call; say whether its answer will be lost."""
        strike = self._board.take_partner(name)
        if strike is None:
            return False
        if strike.fault.kind == "delay":
            await self._board.be_late(strike)
            return False
        if strike.fault.handles_first:
            return True
        raise _no_answer()

    @staticmethod
    def _after(lost: bool) -> None:
        if lost:
            raise _no_answer()


def _no_answer() -> ChainUnavailableError:
    return ChainUnavailableError("The node did not answer. This failure was asked for.")
