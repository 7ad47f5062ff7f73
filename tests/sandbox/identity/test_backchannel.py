"""Back-channel sign-out: clients are told, again and again until they have heard."""

import asyncio
import json
import threading
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, HTTPServer
from urllib.parse import parse_qs

import pytest
from joserfc import jwt
from joserfc.jwk import KeySet

from sandbox.services.identity import backchannel
from tests.sandbox.browsing import AppSignIn, code_of

EVENT = "http://schemas.openid.net/event/backchannel-logout"
NOTICES, CLIENTS = "/_sandbox/identity/logout-notices", "/_sandbox/identity/clients"


@pytest.fixture
def client():
    """A client's own server: what it is told, and the statuses it answers with."""
    heard, statuses = [], []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["content-length"])).decode()
            heard.append(parse_qs(body)["logout_token"][0])
            self.send_response(statuses.pop(0) if statuses else 200)
            self.end_headers()

        def log_message(self, *_):
            """Nothing."""

    server = HTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    server.heard, server.statuses = heard, statuses
    server.url = f"http://127.0.0.1:{server.server_port}/signed-out"
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture
async def app(sandbox, client):
    await sandbox.http.put(f"{CLIENTS}/etopay-app", json={"backchannel_logout_url": client.url})
    return AppSignIn(sandbox.http)


async def work(sandbox):
    await sandbox.app.state.logout_engine.step()


async def notices(sandbox):
    found = (await sandbox.http.get(NOTICES)).json()["notices"]
    return [(one["state"], one["attempts"], one["told"]) for one in found]


async def sign_out(app, tokens):
    await app.http.get(f"{app.oidc}/logout", params={"id_token_hint": tokens["id_token"]})


async def test_a_client_is_told_who_and_which_session(sandbox, client, app):
    tokens = await app.tokens("dora")
    await sign_out(app, tokens)
    await work(sandbox)
    assert await notices(sandbox) == [("delivered", 1, "status 200")]
    keys = KeySet.import_key_set((await sandbox.http.get(f"{app.oidc}/certs")).json())
    (heard,) = client.heard
    token = jwt.decode(heard, keys, algorithms=["ES256"])
    assert token.header["typ"] == "logout+jwt"
    claims = token.claims
    assert claims["iss"] == "http://127.0.0.1:9000/realms/etopay"
    assert claims["aud"] == "etopay-app"
    assert claims["sub"] == sandbox.app.state.identity.accounts.find("dora").id
    assert claims["sid"] == tokens["session_state"]
    assert claims["events"] == {EVENT: {}}
    assert claims["exp"] - claims["iat"] == 120
    assert "nonce" not in claims
    await work(sandbox)
    assert len(client.heard) == 1


@pytest.mark.parametrize("way", ["admin", "account", "program", "password"])
async def test_every_way_to_end_a_session_tells(sandbox, client, app, admin, way):
    tokens = await app.tokens("dora")
    user = sandbox.app.state.identity.accounts.find("dora").id
    mine = {"authorization": f"Bearer {tokens['access_token']}"}
    if way == "admin":
        await sandbox.http.post(f"/admin/realms/etopay/users/{user}/logout", headers=admin)
    elif way == "account":
        await sandbox.http.delete("/realms/etopay/account/sessions?current=true", headers=mine)
    elif way == "program":
        form = {"client_id": "etopay-app", "refresh_token": tokens["refresh_token"]}
        await sandbox.http.post(f"{app.oidc}/logout", data=form)
    else:
        await sandbox.http.put(f"/admin/realms/etopay/users/{user}", json={"enabled": False}, headers=admin)
    await work(sandbox)
    assert len(client.heard) == 1


async def test_it_is_tried_again_with_growing_pauses(sandbox, client, app):
    client.statuses += [500, 503]
    await sign_out(app, await app.tokens("dora"))
    await work(sandbox)
    await work(sandbox)
    assert await notices(sandbox) == [("waiting", 1, "status 500")]
    sandbox.clock.advance(1)
    await work(sandbox)
    sandbox.clock.advance(1)
    await work(sandbox)
    assert await notices(sandbox) == [("waiting", 2, "status 503")]
    sandbox.clock.advance(1)
    await work(sandbox)
    assert await notices(sandbox) == [("delivered", 3, "status 200")]
    assert len(set(client.heard)) == 3


async def test_nobody_there_is_given_up_in_the_end(sandbox, app):
    await sandbox.http.put(f"{CLIENTS}/etopay-app", json={"backchannel_logout_url": "http://127.0.0.1:9/x"})
    await sign_out(app, await app.tokens("dora"))
    for _ in range(10):
        await work(sandbox)
        sandbox.clock.advance(200)
    assert await notices(sandbox) == [("given_up", 8, "ConnectError")]
    events = (await sandbox.http.get("/_sandbox/events?kind=logout_notice")).json()["events"]
    assert [one["state"]["state"] for one in events] == ["waiting"] * 8 + ["given_up"]


class TestClientsThatAreSlow:
    """A client that never comes to an end holds up neither the sandbox nor other clients."""

    @pytest.fixture
    async def slow(self, sandbox):
        """Starts a client's server with what it does once it was asked."""
        servers = []

        async def start(answer):
            async def serve(reader, writer):
                with suppress(ConnectionError):
                    await reader.readuntil(b"\r\n\r\n")
                    await answer(writer)
                writer.close()

            server = await asyncio.start_server(serve, "127.0.0.1", 0)
            servers.append(server)
            url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/"
            await sandbox.http.put(f"{CLIENTS}/etopay-app", json={"backchannel_logout_url": url})

        yield start
        for server in servers:
            server.close()

    async def signed_out(self, sandbox, names):
        for name in names:
            async with sandbox.browser() as browser:
                app = AppSignIn(browser)
                await sign_out(app, await app.tokens(name))

    @staticmethod
    async def drip(writer, piece):
        while not writer.is_closing():
            writer.write(piece)
            await writer.drain()
            await asyncio.sleep(0.05)

    async def test_an_answer_without_end_is_not_read(self, sandbox, slow):
        async def answer(writer):
            writer.write(b"HTTP/1.1 200 OK\r\n\r\n")
            await self.drip(writer, b"x")

        await slow(answer)
        await self.signed_out(sandbox, ["dora"])
        async with asyncio.timeout(4):
            await work(sandbox)
        assert await notices(sandbox) == [("delivered", 1, "status 200")]

    async def test_an_answer_that_never_begins_is_given_up(self, sandbox, slow, monkeypatch):
        monkeypatch.setattr(backchannel, "_TIMEOUT", 0.5)

        async def answer(writer):
            writer.write(b"HTTP/1.1 200 OK\r\nX-Long: ")
            await self.drip(writer, b"x")

        await slow(answer)
        await self.signed_out(sandbox, ["dora"])
        async with asyncio.timeout(4):
            await work(sandbox)
        assert await notices(sandbox) == [("waiting", 1, "TimeoutError")]

    async def test_several_are_told_at_once(self, sandbox, slow):
        here = asyncio.Semaphore(0)
        all_here = asyncio.Event()

        async def answer(writer):
            here.release()
            await all_here.wait()
            writer.write(b"HTTP/1.1 204 No Content\r\n\r\n")

        await slow(answer)
        await self.signed_out(sandbox, ["dora", "emil", "frida"])
        working = asyncio.create_task(work(sandbox))
        async with asyncio.timeout(4):
            for _ in range(3):
                await here.acquire()
        all_here.set()
        await working
        assert await notices(sandbox) == [("delivered", 1, "status 204")] * 3


async def test_a_notice_outlives_a_restart(make_sandbox, sandbox, client, app):
    await sign_out(app, await app.tokens("dora"))
    again = make_sandbox()
    await work(again)
    assert len(client.heard) == 1


async def test_clients_without_an_address_or_without_tokens_are_not_told(sandbox, client):
    other = AppSignIn(sandbox.http)
    await other.register("dora")
    answer = await other.open(client_id="juno-app")
    tokens = (await other.redeem(code_of(answer), client_id="juno-app")).json()
    await sandbox.http.put(f"{CLIENTS}/etopay-app", json={"backchannel_logout_url": client.url})
    await sign_out(other, tokens)
    await work(sandbox)
    assert client.heard == []
    assert await notices(sandbox) == []


async def test_offline_tokens_that_stay_are_no_reason(sandbox, client, app):
    await app.register("dora")
    tokens = (await app.redeem(code_of(await app.open(scope="openid offline_access")))).json()
    await sign_out(app, tokens)
    await work(sandbox)
    assert client.heard == []


async def test_discovery_says_so_and_secrets_are_nowhere(sandbox, client, app):
    told = (await sandbox.http.get("/realms/etopay/.well-known/openid-configuration")).json()
    assert told["backchannel_logout_supported"] is True
    assert told["backchannel_logout_session_supported"] is True
    await sign_out(app, await app.tokens("dora"))
    await work(sandbox)
    events = json.dumps((await sandbox.http.get("/_sandbox/events?limit=1000")).json())
    assert client.heard[0] not in events
