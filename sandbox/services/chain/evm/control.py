"""The JSON-RPC methods with which test nodes are steered, named as Anvil and geth name them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

from sandbox.services.chain.errors import SERVER_ERROR, ChainControlError, RpcError, invalid_params
from sandbox.services.chain.evm import params, views
from sandbox.services.chain.evm.chain import EvmChain
from sandbox.services.chain.evm.mining import INSTANT, MANUAL, Mining, every
from sandbox.services.chain.evm.params import Arguments
from sandbox.services.chain.evm.reorg import Afterwards

MAX_BLOCKS = 1000
MAX_SECONDS = 86_400

Method = Callable[[Arguments], Any]


class Steered(Protocol):
    """A node that can be told when to make blocks."""

    chain: EvmChain

    def mine(self) -> int:
        """Makes a block of what waits; its number."""

    def use_mining(self, mining: Mining) -> None:
        """Changes when blocks are made."""

    def reorganise(self, depth: int, afterwards: Afterwards) -> list[str]:
        """Replaces the newest blocks."""


class ControlMethods:
    """evm_*, anvil_* and txpool_* of one node."""

    def __init__(self, node: Steered) -> None:
        self._node = node
        self._methods: dict[str, tuple[int, Method]] = {
            "evm_mine": (1, self._mine_one),
            "anvil_mine": (2, self._mine_many),
            "evm_setAutomine": (1, self._set_automine),
            "anvil_getAutomine": (0, lambda _: node.chain.mining == INSTANT),
            "evm_setIntervalMining": (1, self._set_interval),
            "anvil_getIntervalMining": (0, lambda _: node.chain.mining.seconds),
            "anvil_dropTransaction": (1, self._drop),
            "anvil_reorg": (2, self._reorganise),
            "txpool_status": (0, self._pool_status),
            "txpool_content": (0, lambda _: self._pool_content()),
        }

    def find(self, method: str) -> Callable[[list[Any]], Any] | None:
        """What answers a method, None if it is none of these."""
        found = self._methods.get(method)
        if found is None:
            return None
        at_most, answer = found
        return lambda values: answer(Arguments(values, at_most))

    def _mine_one(self, _: Arguments) -> str:
        self._node.mine()
        return "0x0"

    def _mine_many(self, arguments: Arguments) -> None:
        for _ in range(_whole(arguments.optional(0), "argument 0", 1, MAX_BLOCKS)):
            self._node.mine()

    def _set_automine(self, arguments: Arguments) -> bool:
        arguments.required(0)
        self._node.use_mining(INSTANT if arguments.flag(0, default=True) else MANUAL)
        return True

    def _set_interval(self, arguments: Arguments) -> bool:
        arguments.required(0)
        seconds = _whole(arguments.optional(0), "argument 0", 0, MAX_SECONDS)
        self._node.use_mining(every(float(seconds)) if seconds else MANUAL)
        return True

    def _drop(self, arguments: Arguments) -> str | None:
        tx_hash = arguments.hash(0)
        return tx_hash if drop(self._node.chain, tx_hash) else None

    def _reorganise(self, arguments: Arguments) -> None:
        depth = _whole(arguments.required(0), "argument 0", 1, MAX_BLOCKS)
        if arguments.optional(1):
            raise invalid_params("invalid argument 1: new transactions in the new blocks are not simulated")
        try:
            self._node.reorganise(depth, "vanish")
        except ChainControlError as error:
            raise RpcError(SERVER_ERROR, str(error)) from None

    def _pool_status(self, _: Arguments) -> dict[str, str]:
        content = self._pool_content()
        return {
            kind: hex(sum(len(of_one) for of_one in content[kind].values())) for kind in ("pending", "queued")
        }

    def _pool_content(self) -> dict[str, dict[str, dict[str, Any]]]:
        content: dict[str, dict[str, dict[str, Any]]] = {"pending": {}, "queued": {}}
        chain = self._node.chain
        for one in chain.pool.all():
            transaction = one.transaction
            ready = transaction.nonce < chain.pending_nonce(transaction.sender)
            of_one = content["pending" if ready else "queued"].setdefault(transaction.sender, {})
            of_one[str(transaction.nonce)] = views.transaction_view(transaction)
        return content


def drop(chain: EvmChain, tx_hash: str) -> bool:
    """Takes a transaction out of the pool for good; False if it does not wait there."""
    if chain.pool.find(tx_hash) is None:
        return False
    with chain.database.transaction():
        chain.pool.remove([tx_hash], for_good=True)
    return True


def _whole(value: Any, what: str, least: int, most: int) -> int:
    if value is None:
        return least
    number = value if isinstance(value, int) and not isinstance(value, bool) else params.quantity(value, what)
    if not least <= number <= most:
        raise invalid_params(f"invalid {what}: a whole number from {least} to {most} is expected")
    return number
