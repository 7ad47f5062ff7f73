"""What services need from each other, as shapes; the wiring hands in who provides it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Protocol

from sqlalchemy.orm import Session

from sandbox.core.banking import BankAddress, BankArrival, BankOrder
from sandbox.core.errors import InvalidError
from sandbox.core.handing import Fate, Handed, SignedTransfer
from sandbox.core.trading import Limits


@dataclass(frozen=True)
class Principal:
    """Who a good access token speaks for."""

    issuer_key: str
    subject: str
    username: str
    client_id: str
    session_id: str
    is_admin: bool = False


class TokenVerifier(Protocol):
    """Judges access tokens."""

    def verify(self, token: str) -> Principal:
        """Return whom the token speaks for, or raise UnauthorizedError."""
        ...


class AccountStore(Protocol):
    """Creates sign-in accounts for seeds and tools."""

    @property
    def issuer_key(self) -> str:
        """Return the lasting name of the identity provider, whatever its address."""
        ...

    def ensure_account(
        self, username: str, password: str, name: str, email: str, *, subject: str | None = None
    ) -> str:
        """Return the subject of an account, created if need be."""
        ...


class AddressBook(Protocol):
    """Knows which address a user receives at."""

    def address(self, session: Session, user_id: str, network_key: str) -> str | None:
        """Return the registered address."""
        ...

    def register(self, session: Session, user_id: str, network_key: str, address: str) -> None:
        """Set the address."""
        ...

    def holders(self, session: Session, network_key: str, address: str) -> set[str]:
        """Return the users who registered an address."""
        ...

    def all(self, session: Session, user_id: str) -> dict[str, str]:
        """Return all addresses of a user by network."""
        ...


class KycRegister(Protocol):
    """Knows who is verified."""

    def is_verified(self, session: Session, user_id: str) -> bool:
        """Say whether any provider verified the user."""
        ...

    def set_verified(self, session: Session, user_id: str, verified: bool) -> None:
        """Set the result by hand."""
        ...

    def limits(self, session: Session, user_id: str) -> Limits:
        """Return the user's risk level and how much it may exchange."""
        ...

    def note_bank_account(self, session: Session, user_id: str) -> None:
        """Note that the exchange has seen the user's bank account."""
        ...


@dataclass(frozen=True)
class Quote:
    """What a coin is worth, and since when this is known."""

    rate: Decimal
    at: datetime


class RateSource(Protocol):
    """Knows what a coin is worth."""

    def eur_rate(self, network_key: str, moment: datetime) -> Decimal:
        """Return EUR for one unit."""
        ...

    def quote(self, network_key: str, moment: datetime) -> Quote:
        """Return EUR for one unit with its age, or raise UnavailableError if nothing is known."""
        ...


class Bank(Protocol):
    """The sandbox's bank; each call works inside the caller's transaction."""

    def check_iban(self, text: str) -> str:
        """Return an IBAN in its electronic form, or refuse what is none."""
        ...

    def house_account(self, session: Session, role: str, holder: str) -> BankAddress:
        """Return the account of one of the sandbox's services, opened if need be."""
        ...

    def send(self, session: Session, order: BankOrder) -> str:
        """Take a transfer and return its id."""
        ...

    def settle(self, session: Session) -> int:
        """Book the transfers whose moment has come; return how many there were."""
        ...

    def is_busy(self, session: Session) -> bool:
        """Say whether any transfer is on its way."""
        ...

    def state(self, session: Session, transfer_id: str) -> str:
        """Return where a transfer is: ordered, settled or returned."""
        ...

    def notices(self, session: Session, iban: str, after: int) -> Sequence[BankArrival]:
        """Return what the bank tells of by itself since a position; some may be missing, or come twice."""
        ...

    def arrivals(self, session: Session, iban: str, after: int) -> Sequence[BankArrival]:
        """Return the statement behind a position: all that arrived at an account, oldest first."""
        ...

    def gave_back(self, session: Session, transfer_id: str) -> bool:
        """Say whether the money of a transfer was sent back."""
        ...


class ChainNetwork(Protocol):
    """A network as the chains know it."""

    @property
    def key(self) -> str:
        """Return the network key."""
        ...

    @property
    def node_path(self) -> str:
        """Return the path of the JSON-RPC endpoint."""
        ...

    @property
    def decimals(self) -> int:
        """Return how many decimals the coin has."""
        ...

    @property
    def chain_id(self) -> int | None:
        """Return the EVM chain id, None elsewhere."""
        ...

    @property
    def contract_address(self) -> str | None:
        """Return the token contract, None for native coins."""
        ...


class ChainTransfer(Protocol):
    """A transfer one of the chains executed."""

    @property
    def sequence(self) -> int:
        """Return the position in the network's log."""
        ...

    @property
    def tx_id(self) -> str:
        """Return the transaction hash or digest."""
        ...

    @property
    def sender(self) -> str:
        """Return the paying address."""
        ...

    @property
    def recipient(self) -> str:
        """Return the receiving address."""
        ...

    @property
    def amount(self) -> Decimal:
        """Return the amount in main units."""
        ...

    @property
    def data(self) -> bytes:
        """Return the calldata, empty where there is none."""
        ...


class ChainRefusedError(InvalidError):
    """A chain refused or cannot do what was asked; the text says why."""

    code = "chain_refused"


class Chains(Protocol):
    """The sandbox's chains; what they refuse is a ChainRefusedError."""

    @property
    def networks(self) -> Mapping[str, ChainNetwork]:
        """Return the networks by key."""
        ...

    def address(self, name: str, network_key: str) -> str:
        """Return the address of one of the sandbox's own accounts."""
        ...

    async def balance(self, network_key: str, address: str) -> Decimal:
        """Return what an address holds."""
        ...

    async def fund(self, network_key: str, address: str, amount: Decimal) -> str:
        """Send coins out of the faucet and return the transaction id."""
        ...

    async def transfer(self, network_key: str, to: str, amount: Decimal, *, sender: str) -> str:
        """Send coins of one of the sandbox's own accounts and return the transaction id."""
        ...

    async def sign(
        self, network_key: str, to: str, amount: Decimal, *, sender: str, after: int | None = None
    ) -> SignedTransfer | None:
        """Sign a transfer that nobody has yet; None while its gas is still on the way.

        Its nonce is higher than `after`, where there are nonces.
        """
        ...

    async def hand_over(self, network_key: str, raw: bytes) -> tuple[Handed, str]:
        """Give a signed transfer to the chain, once more if need be; what came of it, and why."""
        ...

    async def fate(self, network_key: str, tx_id: str) -> Fate:
        """Return what became of a transfer; one that landed is among the transfers."""
        ...

    @property
    def changes(self) -> int:
        """Return a number that grows whenever a chain executed or took back something."""
        ...

    async def transfers(
        self, network_key: str, *, after: int, limit: int, recipient: str | None = None
    ) -> Sequence[ChainTransfer]:
        """Return executed transfers later than a position, oldest first."""
        ...

    async def wait_for_change(self, timeout: float) -> bool:  # noqa: ASYNC109 — the hub's own call
        """Wait until a chain executed something, at most so many seconds."""
        ...

    async def copy_to(self, folder: Path) -> None:
        """Write all chains into new files."""
        ...

    async def exchange(self, task: Callable[[], None]) -> None:
        """Run a task while no chain's file is open."""
        ...

    async def reset(self) -> None:
        """Start all chains anew."""
        ...
