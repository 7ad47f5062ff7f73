"""How a transfer on a chain goes: signed, handed over, and what becomes of it."""

from typing import Literal, Protocol

from sandbox.core.errors import UnavailableError

Fate = Literal["landed", "final", "reverted", "waiting", "unknown"]
"""It moved coins, no reorganisation can take them back, it failed, it is on its way, or nobody has it."""

Handed = Literal["taken", "later", "never"]
"""The chain has it, may take it another time, or can never execute it."""


class SignedTransfer(Protocol):
    """A transfer that is signed: whoever has its bytes can hand it over any number of times."""

    @property
    def tx_id(self) -> str:
        """Return the transaction hash or digest."""
        ...

    @property
    def raw(self) -> bytes:
        """Return what is handed over."""
        ...

    @property
    def nonce(self) -> int | None:
        """Return its place among those of its account, None where there are none."""
        ...


class ChainUnavailableError(UnavailableError):
    """A chain does not answer: what was asked may have happened or not."""

    code = "chain_unavailable"
