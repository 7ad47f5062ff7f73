"""Makes the nodes of a hub: which kind, and in which file of its folder."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from sandbox.services.chain.evm.mining import Mining
from sandbox.services.chain.evm.node import EvmNode
from sandbox.services.chain.external.node import External, ExternalNode
from sandbox.services.chain.iota.node import IotaNode
from sandbox.services.chain.model import ETH, ChainNetwork
from sandbox.services.chain.node import ChainNode, Changed, Clock
from sandbox.services.chain.storage import delete_database
from sandbox.services.chain.worker import NodeWorker


@dataclass(frozen=True, slots=True)
class NodeMaker:
    """What all nodes of a hub have in common."""

    folder: Path
    seed: str
    clock: Clock
    changed: Changed

    def evm(self, external: External | None, rescheduled: Callable[[Mining], None]) -> NodeWorker[ChainNode]:
        """The worker of ETH: the sandbox's own node, or the external one."""
        path = self._path(ETH if external is None else f"{ETH}-external")

        def make() -> ChainNode:
            if external is not None:
                return ExternalNode(path, external, seed=self.seed, changed=self.changed)
            return EvmNode(
                path, seed=self.seed, clock=self.clock, changed=self.changed, rescheduled=rescheduled
            )

        return NodeWorker(ETH, make, lambda: delete_database(path))

    def iota(self, network: ChainNetwork) -> NodeWorker[ChainNode]:
        """The worker of an IOTA network."""
        path = self._path(network.key)

        def make() -> ChainNode:
            return IotaNode(path, network, seed=self.seed, clock=self.clock, changed=self.changed)

        return NodeWorker(network.key, make, lambda: delete_database(path))

    def _path(self, name: str) -> Path:
        return self.folder / f"{name.lower()}.sqlite"
