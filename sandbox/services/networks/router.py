"""`GET /config/networks`."""

from fastapi import APIRouter

from sandbox.core.auth import Me
from sandbox.core.context import Ctx
from sandbox.services.networks.schemas import NetworkList

router = APIRouter(tags=["networks"])


@router.get("/config/networks")
def list_networks(context: Ctx, _user: Me) -> NetworkList:
    """Return the networks on offer."""
    return NetworkList(networks=context.networks.all())
