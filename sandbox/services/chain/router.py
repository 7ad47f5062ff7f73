"""HTTP side of the chains: JSON-RPC nodes for wallets and plain explorer pages for people."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from fastapi import APIRouter, HTTPException, Request, Response
from fastapi.responses import HTMLResponse, JSONResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from sandbox.services.chain.errors import AddressError, UnknownNetworkError
from sandbox.services.chain.hub import ChainHub
from sandbox.services.chain.model import ChainNetwork

MAX_BODY = 2 * 1024 * 1024

_pages = Environment(
    loader=FileSystemLoader(Path(__file__).parent / "templates"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


def _moment(timestamp: int) -> str:
    return datetime.fromtimestamp(timestamp, UTC).strftime("%Y-%m-%d %H:%M:%S UTC")


def _readable(data: bytes) -> str:
    text = data.decode("ascii", errors="replace")
    return text if text.isprintable() and "\ufffd" not in text else "0x" + data.hex()


_pages.globals.update(moment=_moment, readable=_readable)


def router(hub: ChainHub) -> APIRouter:
    """POST /nodes/{network_key} and GET /explorer/{network_key} with its pages."""
    routes = APIRouter()

    @routes.post("/nodes/{network_key}")
    async def node(network_key: str, request: Request) -> Response:
        _network(hub, network_key)
        body = await request.body()
        if len(body) > MAX_BODY:
            raise HTTPException(413, f"A request has at most {MAX_BODY} bytes.")
        answer = await hub.rpc(network_key, body)
        return Response() if answer is None else JSONResponse(answer)

    @routes.get("/explorer/{network_key}", response_class=HTMLResponse)
    async def newest(network_key: str) -> HTMLResponse:
        network = _network(hub, network_key)
        transfers = await hub.newest_transfers(network_key)
        return _page("newest.html", network, transfers=transfers)

    @routes.get("/explorer/{network_key}/tx/{tx_id}", response_class=HTMLResponse)
    async def transaction(network_key: str, tx_id: str) -> HTMLResponse:
        network = _network(hub, network_key)
        found = await hub.transaction(network_key, tx_id)
        if found is None:
            return _page("missing.html", network, status_code=404, kind="transaction", wanted=tx_id)
        return _page("transaction.html", network, details=found[0], transfers=found[1])

    @routes.get("/explorer/{network_key}/address/{address}", response_class=HTMLResponse)
    async def address(network_key: str, address: str) -> HTMLResponse:
        network = _network(hub, network_key)
        try:
            balance = await hub.balance(network_key, address)
            transfers = await hub.newest_transfers(network_key, address=address)
        except AddressError:
            return _page("missing.html", network, status_code=404, kind="address", wanted=address)
        return _page("address.html", network, address=address, balance=balance, transfers=transfers)

    return routes


def _network(hub: ChainHub, network_key: str) -> ChainNetwork:
    try:
        return hub.network(network_key)
    except UnknownNetworkError as error:
        raise HTTPException(404, str(error)) from None


def _page(name: str, network: ChainNetwork, *, status_code: int = 200, **values: Any) -> HTMLResponse:
    text = _pages.get_template(name).render(network=network, **values)
    # Pages load nothing from elsewhere and run nothing, whatever calldata may hold.
    headers = {"Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'"}
    return HTMLResponse(text, status_code=status_code, headers=headers)
