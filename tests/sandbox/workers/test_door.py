"""What a worker passes on reaches the keeper as it was sent, and nobody else's things with it."""

import asyncio

import pytest
import uvicorn

from sandbox.core.connection import ConnectionProtocol
from sandbox.workers.door import KeeperDoor
from sandbox.workers.middleware import KeeperMiddleware


class Keeper:
    """Notes each call and answers it with a cookie."""

    def __init__(self):
        self.calls, self.bodies = [], []
        self.heard = asyncio.Event()

    async def __call__(self, scope, receive, send):
        self.calls.append(scope)
        self.bodies.append(b"")
        more = True
        while more:
            message = await receive()
            self.bodies[-1] += message.get("body", b"")
            more = message.get("more_body", False)
            if self.bodies[-1]:
                self.heard.set()
        headers = [(b"set-cookie", b"session=alice; Path=/")]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": b"done"})


@pytest.fixture
async def keeper():
    return Keeper()


@pytest.fixture
async def worker(keeper):
    config = uvicorn.Config(keeper, port=0, http=ConnectionProtocol, lifespan="off", log_level="error")
    server = uvicorn.Server(config)
    serving = asyncio.create_task(server.serve())
    async with asyncio.timeout(10):
        while not server.started:
            await asyncio.sleep(0.01)
    port = server.servers[0].sockets[0].getsockname()[1]
    door = KeeperDoor(f"http://127.0.0.1:{port}")
    yield KeeperMiddleware(None, door, None)
    await door.close()
    server.should_exit = True
    await serving


async def call(worker, path="/kyc", headers=(), method="GET", receive=None, query=b""):
    """Call the worker as a server does, and return the status and the body of its answer."""
    scope = {"type": "http", "method": method, "path": path, "raw_path": path.encode(), "headers": headers}
    scope |= {"query_string": query, "client": ("127.0.0.1", 1), "server": ("localhost", 80)}
    messages, sent = [{"type": "http.request", "body": b"", "more_body": False}], []

    async def nothing():
        if messages:
            return messages.pop()
        return await asyncio.Future()

    async def send(message):
        sent.append(message)

    await worker(scope, receive or nothing, send)
    return sent[0]["status"], b"".join(one["body"] for one in sent[1:])


def headers_of(scope, name):
    return [value for key, value in scope["headers"] if key == name]


async def test_the_cookie_of_one_caller_is_not_sent_for_the_next(worker, keeper):
    assert await call(worker) == (200, b"done")
    assert await call(worker) == (200, b"done")
    assert await call(worker, headers=[(b"cookie", b"session=bob")]) == (200, b"done")
    assert [headers_of(scope, b"cookie") for scope in keeper.calls] == [[], [], [b"session=bob"]]


@pytest.mark.parametrize("value", ["Zoë".encode(), "Zoë".encode("latin-1"), b"\xff\x80"])
async def test_headers_arrive_byte_by_byte(worker, keeper, value):
    headers = [(b"x-name", value), (b"x-name", b"2"), (b"Connection", b"x"), (b"x-control-secret", b"guess")]
    assert await call(worker, headers=headers) == (200, b"done")
    [scope] = keeper.calls
    assert headers_of(scope, b"x-name") == [value, b"2"]
    assert headers_of(scope, b"x-control-secret") == []
    assert headers_of(scope, b"x-forwarded-for") == [b"127.0.0.1"]


@pytest.mark.parametrize(
    ("sent", "arrives"),
    [
        ("/x/../_sandbox/reset", b"/x/../_sandbox/reset"),
        ("/./a/%2e%2e/%C3%AB%2F;b", b"/./a/%2e%2e/%C3%AB%2F;b"),
        ("//kyc//a[1]|^", b"//kyc//a[1]|^"),
        ("/Zoë", b"/Zo%C3%AB"),
    ],
)
async def test_paths_arrive_as_they_were_sent(worker, keeper, sent, arrives):
    assert await call(worker, sent, query=b"a=%2F&b='\xc3\xab'") == (200, b"done")
    [scope] = keeper.calls
    assert (scope["raw_path"], scope["query_string"]) == (arrives, b"a=%2F&b='%C3%AB'")
