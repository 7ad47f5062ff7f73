"""Nothing goes to another device in the clear, unless that was asked for."""

from __future__ import annotations

import dataclasses
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
from etopay_sdk import BackendError, Config, Sdk, ValidationError

from tests.sdk.conftest import ReadySdk
from tests.sdk.fake_services import TOKEN, Services, Story

REFUSED = [
    "http://example.org/api",
    "http://10.0.2.2:8790/api",
    "http://192.168.1.2/api",
    "http://128.0.0.1/api",
    "http://[2001:db8::1]/api",
    "http://localhost.example.org/api",
    "http://127.0.0.1.example.org/api",
    "HTTP://EXAMPLE.ORG/api",
]
ACCEPTED = [
    "https://example.org/api",
    "http://localhost:8790/api",
    "http://LOCALHOST/api",
    "http://127.0.0.1/api",
    "http://127.9.9.9:1/api",
    "http://[::1]:8790/api",
]


@pytest.mark.parametrize("url", REFUSED)
async def test_a_backend_elsewhere(tmp_path: Path, url: str) -> None:
    with pytest.raises(ValidationError) as raised:
        Sdk(Config(url, "standalone", tmp_path))
    assert (raised.value.code, raised.value.details["field"]) == ("invalid_config", "backend_url")
    assert "https://" in raised.value.details["reason"]
    async with Sdk(Config(url, "standalone", tmp_path, allow_insecure_http=True)) as sdk:
        assert sdk.list_users() == []


@pytest.mark.parametrize("url", ACCEPTED)
async def test_a_backend_here_or_encrypted(tmp_path: Path, url: str) -> None:
    async with Sdk(Config(url, "standalone", tmp_path)) as sdk:
        assert sdk.list_users() == []


async def test_a_node_elsewhere(ready: ReadySdk) -> None:
    sdk = await ready(wallet=False)
    network = (await sdk.get_networks())[0]
    for url in REFUSED:
        with pytest.raises(ValidationError) as raised:
            await sdk.set_networks([dataclasses.replace(network, node_urls=(url,))])
        assert raised.value.code == "invalid_network"
        assert "https://" in raised.value.details["reason"]
    for url in ACCEPTED:
        await sdk.set_networks([dataclasses.replace(network, node_urls=(url,))])


class Redirecting(HTTPServer):
    """Sends each request on, once, to what `location` makes of its own address; keeps what arrives."""

    location = "http://192.0.2.1"
    """An address that is kept for documentation: nobody answers there."""

    def __init__(self) -> None:
        self.seen: list[str] = []
        super().__init__(("127.0.0.1", 0), RedirectingHandler)
        self.origin = f"127.0.0.1:{self.server_port}"


class RedirectingHandler(BaseHTTPRequestHandler):
    server: Redirecting

    def log_message(self, *_: object) -> None:
        pass

    def do_GET(self) -> None:
        self.server.seen.append(self.path)
        moved = self.path.startswith("/api/")
        self.send_response(307 if moved else 404)
        if moved:
            self.send_header("location", f"{self.server.location}/moved")
        self.send_header("content-length", "0")
        self.end_headers()


@pytest.fixture
def redirecting() -> Iterator[Redirecting]:
    with Redirecting() as server:
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        yield server
        server.shutdown()


async def refusal(server: Redirecting, folder: Path) -> BackendError:
    """What a call with a token ends with; http is allowed everywhere, as far as that goes."""
    config = Config(
        f"http://{server.origin}/api", "standalone", folder, read_timeout=5, allow_insecure_http=True
    )
    async with Sdk(config) as sdk:
        await sdk.create_new_user("alice")
        await sdk.init_user("alice")
        await sdk.refresh_access_token(TOKEN)
        with pytest.raises(BackendError) as raised:
            await sdk.has_wallet_at_server()
        return raised.value


async def test_a_redirect_to_another_host_is_not_followed(redirecting: Redirecting, tmp_path: Path) -> None:
    assert (await refusal(redirecting, tmp_path)).status == 307


async def test_a_redirect_to_another_port_is_not_followed(
    redirecting: Redirecting, services: Services, tmp_path: Path
) -> None:
    redirecting.location = services.url
    assert (await refusal(redirecting, tmp_path)).status == 307
    assert services.requests == []


async def test_a_redirect_to_another_scheme_is_not_followed(redirecting: Redirecting, tmp_path: Path) -> None:
    redirecting.location = f"https://{redirecting.origin}"
    assert (await refusal(redirecting, tmp_path)).status == 307


async def test_a_redirect_on_the_same_host_is_followed(redirecting: Redirecting, tmp_path: Path) -> None:
    redirecting.location = f"http://{redirecting.origin}"
    assert (await refusal(redirecting, tmp_path)).status == 404
    assert redirecting.seen == ["/api/kyc/check-status", "/moved"]


HERE = """
import asyncio, sys
from etopay_sdk import Config, Evm, Network, Sdk

url, folder, pin, phrase, token = sys.argv[1:]

async def main():
    node = Network("ETH", True, "ETH", "ETH", 60, (url + "/evm",), 18, True, Evm(31337), "")
    async with Sdk(Config(url + "/api", "standalone", folder, read_timeout=20)) as sdk:
        await sdk.create_new_user("alice")
        await sdk.init_user("alice")
        await sdk.set_wallet_password(pin, "correct horse battery staple 42")
        await sdk.set_networks([node])
        await sdk.create_wallet_from_existing_mnemonic(pin, phrase)
        print(await sdk.get_balance(pin, network="ETH"))
        await sdk.refresh_access_token(token)
        while not await sdk.has_wallet_at_server():
            await asyncio.sleep(0.1)

asyncio.run(main())
"""


def test_what_stays_on_this_device_goes_through_no_proxy(
    services: Services, story: Story, tmp_path: Path
) -> None:
    env = {name: value for name, value in os.environ.items() if name.lower() != "no_proxy"}
    # Nobody listens there.
    env |= {"HTTP_PROXY": "http://127.0.0.1:9", "http_proxy": "http://127.0.0.1:9"}
    given = [services.url, str(tmp_path), story.pin, story.phrase, TOKEN]
    ended = subprocess.run(
        [sys.executable, "-c", HERE, *given], env=env, capture_output=True, text=True, timeout=60, check=False
    )
    assert ended.returncode == 0, ended.stderr
    assert float(ended.stdout) > 0
    # They were sent in the background.
    assert services.shares is not None
