"""`/_sandbox/faults`: what shall go wrong."""

from fnmatch import fnmatchcase
from typing import Any

from fastapi import APIRouter, Request

from sandbox.control.fault_schemas import FaultIn, FaultList, FaultOut
from sandbox.core.context import Ctx
from sandbox.core.errors import InvalidError, NotFoundError
from sandbox.core.faults.call import Operations
from sandbox.core.wording import did_you_mean

router = APIRouter(tags=["control room"], prefix="/_sandbox/faults")
_UNKNOWN: dict[int | str, dict[str, Any]] = {404: {"description": "No failure with this id is in force."}}


@router.get("")
async def list_faults(context: Ctx) -> FaultList:
    """Return the failures in force."""
    return FaultList(faults=[FaultOut.of(fault) for fault in context.faults.all()])


@router.post("", status_code=201)
async def plan_fault(request: Request, context: Ctx, body: FaultIn) -> FaultOut:
    """Plan a failure."""
    if body.operation is not None:
        _require_operation(body.operation, Operations(request.app.openapi).ids)
    fault = body.planned(context.clock.now())
    context.faults.add(fault)
    return FaultOut.of(fault)


@router.delete("", status_code=204)
async def clear_faults(context: Ctx) -> None:
    """End all failures."""
    context.faults.clear()


@router.delete("/{fault_id}", status_code=204, responses=_UNKNOWN)
async def clear_fault(context: Ctx, fault_id: str) -> None:
    """End one failure."""
    if not context.faults.clear(fault_id):
        raise NotFoundError("No failure with this id is in force.")


def _require_operation(pattern: str, known: list[str]) -> None:
    if any(fnmatchcase(name, pattern) for name in known):
        return
    hint = did_you_mean(pattern, known, cutoff=0.3)
    raise InvalidError(f"`operation`: the API has no operation {pattern[:60]!r}.{hint}")
