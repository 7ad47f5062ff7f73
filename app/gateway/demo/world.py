"""What outlives a restart in the demo: the services with the chains, and what a device keeps."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from app.core.model import Account, Payment, PaymentState, PendingPayment
from app.gateway.demo.chain import DemoChains
from app.gateway.demo.clock import DemoClock
from app.gateway.demo.faults import Faults


@dataclass
class Shares:
    """A wallet as the service holds it for one user."""

    phrase: str
    password: str


@dataclass
class JournalEntry:
    """A payment that was started on this device."""

    payment: Payment
    started_at: datetime
    state: PaymentState
    tx_id: str | None = None

    def view(self) -> PendingPayment:
        """As the protocol shows it."""
        return PendingPayment(self.payment, self.state, self.started_at, self.tx_id)


@dataclass
class Vault:
    """What a device keeps of one account; the demo seals nothing, it only acts as if."""

    username: str
    display_name: str
    last_used: int = 0
    pin: str | None = None
    password: str | None = None
    phrase: str | None = None
    has_wallet: bool = False
    replaces: bool = False
    phrase_confirmed: bool = False
    # A refresh token is sealed: known to the device only once the PIN was right.
    signed_in: bool = False
    damaged: bool = False
    wrong_pins: int = 0
    pause_until: datetime | None = None
    values: dict[str, bytes] = field(default_factory=dict)
    journal: dict[str, JournalEntry] = field(default_factory=dict)

    def account(self) -> Account:
        """What may be shown before unlocking: a wallet whose making was interrupted looks like one."""
        return Account(self.username, self.display_name, self.pin is not None, self.phrase is not None)

    @property
    def interrupted(self) -> bool:
        """Whether there is a phrase whose wallet did not reach the service."""
        return self.phrase is not None and not self.has_wallet

    def begin_anew(self) -> None:
        """Drop PIN, password and a wallet that was never finished."""
        self.drop_wallet()
        self.pin = self.password = self.pause_until = None
        self.wrong_pins = 0

    def drop_wallet(self) -> None:
        """Drop a wallet that was never finished."""
        self.phrase = None
        self.phrase_confirmed = self.replaces = False


@dataclass
class DemoDevice:
    """One device's data folder; hand the same one to a new gateway to play a restart."""

    vaults: dict[str, Vault] = field(default_factory=dict)
    opened: bool = False

    def crash(self) -> None:
        """End the process that holds the folder, without any tidying up."""
        self.opened = False


@dataclass
class DemoWorld:
    """Everything outside the device; several gateways may share it."""

    clock: DemoClock = field(default_factory=DemoClock)
    faults: Faults = field(default_factory=Faults)
    shares: dict[str, Shares] = field(default_factory=dict)
    ended_sessions: set[str] = field(default_factory=set)
    chains: DemoChains = field(init=False)

    def __post_init__(self) -> None:
        self.chains = DemoChains(self.clock)

    def end_session(self, username: str) -> None:
        """Let the provider forget the user's session, as after a long time."""
        self.ended_sessions.add(username)
