"""`/user`, `/user/network`, `/user/address`."""

from typing import Annotated

from fastapi import APIRouter, Query

from sandbox.core.auth import Me
from sandbox.core.context import Ctx
from sandbox.services.users.schemas import AddressIn, AddressOut, PreferredNetworkIn, PreferredNetworkOut
from sandbox.services.users.service import Users

router = APIRouter(tags=["users"])


@router.delete("/user", status_code=202)
def delete_user(context: Ctx, user: Me) -> None:
    """Archive the user; shares and addresses are dropped."""
    Users(context).archive(user)


@router.put("/user/network", status_code=202)
def set_network(context: Ctx, user: Me, body: PreferredNetworkIn) -> None:
    """Set or clear the preferred network."""
    Users(context).prefer_network(user, body.network_key)


@router.get("/user/network")
def get_network(context: Ctx, user: Me) -> PreferredNetworkOut:
    """Return the preferred network."""
    return PreferredNetworkOut(network_key=Users(context).preferred_network(user))


@router.put("/user/address", status_code=201)
def set_address(
    context: Ctx, user: Me, network_key: Annotated[str, Query(max_length=60)], body: AddressIn
) -> None:
    """Register where the user receives on a network."""
    Users(context).register_address(user, network_key, body.address)


@router.get("/user/address")
def get_address(context: Ctx, user: Me, network_key: Annotated[str, Query(max_length=60)]) -> AddressOut:
    """Return where the user receives on a network, 404 if no address was registered.

    The real service's call is not documented: the path is our reading of the SDK's types.
    """
    return AddressOut(address=Users(context).registered_address(user, network_key))
