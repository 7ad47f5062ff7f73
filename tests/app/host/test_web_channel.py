"""Nobody but the browser that was handed the link talks to the web view."""

from __future__ import annotations

import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
import pytest
import websockets
from websockets.exceptions import InvalidStatus

from app.device import sign_in
from app.host.errors import HostError
from app.host.web import listen
from tests.app.host.conftest import Served, other_addresses


@asynccontextmanager
async def opened(view: Served) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(base_url=view.base, trust_env=False) as client:
        answer = await client.get(view.link)
        assert answer.status_code == 303
        yield client


def cookie_of(client: httpx.AsyncClient) -> str:
    return "; ".join(f"{name}={value}" for name, value in client.cookies.items())


def dial(view: Served, *, origin: str | None, cookie: str | None) -> websockets.connect:
    headers = {"Cookie": cookie} if cookie else {}
    return websockets.connect(
        f"ws://127.0.0.1:{view.port}/ws", origin=origin, additional_headers=headers, proxy=None
    )


async def test_the_first_page_shows_the_brands_sign(view: Served) -> None:
    async with opened(view) as client:
        page = (await client.get("/")).text
    assert '<img src="svg/app-icon.svg"' in page
    assert '<link rel="icon" type="image/svg+xml" href="svg/app-icon.svg"' in page
    assert ".png" not in page


async def test_the_link_opens_the_page_and_the_channel(view: Served) -> None:
    async with opened(view) as client:
        page = await client.get("/")
        assert page.status_code == 200
        assert "<html" in page.text
        async with dial(view, origin=view.base, cookie=cookie_of(client)) as channel:
            assert (await channel.ping()) is not None


async def test_the_cookie_is_for_this_page_alone(view: Served) -> None:
    async with httpx.AsyncClient(trust_env=False) as client:
        answer = await client.get(view.link)
    cookie = answer.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=strict" in cookie
    assert "domain" not in cookie


async def test_a_link_works_once_and_its_successor_works_too(view: Served) -> None:
    first = view.link
    async with opened(view):
        pass
    async with httpx.AsyncClient(trust_env=False) as client:
        assert (await client.get(first)).status_code == 403
        assert not client.cookies
    assert view.link != first
    async with opened(view) as second:
        assert (await second.get("/")).status_code == 200


async def test_the_used_link_still_leads_its_own_browser_to_the_page(view: Served) -> None:
    first = view.link
    async with opened(view) as client:
        answer = await client.get(first)
    assert answer.status_code == 303


@pytest.mark.parametrize("query", ["", "?key=", "?key=wrong", "?key=a&key=b", "?key=%00"])
async def test_a_wrong_secret_opens_nothing(view: Served, query: str) -> None:
    async with httpx.AsyncClient(trust_env=False) as client:
        answer = await client.get(f"{view.base}/open{query}")
        assert answer.status_code == 403
        assert not client.cookies


@pytest.mark.parametrize(
    "path", ["/", "/index.html", "/main.dart.js", "/ws", "/docs", "/openapi.json", "/x/../"]
)
async def test_without_the_cookie_nothing_is_served(view: Served, path: str) -> None:
    async with httpx.AsyncClient(base_url=view.base, trust_env=False) as client:
        assert (await client.get(path)).status_code == 403


@pytest.mark.parametrize(
    "origin",
    [None, "null", "http://evil.example", "http://127.0.0.1:1", "https://127.0.0.1", "http://localhost"],
)
async def test_the_channel_refuses_other_origins(view: Served, origin: str | None) -> None:
    async with opened(view) as client:
        with pytest.raises(InvalidStatus):
            async with dial(view, origin=origin, cookie=cookie_of(client)):
                pass
    assert view.pages == []


@pytest.mark.parametrize("cookie", [None, "etopay_ui=x", "{name}=", "{name}=wrong", "{name}"])
async def test_the_channel_refuses_wrong_cookies(view: Served, cookie: str | None) -> None:
    given = cookie.format(name=f"etopay_ui_{view.port}") if cookie else None
    with pytest.raises(InvalidStatus):
        async with dial(view, origin=view.base, cookie=given):
            pass


@pytest.mark.parametrize(
    "host", ["evil.example", "localhost:{port}", "127.0.0.1", "127.0.0.1:{port}.evil.example"]
)
async def test_a_name_that_only_resolves_to_this_machine_is_refused(view: Served, host: str) -> None:
    async with opened(view) as client:
        answer = await client.get("/", headers={"Host": host.format(port=view.port)})
    assert answer.status_code == 421


async def test_a_foreign_origin_reads_nothing(view: Served) -> None:
    async with opened(view) as client:
        assert (await client.get("/", headers={"Origin": "http://evil.example"})).status_code == 403
        same_site = {"Sec-Fetch-Site": "same-site", "Sec-Fetch-Mode": "no-cors", "Sec-Fetch-Dest": "script"}
        assert (await client.get("/", headers=same_site)).status_code == 403
        assert (await client.post("/")).status_code == 405
        own = {"Origin": view.base, "Sec-Fetch-Site": "same-origin"}
        assert (await client.get("/", headers=own)).status_code == 200


async def test_answers_carry_the_security_headers(view: Served) -> None:
    async with opened(view) as client:
        headers = (await client.get("/")).headers
    assert "access-control-allow-origin" not in headers
    assert headers["x-frame-options"] == "DENY"
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["cache-control"] == "no-store"
    policy = headers["content-security-policy"]
    assert "default-src 'self'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "https:" not in policy
    assert "*" not in policy


async def test_only_loopback_listens(view: Served) -> None:
    addresses = other_addresses()
    assert addresses, "this machine has no other address to probe"
    for address in addresses:
        with pytest.raises(OSError), socket.create_connection((address, view.port), timeout=2):
            pass
    with pytest.raises(OSError), socket.create_connection(("::1", view.port), timeout=2):
        pass
    with socket.create_connection(("127.0.0.1", view.port), timeout=2):
        pass


async def test_health_needs_no_cookie_and_tells_nothing(view: Served) -> None:
    async with httpx.AsyncClient(base_url=view.base, trust_env=False) as client:
        answer = await client.get("/healthz")
    assert (answer.status_code, answer.text) == (200, "ok\n")


async def test_the_answer_of_a_sign_in_is_delivered_and_leads_back(view: Served) -> None:
    async def open_url(url: str) -> None:
        async with httpx.AsyncClient(trust_env=False) as client:
            # As from another site: no cookie.
            answer = await client.get(url, headers={"Sec-Fetch-Site": "cross-site"})
        assert answer.status_code == 200
        assert "Signed in" in answer.text
        assert answer.headers["refresh"] == "0; url=/"

    browser = sign_in.HostSignIn(f"{view.base}/oauth/callback", open_url, seconds=5)
    async with browser.redirect() as redirect:
        query = await redirect.ask(f"{redirect.uri}?state=s1&code=c1", "s1")
    assert query == {"state": "s1", "code": "c1"}


@pytest.mark.parametrize("query", ["", "?state=unknown&code=x", "?state=a&state=b"])
async def test_an_answer_that_nobody_waits_for_is_refused(view: Served, query: str) -> None:
    async with httpx.AsyncClient(base_url=view.base, trust_env=False) as client:
        answer = await client.get(f"/oauth/callback{query}")
    assert answer.status_code == 400
    assert "refresh" not in answer.headers


def test_a_taken_port_is_said_in_one_sentence() -> None:
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", 0))
        holder.listen()
        port = holder.getsockname()[1]
        with pytest.raises(HostError, match=f"Port {port} is taken"):
            listen(port)
