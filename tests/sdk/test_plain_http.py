"""Nothing goes to another device in the clear, unless that was asked for."""

from __future__ import annotations

import dataclasses
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
from etopay_sdk import BackendError, Config, Sdk, ValidationError

from tests.sdk.conftest import ReadySdk
from tests.sdk.fake_services import TOKEN

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


@pytest.fixture
def redirecting() -> Iterator[str]:
    class Handler(BaseHTTPRequestHandler):
        def log_message(self, *_: object) -> None:
            pass

        def do_GET(self) -> None:
            self.send_response(307)
            # An address that is kept for documentation: nobody answers there.
            self.send_header("location", "http://192.0.2.1/api/kyc/check-status")
            self.send_header("content-length", "0")
            self.end_headers()

    server = HTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/api"
    server.shutdown()
    server.server_close()


async def test_a_redirect_to_elsewhere_is_not_followed(redirecting: str, tmp_path: Path) -> None:
    async with Sdk(Config(redirecting, "standalone", tmp_path, read_timeout=2)) as sdk:
        await sdk.create_new_user("alice")
        await sdk.init_user("alice")
        await sdk.refresh_access_token(TOKEN)
        with pytest.raises(BackendError) as raised:
            await sdk.has_wallet_at_server()
        assert raised.value.status == 307
