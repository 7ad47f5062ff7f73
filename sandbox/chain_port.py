"""Hands the chain hub to the services that need chains, and turns its refusals into ours."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import TypeVar

from sandbox.core.handing import ChainUnavailableError, Fate, Handed, SignedTransfer
from sandbox.core.ports import ChainNetwork, ChainRefusedError, ChainTransfer
from sandbox.services.chain import ChainError, ChainHub
from sandbox.services.chain.errors import NodeFailedError, TransferUnknownError

T = TypeVar("T")


class HubChains:
    """The chains of the running sandbox."""

    def __init__(self, hub: ChainHub) -> None:
        self._hub = hub

    @property
    def networks(self) -> Mapping[str, ChainNetwork]:
        """Return the networks by key."""
        return self._hub.networks

    def address(self, name: str, network_key: str) -> str:
        """Return the address of one of the sandbox's own accounts."""
        try:
            return self._hub.address(name, network_key)
        except ChainError as error:
            raise ChainRefusedError(str(error)) from error

    async def balance(self, network_key: str, address: str) -> Decimal:
        """Return what an address holds."""
        return await _translated(self._hub.balance(network_key, address))

    async def fund(self, network_key: str, address: str, amount: Decimal) -> str:
        """Send coins out of the faucet and return the transaction id."""
        return await _translated(self._hub.fund(network_key, address, amount))

    async def transfer(self, network_key: str, to: str, amount: Decimal, *, sender: str) -> str:
        """Send coins of one of the sandbox's own accounts and return the transaction id."""
        return await _translated(self._hub.transfer(network_key, to, amount, sender=sender))

    async def sign(
        self, network_key: str, to: str, amount: Decimal, *, sender: str, after: int | None = None
    ) -> SignedTransfer | None:
        """Sign a transfer that nobody has yet; None while its gas is still on the way."""
        return await _translated(self._hub.outgoing.sign(network_key, to, amount, sender=sender, after=after))

    async def hand_over(self, network_key: str, raw: bytes) -> tuple[Handed, str]:
        """Give a signed transfer to the chain, once more if need be."""
        return await _translated(self._hub.outgoing.hand_over(network_key, raw))

    async def fate(self, network_key: str, tx_id: str) -> Fate:
        """Return what became of a transfer."""
        return await _translated(self._hub.outgoing.fate(network_key, tx_id))

    @property
    def changes(self) -> int:
        """Return a number that grows whenever a chain executed or took back something."""
        return self._hub.changes

    async def transfers(
        self, network_key: str, *, after: int, limit: int, recipient: str | None = None
    ) -> Sequence[ChainTransfer]:
        """Return executed transfers later than a position, oldest first."""
        return await _translated(
            self._hub.transfers(network_key, after=after, limit=limit, recipient=recipient)
        )

    async def wait_for_change(self, timeout: float) -> bool:  # noqa: ASYNC109 — the hub's own call
        """Wait until a chain executed something, at most so many seconds."""
        return await self._hub.wait_for_change(timeout)

    async def copy_to(self, folder: Path) -> None:
        """Write all chains into new files."""
        await _translated(self._hub.copy_to(folder))

    async def exchange(self, task: Callable[[], None]) -> None:
        """Run a task while no chain's file is open."""
        await self._hub.exchange(task)

    async def reset(self) -> None:
        """Start all chains anew."""
        await self._hub.reset()


async def _translated(call: Awaitable[T]) -> T:
    try:
        return await call
    except (NodeFailedError, TransferUnknownError) as error:
        raise ChainUnavailableError(str(error)) from error
    except ChainError as error:
        raise ChainRefusedError(str(error)) from error
