"""`/transactions`."""

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Query

from sandbox.core.auth import Me
from sandbox.core.context import Ctx
from sandbox.services.transactions.schemas import (
    CommitIn,
    CreateIn,
    CreateOut,
    Details,
    PurchaseId,
    PurchaseList,
    StatusOut,
)
from sandbox.services.transactions.service import Purchases

router = APIRouter(tags=["purchases"], prefix="/transactions")
_MOST = 200
Count = Annotated[int, Query(ge=0, lt=2**32)]


@router.post("/create", status_code=201)
def create(context: Ctx, user: Me, body: CreateIn) -> CreateOut:
    """Create a purchase."""
    return CreateOut(index=Purchases(context).create(user, body))


@router.get("/details")
def details(context: Ctx, user: Me, index: Annotated[PurchaseId, Query()]) -> Details:
    """Return where and how much to pay, and the status."""
    return Purchases(context).details(user, index)


@router.get("/status")
def status(context: Ctx, user: Me, index: Annotated[PurchaseId, Query()]) -> StatusOut:
    """Return a purchase's status alone.

    The real service's call is not documented: the path is our reading of the SDK's types.
    """
    return StatusOut(status=Purchases(context).details(user, index).status)


@router.post("/commit", status_code=202)
def commit(context: Ctx, user: Me, body: CommitIn) -> None:
    """Name the transaction that pays a purchase."""
    Purchases(context).commit(user, body.index, body.transaction_id)


@router.get("/txs-details")
def list_purchases(
    context: Ctx,
    user: Me,
    *,
    is_sender: bool = False,
    start: Count = 0,
    limit: Count = 10,
    partner: Annotated[str | None, Query(max_length=100)] = None,
    day: Annotated[date | None, Query(alias="date")] = None,
) -> PurchaseList:
    """Return a page of purchases, newest first; `start` counts pages, `date` is the day (UTC) of creation."""
    purchases = Purchases(context).listed(
        user, only_sent=is_sender, partner=partner, day=day, page=start, size=min(limit, _MOST)
    )
    return PurchaseList(txs=purchases)
