"""ChainHub: all chains of a sandbox behind one door."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any, TypeVar

from sandbox.services.chain import jsonrpc
from sandbox.services.chain.errors import (
    ChainControlError,
    NodeFailedError,
    RpcError,
    UnknownNetworkError,
)
from sandbox.services.chain.evm.mining import INSTANT, Mining, every
from sandbox.services.chain.evm.node import NETWORKS as EVM_NETWORKS
from sandbox.services.chain.evm.node import EvmNode
from sandbox.services.chain.external.node import External, ExternalNode
from sandbox.services.chain.keys import TREASURY, account_address
from sandbox.services.chain.model import (
    ETH,
    EURX,
    IOTA_COIN_TYPE,
    IOTA_MAINNET,
    IOTA_TESTNET,
    ChainNetwork,
    Transfer,
)
from sandbox.services.chain.node import ChainNode, Clock, TransactionDetails, shown_transfers
from sandbox.services.chain.nodes import NodeMaker
from sandbox.services.chain.outgoing import Outgoing
from sandbox.services.chain.repeater import Repeater, Sleep
from sandbox.services.chain.worker import NodeWorker

T = TypeVar("T")

DEFAULT_SEED = "etopay sandbox"
EXTERNAL_POLL_SECONDS = 0.5
IOTA_NETWORKS = (
    ChainNetwork(IOTA_TESTNET, IOTA_TESTNET, "IOTA Rebased Testnet", "IOTA", 9, coin_type=IOTA_COIN_TYPE),
    ChainNetwork(IOTA_MAINNET, IOTA_MAINNET, "IOTA Rebased", "IOTA", 9, coin_type=IOTA_COIN_TYPE),
)


class ChainHub:
    """Opens the chains in a folder, moves the sandbox's own coins and tells what was paid to whom."""

    def __init__(
        self,
        folder: Path,
        *,
        seed: str = DEFAULT_SEED,
        clock: Clock = time.time,
        block_interval: float | None = None,
        external: External | None = None,
        sleep: Sleep = asyncio.sleep,
    ) -> None:
        self.networks: dict[str, ChainNetwork] = {one.key: one for one in (*EVM_NETWORKS, *IOTA_NETWORKS)}
        self.changes = 0
        """Grows whenever a chain executed something new."""
        self._seed = seed
        self._block_interval = block_interval
        self._sleep = sleep
        self._loop: asyncio.AbstractEventLoop | None = None
        self._changed = asyncio.Event()
        self._beat = Repeater()
        self._own_addresses: dict[str, str] = {}
        self.outgoing = Outgoing(self.network, self.run)
        maker = NodeMaker(folder, seed, clock, self._announce_soon)
        self._evm = maker.evm(external, self._follow_soon)
        self._iota = {network.key: maker.iota(network) for network in IOTA_NETWORKS}

    async def open(self) -> None:
        """Opens the chains, or creates them where the folder has none; the folder must be writable."""
        self._loop = asyncio.get_running_loop()
        await asyncio.gather(*(worker.open() for worker in self._workers()))
        await self._start_beat()

    async def close(self) -> None:
        """Closes the chains; everything acknowledged is on disk already."""
        self._beat.stop()
        await asyncio.gather(*(worker.close() for worker in self._workers()))

    async def reset(self) -> None:
        """Takes all chains back to their first block; cursors of the transfer log start over too."""
        await asyncio.gather(*(worker.reset() for worker in self._workers()))
        await self._start_beat()
        self._announce()

    async def copy_to(self, folder: Path) -> None:
        """Writes all chains into new files; ChainControlError if one is not the sandbox's own."""
        for key, worker in {ETH: self._evm, **self._iota}.items():
            path = folder / f"{key.lower()}.sqlite"
            await worker.run(lambda node, path=path: node.copy_to(path))  # type: ignore[misc]

    async def exchange(self, task: Callable[[], None]) -> None:
        """Runs a task that exchanges the files of the chains, while none of them is open."""
        self._beat.stop()
        await asyncio.gather(*(worker.suspend() for worker in self._workers()))
        try:
            await asyncio.to_thread(task)
        finally:
            await asyncio.gather(*(worker.open() for worker in self._workers()))
            await self._start_beat()
            self._announce()

    def network(self, network_key: str) -> ChainNetwork:
        """A network by its key; UnknownNetworkError if there is none."""
        found = self.networks.get(network_key)
        if found is None:
            raise UnknownNetworkError(network_key, tuple(self.networks))
        return found

    def address(self, name: str, network_key: str) -> str:
        """Address of the sandbox's own account of this name, the same for the same seed."""
        network = self.network(network_key)
        foreign = self._own_addresses.get(name) if network.node_key == ETH else None
        return foreign or account_address(self._seed, network, name)

    async def balance(self, network_key: str, address: str) -> Decimal:
        """Amount in main units that an address has; AddressError if it is malformed."""
        return await self.run(
            network_key,
            lambda node, network: network.from_units(node.balance(network, node.normal_address(address))),
        )

    async def fund(self, network_key: str, address: str, amount: Decimal) -> str:
        """Gives an amount (main units) from the treasury by a real transaction; its id."""
        return await self.transfer(network_key, address, amount)

    async def transfer(
        self, network_key: str, to: str, amount: Decimal, *, sender: str = TREASURY, data: bytes = b""
    ) -> str:
        """Sends an amount (main units) from the treasury or another named account; the transaction id.

        It is executed when this returns, save where blocks are made by the clock or by hand, or an external
        node takes longer than a minute. `data` goes along as calldata (on IOTA it is left out). Where only
        the fee is missing, the treasury gives it. TransferRefusedError if the account has too little,
        AddressError and AmountError for malformed arguments, TransferUnknownError if an external node does
        not say whether it has it. `outgoing` has the parts of this one by one.
        """
        return await self.outgoing.send(network_key, to, amount, sender=sender, data=data)

    async def transfers(
        self, network_key: str, *, after: int = 0, limit: int = 100, recipient: str | None = None
    ) -> list[Transfer]:
        """Executed transfers behind a sequence number, oldest first, of one recipient if given."""

        def read(node: ChainNode, network: ChainNetwork) -> list[Transfer]:
            to = None if recipient is None else node.normal_address(recipient)
            return shown_transfers(node, node.log.after(network, after, limit, to))

        return await self.run(network_key, read)

    async def newest_transfers(
        self, network_key: str, *, limit: int = 25, address: str | None = None
    ) -> list[Transfer]:
        """Latest transfers, newest first; with an address those it sent or received."""

        def read(node: ChainNode, network: ChainNetwork) -> list[Transfer]:
            party = None if address is None else node.normal_address(address)
            return shown_transfers(node, node.log.newest(network, limit, party))

        return await self.run(network_key, read)

    async def transaction(
        self, network_key: str, tx_id: str
    ) -> tuple[TransactionDetails, list[Transfer]] | None:
        """A transaction and its transfers on this network, None if its node does not know it."""

        def read(node: ChainNode, network: ChainNetwork) -> tuple[TransactionDetails, list[Transfer]] | None:
            details = node.explorer.details(tx_id)
            if details is None:
                return None
            return details, shown_transfers(node, node.log.of_transaction(network, details.tx_id))

        return await self.run(network_key, read)

    async def cursor(self, consumer: str, network_key: str) -> int:
        """Sequence of the last transfer that this consumer acknowledged, 0 at first."""
        return await self.run(network_key, lambda node, network: node.log.cursor(consumer, network.key))

    async def acknowledge(self, consumer: str, transfer: Transfer) -> None:
        """Moves the consumer's cursor to this transfer; kept on disk beside the chain."""
        await self.run(
            transfer.network_key,
            lambda node, network: node.log.acknowledge(consumer, network.key, transfer.sequence),
        )

    async def wait_for_change(self, timeout: float, *, since: int | None = None) -> bool:  # noqa: ASYNC109
        """True as soon as a chain executes something; at once if `changes` is no longer `since`."""
        if since is not None and since != self.changes:
            return True
        try:
            await asyncio.wait_for(self._changed.wait(), timeout)
        except TimeoutError:
            return False
        return True

    async def mine(self) -> int:
        """Makes an EVM block of what waits (an empty one if nothing does); its number."""
        return await self._on_own_evm(lambda node: node.mine())

    async def set_block_interval(self, seconds: float | None) -> None:
        """Mines an EVM block every so many seconds; None executes each transaction at once."""
        await self.use_mining(INSTANT if seconds is None else every(seconds))

    async def use_mining(self, mining: Mining) -> None:
        """Changes when EVM blocks are made; it is kept for the next start."""
        await self._on_own_evm(lambda node: node.use_mining(mining))

    async def rpc(self, network_key: str, body: bytes, *, steering: bool = True) -> Any:
        """Answer of a network's node to a JSON-RPC request body; None if there is nothing to answer.

        Without `steering`, methods that control the node are refused.
        """

        def task(node: ChainNode, _: ChainNetwork) -> Any:
            return jsonrpc.answer(body, node.call if steering else jsonrpc.only_open(node.call))

        return await self.run(network_key, task)

    async def run(self, network_key: str, task: Callable[[ChainNode, ChainNetwork], T]) -> T:
        """Runs a task with a network's node, in that node's thread; NodeFailedError if the node refuses."""
        network = self.network(network_key)
        worker = self._evm if network.node_key == ETH else self._iota[network.node_key]
        try:
            return await worker.run(lambda node: task(node, network))
        except RpcError as error:
            raise NodeFailedError(f"{network.display_name}: {error.message}") from error

    async def _on_own_evm(self, task: Callable[[EvmNode], T]) -> T:
        def run(node: ChainNode) -> T:
            if not isinstance(node, EvmNode):
                raise ChainControlError("An external node makes its blocks by itself.")
            return task(node)

        return await self._evm.run(run)

    async def _start_beat(self) -> None:
        external = await self._evm.run(lambda node: node if isinstance(node, ExternalNode) else None)
        if external is None:
            if self._block_interval is not None:
                await self.set_block_interval(self._block_interval)
            self._follow(await self._on_own_evm(lambda node: node.chain.mining))
            return
        for key in (ETH, EURX):
            self.networks.pop(key, None)
        self.networks = {one.key: one for one in external.networks} | self.networks
        self._own_addresses = {TREASURY: external.own_address(TREASURY)} if external.can_pay else {}
        self._beat.start(EXTERNAL_POLL_SECONDS, lambda: self.run(ETH, lambda *_: external.follow()))

    def _follow(self, mining: Mining) -> None:
        self._beat.stop()
        if mining.seconds is not None:
            self._beat.start(mining.seconds, self.mine, self._sleep)

    def _follow_soon(self, mining: Mining) -> None:
        if self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._follow, mining)

    def _workers(self) -> list[NodeWorker[ChainNode]]:
        return [self._evm, *self._iota.values()]

    def _announce_soon(self) -> None:
        if self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._announce)

    def _announce(self) -> None:
        self.changes += 1
        waiting, self._changed = self._changed, asyncio.Event()
        waiting.set()
