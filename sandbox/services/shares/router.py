"""`/user/shares`."""

from fastapi import APIRouter

from sandbox.core.auth import CurrentUser, Me
from sandbox.core.context import Context, Ctx
from sandbox.core.errors import NotFoundError
from sandbox.services.shares.repository import ShareKind, drop_shares, get_share, put_share
from sandbox.services.shares.schemas import ShareOut, SharesIn

router = APIRouter(tags=["shares"], prefix="/user/shares")


@router.put("")
def upload(context: Ctx, user: Me, body: SharesIn) -> None:
    """Replace both shares."""
    with context.db.write() as session:
        put_share(session, user.id, "backup", body.backup_share)
        put_share(session, user.id, "recovery", body.recovery_share)


@router.get("/recovery")
def recovery(context: Ctx, user: Me) -> ShareOut:
    """Return the recovery share, 404 if there is none."""
    return _read(context, user, "recovery")


@router.get("/backup")
def backup(context: Ctx, user: Me) -> ShareOut:
    """Return the encrypted backup share, 404 if there is none."""
    return _read(context, user, "backup")


@router.delete("")
def remove(context: Ctx, user: Me) -> None:
    """Delete both shares; fine if there are none."""
    with context.db.write() as session:
        drop_shares(session, user.id)


def _read(context: Context, user: CurrentUser, kind: ShareKind) -> ShareOut:
    with context.db.read() as session:
        share = get_share(session, user.id, kind)
    if share is None:
        raise NotFoundError(f"No {kind} share is kept for this user.")
    return ShareOut(share=share)
