"""What testers do to chains, on whichever network they name."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from sandbox.services.chain import control_schemas as schemas
from sandbox.services.chain.errors import ChainControlError, UnknownTransactionError
from sandbox.services.chain.evm import chain as evm_chain
from sandbox.services.chain.evm.control import drop
from sandbox.services.chain.evm.mining import INSTANT, MANUAL, every
from sandbox.services.chain.evm.node import EvmNode
from sandbox.services.chain.hub import ChainHub
from sandbox.services.chain.iota import ledger as iota_ledger
from sandbox.services.chain.iota.node import IotaNode
from sandbox.services.chain.model import ChainNetwork
from sandbox.services.chain.node import ChainNode
from sandbox.services.chain.plans import Plan, Plans

T = TypeVar("T")


class ChainControl:
    """Mining, pool, plans and reorganisations over a hub."""

    def __init__(self, hub: ChainHub) -> None:
        self._hub = hub

    async def describe(self, network_key: str) -> schemas.ChainOut:
        """How a chain stands."""
        return await self._hub.run(network_key, _describe)

    async def use_mining(self, network_key: str, wanted: schemas.MiningIn) -> None:
        """Changes when blocks are made."""
        mining = {"instant": INSTANT, "manual": MANUAL}.get(wanted.mode) or every(wanted.seconds or 1)
        await self._on_evm(network_key, lambda node: node.use_mining(mining))

    async def mine(self, network_key: str, count: int) -> int:
        """Makes blocks; the number of the newest."""
        number = 0
        for _ in range(count):
            number = await self._on_evm(network_key, lambda node: node.mine())
        return number

    async def reorganise(self, network_key: str, wanted: schemas.ReorgIn) -> list[str]:
        """Replaces the newest blocks."""
        return await self._on_evm(
            network_key, lambda node: node.reorganise(wanted.depth, wanted.transactions)
        )

    async def hold(self, network_key: str, tx_hash: str, *, held: bool) -> None:
        """Holds a waiting transaction back, or releases it; with instant mining it is executed then."""

        def decide(node: EvmNode) -> None:
            waiting = node.chain.pool.find(tx_hash.lower())
            if waiting is None:
                raise UnknownTransactionError(tx_hash)
            node.chain.pool.decide(waiting.transaction.hash, "stuck" if held else None)
            if not held and node.chain.mining == INSTANT:
                node.mine()

        await self._on_evm(network_key, decide)

    async def drop(self, network_key: str, tx_hash: str) -> None:
        """Takes a waiting transaction out of the pool for good."""

        def take_out(node: EvmNode) -> None:
            if not drop(node.chain, tx_hash.lower()):
                raise UnknownTransactionError(tx_hash)

        await self._on_evm(network_key, take_out)

    async def plan(self, network_key: str, wanted: schemas.PlanIn) -> schemas.PlanOut:
        """Orders an outcome for coming transactions."""

        def add(node: ChainNode, network: ChainNetwork) -> Plan:
            plans, possible = _plans(node, network)
            if wanted.outcome not in possible:
                raise ChainControlError(
                    f"{network.display_name} knows no outcome {wanted.outcome!r}."
                    f" Possible there: {', '.join(possible)}."
                )
            sender = None if wanted.sender is None else node.normal_address(wanted.sender)
            return plans.add(wanted.outcome, sender, wanted.count)

        return _plan_out(await self._hub.run(network_key, add))

    async def clear_plans(self, network_key: str) -> None:
        """Forgets all plans."""
        await self._hub.run(network_key, lambda node, network: _plans(node, network)[0].clear())

    async def release_checkpoints(self, network_key: str) -> None:
        """Lets the checkpoints come that were held back."""

        def release(node: ChainNode, network: ChainNetwork) -> None:
            if not isinstance(node, IotaNode):
                raise ChainControlError(f"{network.display_name} has no checkpoints. IOTA networks have.")
            node.release()

        await self._hub.run(network_key, release)

    async def _on_evm(self, network_key: str, task: Callable[[EvmNode], T]) -> T:
        def run(node: ChainNode, network: ChainNetwork) -> T:
            if not isinstance(node, EvmNode):
                raise ChainControlError(
                    f"{network.display_name} cannot do this: only an EVM chain of the sandbox's own can."
                )
            return task(node)

        return await self._hub.run(network_key, run)


def _describe(node: ChainNode, network: ChainNetwork) -> schemas.ChainOut:
    blocks = node.explorer.blocks(None, 1)
    mining = node.chain.mining if isinstance(node, EvmNode) else None
    own = isinstance(node, EvmNode | IotaNode)
    return schemas.ChainOut(
        network=network.key,
        kind=("evm" if isinstance(node, EvmNode) else "iota") if own else "external",
        newest_block=blocks[0].number if blocks else 0,
        mining=None if mining is None else schemas.MiningOut(mode=mining.mode, seconds=mining.seconds),
        held_from=node.ledger.held_from() if isinstance(node, IotaNode) else None,
        waiting=[
            schemas.WaitingOut(tx_id=one.tx_id, sender=one.sender, note=one.note)
            for one in node.explorer.waiting()
        ],
        plans=[_plan_out(plan) for plan in _plans(node, network)[0].all()] if own else [],
    )


def _plans(node: ChainNode, network: ChainNetwork) -> tuple[Plans, tuple[str, ...]]:
    if isinstance(node, EvmNode):
        return node.chain.plans, evm_chain.OUTCOMES
    if isinstance(node, IotaNode):
        return node.ledger.plans, iota_ledger.OUTCOMES
    raise ChainControlError(f"{network.display_name} runs on a node that is not the sandbox's own.")


def _plan_out(plan: Plan) -> schemas.PlanOut:
    return schemas.PlanOut.model_validate(
        {"id": plan.id, "outcome": plan.outcome, "sender": plan.sender, "remaining": plan.remaining}
    )
