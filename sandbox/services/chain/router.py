"""HTTP side of the chains: JSON-RPC nodes for wallets, the explorer, and the calls that steer chains."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, HTTPException, Request, Response
from fastapi.responses import JSONResponse

from sandbox.core.guard import may_control
from sandbox.services.chain.control_router import control_router
from sandbox.services.chain.errors import UnknownNetworkError
from sandbox.services.chain.hub import ChainHub
from sandbox.services.chain.pages import explorer_router

MAX_BODY = 2 * 1024 * 1024
_CALL: dict[str, Any] = {
    "type": "object",
    "properties": {
        "jsonrpc": {"const": "2.0"},
        "id": {"type": ["integer", "string", "null"]},
        "method": {"type": "string"},
        "params": {"type": ["array", "object"]},
    },
    "required": ["jsonrpc", "method"],
    "examples": [{"jsonrpc": "2.0", "id": 1, "method": "eth_chainId", "params": []}],
}
_REPLY: dict[str, Any] = {
    "type": "object",
    "properties": {"jsonrpc": {"const": "2.0"}, "id": {"description": "As it was sent."}},
    "required": ["jsonrpc", "id"],
    "oneOf": [{"required": ["result"]}, {"required": ["error"]}],
}
_BODY = {
    "requestBody": {
        "required": True,
        "content": {"application/json": {"schema": {"anyOf": [_CALL, {"type": "array", "items": _CALL}]}}},
    }
}
_ANSWERS: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "The reply, or a list of them; nothing if there were notifications only.",
        "content": {"application/json": {"schema": {"anyOf": [_REPLY, {"type": "array", "items": _REPLY}]}}},
    },
    404: {"description": "There is no such network."},
}


def router(hub: ChainHub) -> APIRouter:
    """POST /nodes/{network_key}, GET /explorer/{network_key} with its pages, and /_sandbox/chains."""
    routes = APIRouter()

    @routes.post("/nodes/{network_key}", openapi_extra=_BODY, responses=_ANSWERS, response_class=JSONResponse)
    async def node(network_key: str, request: Request) -> Response:
        """Answer JSON-RPC 2.0, one call or a batch; what is wrong with a call is told with status 200."""
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
