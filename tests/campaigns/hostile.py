"""Hostile input: spoiled texts, bytes and JSON, and a server whose answers are spoiled."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from random import Random
from types import SimpleNamespace
from typing import Any

from tests.sdk.fake_services import Services

CANARY = "canary-of-the-server-body"
NUMBERS = (0, -1, 1, 2**31, 2**53 + 1, 2**63, 2**64, 2**128, 10**40, 0.5, -0.0, 1e308, 1e-320)
TEXTS = (
    *("", " ", "0", "0x", "0x0", "0x1", "-0x1", "0xg", "0x" + "f" * 64, "0x" + "f" * 65, "0x" + "0" * 600),
    *(
        "NaN",
        "Infinity",
        "1e400",
        "1e-400",
        "9" * 400,
        "1." + "0" * 300,
        "٣",
        "\0",
        "\ud7ff",
        "𝟙",
        "a" * 70_000,
    ),
    *("2025-02-30T25:61:61Z", "0000-00-00", "+999999-01-01T00:00:00Z", "success", "failure", "v1", CANARY),
    *(
        "ME-RS-1-",
        "ME-RS-AesGcm-AAAA",
        "ME-RS-255-" + "A" * 500,
        "http://127.0.0.1:1",
        "../../etc",
        "{}",
        "[]",
    ),
)


def any_value(chance: Random, depth: int = 0) -> Any:
    """Some JSON value, seldom what was expected."""
    match chance.randrange(8 if depth < 4 else 6):
        case 0:
            return None
        case 1:
            return chance.random() < 0.5
        case 2:
            return chance.choice(NUMBERS)
        case 3 | 4:
            return chance.choice(TEXTS)
        case 5:
            return "0x" + chance.randbytes(chance.choice((1, 8, 20, 32, 33, 256))).hex()
        case 6:
            return [any_value(chance, depth + 1) for _ in range(chance.randrange(4))]
        case _:
            return {
                chance.choice(TEXTS[:12]): any_value(chance, depth + 1) for _ in range(chance.randrange(4))
            }


def spoil(value: Any, chance: Random) -> Any:
    """The value with one place in it changed."""
    if chance.random() < 0.25 or not isinstance(value, dict | list) or not value:
        return any_value(chance)
    if isinstance(value, dict):
        key = chance.choice(list(value))
        match chance.randrange(8):
            case 0:
                return {name: inner for name, inner in value.items() if name != key}
            case 1:
                return {**value, chance.choice(TEXTS): any_value(chance)}
            case _:
                return {**value, key: spoil(value[key], chance)}
    place = chance.randrange(len(value))
    match chance.randrange(6):
        case 0:
            return value[:place] + value[place + 1 :]
        case 1:
            return value * chance.choice((2, 50))
        case _:
            return [*value[:place], spoil(value[place], chance), *value[place + 1 :]]


def spoil_bytes(data: bytes, chance: Random) -> bytes:
    """The bytes with a few of them changed, cut, doubled or put in."""
    changed = bytearray(data)
    for _ in range(chance.choice((1, 1, 1, 2, 8))):
        place = chance.randrange(len(changed) + 1)
        match chance.randrange(6):
            case 0:
                del changed[place:]
            case 1:
                del changed[place : place + chance.randrange(1, 20)]
            case 2:
                changed[place:place] = chance.randbytes(chance.randrange(1, 20))
            case 3:
                changed[place:place] = changed[place : place + chance.randrange(1, 200)]
            case 4 if changed:
                changed[place - 1] ^= 1 << chance.randrange(8)
            case _ if changed:
                changed[place - 1] = chance.choice((0, 1, 0x7F, 0x80, 0xFF, ord("<"), ord("{"), ord('"')))
    return bytes(changed)


def spoil_text(text: str, chance: Random) -> str:
    """The same for a text; what is no UTF-8 becomes another character."""
    return spoil_bytes(text.encode(), chance).decode("utf-8", "replace")


def spoiled_body(answer: Any, chance: Random) -> bytes:
    """An answer as JSON, spoiled as a value or as bytes."""
    match chance.randrange(12):
        case 0:
            return spoil_bytes(json.dumps(answer).encode(), chance)
        case 1:
            return b"[" * chance.choice((10, 1000, 100_000))
        case 2:
            return f"<html>{CANARY}</html>".encode()
        case 3:
            return b"" if chance.random() < 0.5 else chance.randbytes(50)
        case 4:
            return json.dumps(spoil(spoil(answer, chance), chance)).encode()
        case _:
            return json.dumps(spoil(answer, chance)).encode()


class HostileServer:
    """Backend and nodes in the test's own event loop; `spoil` decides whom the answers of which name fool."""

    def __init__(self, services: Services) -> None:
        self.services = services
        self.chance = Random(0)
        self.spoil: Callable[[str], bool] = lambda name: False
        self.requests = 0
        self.spoiled = 0
        self.url = ""
        self._server: asyncio.Server | None = None

    async def start(self) -> None:
        """Listen."""
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(lambda: _Connection(self), "127.0.0.1", 0)
        self.url = f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"
        # The networks name the nodes.
        self.services.url = self.url

    def close(self) -> None:
        """Stop listening."""
        if self._server is not None:
            self._server.close()

    def answer(self, command: str, target: str, headers: dict[str, str], body: Any) -> bytes | None:
        """The whole response; None drops the connection."""
        self.requests += 1
        path = target.split("?", maxsplit=1)[0]
        is_rpc = path in {"/evm", "/iota"}
        name = body["method"] if is_rpc else path.removeprefix("/api")
        request = SimpleNamespace(command=command, path=target, headers=headers)
        if is_rpc:
            status, content = self.services._rpc(path, body)
        else:
            status, content = self.services._backend(request, name, body)  # type: ignore[arg-type]
        if not self.spoil(name):
            return self._response(status, b"" if content is None else json.dumps(content).encode())
        self.spoiled += 1
        chance = self.chance
        match chance.randrange(20):
            case 0:
                return None
            case 1:
                status = chance.choice(
                    (199, 201, 204, 301, 302, 400, 401, 403, 404, 409, 418, 429, 500, 503, 599)
                )
            case 2:
                return chance.randbytes(60)
        if is_rpc and isinstance(content, dict) and chance.random() < 0.6:
            # The envelope is right, what is in it is not.
            good = {**content, "result": spoil(content.get("result"), chance)}
            return self._response(status, json.dumps(good).encode())
        return self._response(status, spoiled_body(content, chance))

    @staticmethod
    def _response(status: int, body: bytes) -> bytes:
        head = [f"HTTP/1.1 {status} Reason", "content-type: application/json", f"content-length: {len(body)}"]
        return "\r\n".join(head).encode() + b"\r\n\r\n" + body


class _Connection(asyncio.Protocol):
    def __init__(self, server: HostileServer) -> None:
        self.server = server
        self.data = b""
        self.transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = transport  # type: ignore[assignment]

    def data_received(self, data: bytes) -> None:
        self.data += data
        while b"\r\n\r\n" in self.data and self.transport is not None:
            head, _, rest = self.data.partition(b"\r\n\r\n")
            first, *lines = head.decode("latin-1").split("\r\n")
            headers = {key.lower(): value for key, _, value in (line.partition(": ") for line in lines)}
            length = int(headers.get("content-length", 0))
            if len(rest) < length:
                return
            body, self.data = rest[:length], rest[length:]
            command, target, _ = first.split(" ")
            response = self.server.answer(command, target, headers, json.loads(body) if body else None)
            if response is None:
                self.transport.close()
                return
            self.transport.write(response)
