"""`GET /kyc/check-status`."""

from fastapi import APIRouter

from sandbox.core.auth import Me
from sandbox.core.context import Ctx
from sandbox.services.kyc.schemas import KycStatus
from sandbox.services.kyc.viviswap.desk import Desk

router = APIRouter(tags=["kyc"])


@router.get("/kyc/check-status")
def check_status(context: Ctx, user: Me) -> KycStatus:
    """Say whether the user is verified by any provider."""
    Desk(context).settle()
    with context.db.read() as session:
        verified = context.kyc.is_verified(session, user.id)
    return KycStatus(username=user.username, is_verified=verified)
