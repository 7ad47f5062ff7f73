"""`/_sandbox/…`."""

from typing import Annotated

from fastapi import APIRouter, Query, Request

from sandbox.control import schemas
from sandbox.control.identity import router as identity_router
from sandbox.control.operations import Operations
from sandbox.core import outbox
from sandbox.core.clock import iso
from sandbox.core.context import Ctx
from sandbox.services.identity.service import Identity

router = APIRouter(tags=["control room"], prefix="/_sandbox")
router.include_router(identity_router)


@router.get("/health")
def health(context: Ctx) -> schemas.Health:
    """Say that all parts answer."""
    return schemas.Health(
        status="ok",
        backend=f"{context.settings.public_url}/api",
        idp=context.settings.idp,
        networks=[network.key for network in context.networks.all()],
        data=str(context.settings.data),
    )


@router.get("/networks")
def list_networks(context: Ctx) -> schemas.NamedNetworks:
    """Return the networks by key and name, in the order shown to users."""
    return schemas.NamedNetworks(
        networks=[
            schemas.NetworkOut(key=network.key, name=network.display_name, symbol=network.display_symbol)
            for network in context.networks.all()
        ]
    )


@router.get("/users")
def list_users(context: Ctx) -> schemas.UserList:
    """Return all users the backend knows."""
    return schemas.UserList(users=Operations(context).users())


@router.post("/users", status_code=201)
def create_user(context: Ctx, identity: Identity, body: schemas.UserIn) -> schemas.UserOut:
    """Create an account with its backend user."""
    return Operations(context).create_user(identity, body)


@router.put("/users/{username}/kyc")
def set_kyc(context: Ctx, username: str, body: schemas.KycIn) -> schemas.UserOut:
    """Set a user's KYC result by hand."""
    return Operations(context).set_verified(username, body.is_verified)


@router.post("/faucet")
async def faucet(context: Ctx, body: schemas.FaucetIn) -> schemas.FaucetOut:
    """Send coins by a real transaction."""
    return schemas.FaucetOut(tx_id=await Operations(context).fund(body))


@router.post("/reset", status_code=204)
async def reset(request: Request, context: Ctx, identity: Identity) -> None:
    """Start anew: no users, empty chains, then the seed again."""
    context.faults.clear()
    await Operations(context).reset(identity, request.app.state.engines, request.app.state.seed)


@router.get("/state")
def state(context: Ctx) -> schemas.State:
    """Return a summary."""
    return Operations(context).state()


@router.get("/events")
def events(
    context: Ctx,
    *,
    after: Annotated[int, Query(ge=0, lt=2**63)] = 0,
    kind: Annotated[str | None, Query(max_length=60)] = None,
    subject: Annotated[str | None, Query(max_length=100)] = None,
    limit: Annotated[int, Query(ge=1, le=1000)] = 500,
    newest: bool = False,
) -> schemas.EventList:
    """Return what happened, oldest first, `newest` the last; `kind=purchase` means every `purchase.…`."""
    choose = outbox.newest if newest else outbox.events
    with context.db.read() as session:
        found = choose(session, after=after, kind=kind, subject=subject, limit=limit)
    return schemas.EventList(
        events=[
            schemas.EventOut(
                id=one.id, kind=one.kind, at=iso(one.at), subject=one.subject, seq=one.seq, state=one.payload
            )
            for one in found
        ]
    )
