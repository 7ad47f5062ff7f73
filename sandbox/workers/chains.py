"""The chains as a worker sees them: what is fixed about them; whoever moves coins is the keeper."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sandbox.core.ports import ChainNetwork
from sandbox.workers.door import KeeperDoor


@dataclass(frozen=True)
class KeptNetwork:
    """A network as the keeper describes it."""

    key: str
    node_path: str
    decimals: int
    chain_id: int | None
    contract_address: str | None


class KeptChains:
    """Networks and addresses, learned from the keeper: all that sign-in and backend ask the chains for."""

    def __init__(self, door: KeeperDoor, networks: Sequence[KeptNetwork]) -> None:
        self._door = door
        self._networks = {one.key: one for one in networks}
        self._addresses: dict[tuple[str, str], str] = {}

    @property
    def networks(self) -> Mapping[str, ChainNetwork]:
        """Return the networks by key."""
        return self._networks

    def address(self, name: str, network_key: str) -> str:
        """Return the address of one of the sandbox's own accounts, which never changes."""
        found = self._addresses.get((name, network_key))
        if found is None:
            found = self._door.address(name, network_key)
            self._addresses[name, network_key] = found
        return found
