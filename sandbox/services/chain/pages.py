"""The block explorer: pages for people, which run nothing and load nothing from elsewhere."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any, TypeVar
from urllib.parse import quote

from fastapi import APIRouter, HTTPException, Query
from fastapi.responses import HTMLResponse, RedirectResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.responses import Response

from sandbox.core.errors import UnavailableError
from sandbox.services.chain.errors import AddressError, NodeFailedError, UnknownNetworkError
from sandbox.services.chain.hub import ChainHub
from sandbox.services.chain.model import ChainNetwork
from sandbox.services.chain.node import ChainNode, Kind

T = TypeVar("T")

PAGE = 25
LONGEST_SEARCH = 200
HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; base-uri 'none';"
        " frame-ancestors 'none'"
    )
}

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


def _address_of_page(network: ChainNetwork, kind: Kind, name: str) -> str:
    return f"/explorer/{network.key}/{kind}/{quote(name, safe='')}"


_pages.globals.update(moment=_moment, readable=_readable, page_of=_address_of_page)


def explorer_router(hub: ChainHub) -> APIRouter:
    """GET /explorer/{network_key} with its pages."""
    routes = APIRouter(prefix="/explorer/{network_key}", include_in_schema=False)

    @routes.get("")
    async def newest(network_key: str) -> HTMLResponse:
        network = _network(hub, network_key)
        blocks = await _ask(hub, network_key, lambda node, _: node.explorer.blocks(None, 5))
        waiting = await _ask(hub, network_key, lambda node, _: node.explorer.waiting())
        transfers = await hub.newest_transfers(network_key)
        return _page("newest.html", network, blocks=blocks, waiting=waiting, transfers=transfers)

    @routes.get("/blocks")
    async def blocks(
        network_key: str, before: Annotated[int | None, Query(ge=1, lt=2**62)] = None
    ) -> HTMLResponse:
        network = _network(hub, network_key)
        found = await _ask(hub, network_key, lambda node, _: node.explorer.blocks(before, PAGE))
        older = found[-1].number if found and found[-1].number > 0 else None
        return _page("blocks.html", network, blocks=found, older=older)

    @routes.get("/block/{reference}")
    async def block(network_key: str, reference: str) -> HTMLResponse:
        network = _network(hub, network_key)
        found = await _ask(hub, network_key, lambda node, _: node.explorer.block(reference))
        if found is None:
            return _missing(network, network.block_name.lower(), reference)
        return _page("block.html", network, block=found)

    @routes.get("/tx/{tx_id}")
    async def transaction(network_key: str, tx_id: str) -> HTMLResponse:
        network = _network(hub, network_key)
        found = await hub.transaction(network_key, tx_id)
        if found is None:
            return _missing(network, "transaction", tx_id)
        return _page("transaction.html", network, details=found[0], transfers=found[1])

    @routes.get("/address/{address}")
    async def address(network_key: str, address: str) -> HTMLResponse:
        network = _network(hub, network_key)
        neighbours = [one for one in hub.networks.values() if one.node_key == network.node_key]
        try:
            balances = [one.written(await hub.balance(one.key, address)) for one in neighbours]
            transfers = await hub.newest_transfers(network_key, address=address)
            shown = await _ask(
                hub, network_key, lambda node, _: node.shown_address(node.normal_address(address))
            )
        except AddressError:
            return _missing(network, "address", address)
        return _page("address.html", network, address=shown, balances=balances, transfers=transfers)

    @routes.get("/object/{identifier}")
    async def thing(network_key: str, identifier: str) -> HTMLResponse:
        network = _network(hub, network_key)
        facts = await _ask(hub, network_key, lambda node, _: node.explorer.object_facts(identifier))
        if facts is None:
            return _missing(network, "object", identifier)
        return _page("object.html", network, identifier=identifier.lower(), facts=facts)

    @routes.get("/search")
    async def search(network_key: str, q: Annotated[str, Query(max_length=LONGEST_SEARCH)] = "") -> Response:
        network = _network(hub, network_key)
        wanted = q.strip()
        found = await _ask(hub, network_key, lambda node, _: node.explorer.find(wanted))
        if found is None:
            return _missing(network, "block, transaction or address", wanted)
        return RedirectResponse(_address_of_page(network, *found), status_code=303)

    return routes


async def _ask(hub: ChainHub, network_key: str, task: Callable[[ChainNode, ChainNetwork], T]) -> T:
    try:
        return await hub.run(network_key, task)
    except NodeFailedError as error:
        raise UnavailableError(str(error)) from error


def _network(hub: ChainHub, network_key: str) -> ChainNetwork:
    try:
        return hub.network(network_key)
    except UnknownNetworkError as error:
        raise HTTPException(404, str(error)) from None


def _missing(network: ChainNetwork, kind: str, wanted: str) -> HTMLResponse:
    return _page("missing.html", network, status_code=404, kind=kind, wanted=wanted)


def _page(name: str, network: ChainNetwork, *, status_code: int = 200, **values: Any) -> HTMLResponse:
    text = _pages.get_template(name).render(network=network, **values)
    return HTMLResponse(text, status_code=status_code, headers=HEADERS)
