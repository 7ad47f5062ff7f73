"""What a worker passes on reaches the keeper as it was sent, and nobody else's things with it."""

import asyncio

import pytest
import uvicorn

from sandbox.core.connection import ConnectionProtocol
from sandbox.core.web import BodyLimitMiddleware
from sandbox.workers.door import KeeperDoor
from sandbox.workers.middleware import KeeperMiddleware


class Keeper:
    """Notes each call and answers it with a cookie."""

    def __init__(self):
        self.calls, self.bodies = [], []
        self.heard, self.gone = asyncio.Event(), asyncio.Event()

    async def __call__(self, scope, receive, send):
        self.calls.append(scope)
        self.bodies.append(b"")
        more = True
        while more:
            message = await receive()
            if message["type"] == "http.disconnect":
                self.gone.set()
                return
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
    """Call the worker as a server does, and return the status and the body of its answer, if it gave one."""
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
    return (sent[0]["status"], b"".join(one["body"] for one in sent[1:])) if sent else None


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


def arriving(*parts):
    """Return what receives a body in parts, each when it is put there, and where to put them."""
    messages = asyncio.Queue()
    for part in parts:
        messages.put_nowait({"type": "http.request", "body": part, "more_body": True})
    return messages.get, messages.put_nowait


@pytest.mark.parametrize("framing", [(b"content-length", b"10"), (b"transfer-encoding", b"chunked")])
async def test_a_body_goes_on_while_it_still_arrives(worker, keeper, framing):
    receive, put = arriving(b"first")
    calling = asyncio.create_task(call(worker, headers=[framing], method="POST", receive=receive))
    async with asyncio.timeout(10):
        await keeper.heard.wait()
        assert not calling.done()
        put({"type": "http.request", "body": b"", "more_body": True})
        put({"type": "http.request", "body": b"other", "more_body": False})
        assert await calling == (200, b"done")
    assert keeper.bodies == [b"firstother"]
    [scope] = keeper.calls
    assert [pair for pair in scope["headers"] if pair[0] in {b"content-length", b"transfer-encoding"}] == [
        framing
    ]


async def test_a_body_that_breaks_off_ends_the_call_at_the_keeper_too(worker, keeper):
    receive, put = arriving(b"first")
    headers = [(b"content-length", b"10")]
    calling = asyncio.create_task(call(worker, headers=headers, method="POST", receive=receive))
    async with asyncio.timeout(10):
        await keeper.heard.wait()
        put({"type": "http.disconnect"})
        assert await calling is None
        await keeper.gone.wait()


async def test_a_body_over_the_limit_is_still_refused(worker, keeper):
    receive, _ = arriving(b"first", b"other")
    headers = [(b"transfer-encoding", b"chunked")]
    async with asyncio.timeout(10):
        limited = BodyLimitMiddleware(worker, 8)
        status, _ = await call(limited, headers=headers, method="POST", receive=receive)
    assert status == 413
