"""HTTP side of the chains: JSON-RPC nodes for wallets, the explorer, and the calls that steer chains."""

from __future__ import annotations

from fastapi import APIRouter, HTTPException, Request, Response
from fastapi.responses import JSONResponse

from sandbox.core.guard import may_control
from sandbox.services.chain.control_router import control_router
from sandbox.services.chain.errors import UnknownNetworkError
from sandbox.services.chain.hub import ChainHub
from sandbox.services.chain.pages import explorer_router

MAX_BODY = 2 * 1024 * 1024


def router(hub: ChainHub) -> APIRouter:
    """POST /nodes/{network_key}, GET /explorer/{network_key} with its pages, and /_sandbox/chains."""
    routes = APIRouter()

    @routes.post("/nodes/{network_key}")
    async def node(network_key: str, request: Request) -> Response:
        try:
            hub.network(network_key)
        except UnknownNetworkError as error:
            raise HTTPException(404, str(error)) from None
        body = await request.body()
        if len(body) > MAX_BODY:
            raise HTTPException(413, f"A request has at most {MAX_BODY} bytes.")
        answer = await hub.rpc(network_key, body, steering=may_control(request))
        return Response() if answer is None else JSONResponse(answer)

    routes.include_router(explorer_router(hub))
    routes.include_router(control_router(hub))
    return routes
