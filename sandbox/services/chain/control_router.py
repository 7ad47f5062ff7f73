"""`/_sandbox/chains/…`: mining, pool, plans and reorganisations."""

from __future__ import annotations

from collections.abc import Awaitable
from typing import Any, TypeVar

from fastapi import APIRouter, Depends

from sandbox.core.errors import InvalidError, NotFoundError
from sandbox.core.strict import only_known_parameters
from sandbox.services.chain import control_schemas as schemas
from sandbox.services.chain.control import ChainControl
from sandbox.services.chain.errors import ChainError, UnknownNetworkError, UnknownTransactionError
from sandbox.services.chain.hub import ChainHub

T = TypeVar("T")

REFUSALS: dict[int | str, dict[str, Any]] = {
    404: {"description": "There is no such network, or no such transaction waits."},
    422: {"description": "The body has not the expected form, or the chain cannot do this."},
}


def control_router(hub: ChainHub) -> APIRouter:
    """All calls that steer chains."""
    routes = APIRouter(
        prefix="/_sandbox/chains", responses=REFUSALS, dependencies=[Depends(only_known_parameters)]
    )
    control = ChainControl(hub)

    @routes.get("")
    async def list_chains() -> schemas.ChainList:
        """Return all networks with how their chains stand."""
        return schemas.ChainList(chains=[await control.describe(key) for key in hub.networks])

    @routes.get("/{network_key}")
    async def show_chain(network_key: str) -> schemas.ChainOut:
        """Return how a network's chain stands: newest block, mining, what waits, plans."""
        return await _translated(control.describe(network_key))

    @routes.get("/{network_key}/mining")
    async def show_mining(network_key: str) -> schemas.MiningOut | None:
        """Return when blocks are made; null on IOTA and on external nodes."""
        return (await _translated(control.describe(network_key))).mining

    @routes.put("/{network_key}/mining")
    async def set_mining(network_key: str, body: schemas.MiningIn) -> schemas.MiningOut:
        """Make EVM blocks at once, every so many seconds, or by hand."""
        await _translated(control.use_mining(network_key, body))
        return schemas.MiningOut(mode=body.mode, seconds=body.seconds)

    @routes.post("/{network_key}/blocks")
    async def make_blocks(network_key: str, body: schemas.BlocksIn) -> schemas.BlocksOut:
        """Make EVM blocks of what waits."""
        return schemas.BlocksOut(number=await _translated(control.mine(network_key, body.count)))

    @routes.post("/{network_key}/reorg")
    async def reorganise(network_key: str, body: schemas.ReorgIn) -> schemas.ReorgOut:
        """Replace the newest EVM blocks by empty ones."""
        return schemas.ReorgOut(transactions=await _translated(control.reorganise(network_key, body)))

    @routes.put("/{network_key}/pool/{tx_hash}", status_code=204)
    async def hold_transaction(network_key: str, tx_hash: str, body: schemas.HeldIn) -> None:
        """Hold a waiting EVM transaction back, or release it."""
        await _translated(control.hold(network_key, tx_hash, held=body.held))

    @routes.delete("/{network_key}/pool/{tx_hash}", status_code=204)
    async def drop_transaction(network_key: str, tx_hash: str) -> None:
        """Take a waiting EVM transaction out of the pool for good."""
        await _translated(control.drop(network_key, tx_hash))

    @routes.post("/{network_key}/plans", status_code=201)
    async def plan_outcome(network_key: str, body: schemas.PlanIn) -> schemas.PlanOut:
        """Order what the next transactions come to.

        On the EVM "stuck" (waits until released), "dropped" (leaves the pool after its hash was given) and
        "reverted" (mined with status 0); on IOTA "failed" (failure in its effects), "delayed" (no checkpoint
        until released) and "contended" (refused because its coins are reserved). Without a sender the
        sandbox's own transactions are spared.
        """
        return await _translated(control.plan(network_key, body))

    @routes.delete("/{network_key}/plans", status_code=204)
    async def clear_plans(network_key: str) -> None:
        """Forget all plans of a network."""
        await _translated(control.clear_plans(network_key))

    @routes.post("/{network_key}/checkpoints/release", status_code=204)
    async def release_checkpoints(network_key: str) -> None:
        """Let the IOTA checkpoints come that were held back."""
        await _translated(control.release_checkpoints(network_key))

    return routes


async def _translated(call: Awaitable[T]) -> T:
    try:
        return await call
    except (UnknownNetworkError, UnknownTransactionError) as error:
        raise NotFoundError(str(error)) from error
    except ChainError as error:
        raise InvalidError(str(error)) from error
