"""`GET /config/networks` and `GET /health`."""

from fastapi import APIRouter, Request

from sandbox.core.auth import Me
from sandbox.core.context import Ctx
from sandbox.services.networks.schemas import NetworkList, Version

router = APIRouter(tags=["networks"])
open_router = APIRouter(tags=["networks"])
"""What needs no token."""


@router.get("/config/networks")
def list_networks(context: Ctx, _user: Me) -> NetworkList:
    """Return the networks on offer."""
    return NetworkList(networks=context.networks.all())


@open_router.get("/health", openapi_extra={"security": []})
def health(request: Request) -> Version:
    """Say that the backend answers, and its version.

    The real service's call is not documented: the path is our reading of the SDK's types.
    """
    return Version(version=request.app.version)
