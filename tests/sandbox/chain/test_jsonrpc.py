"""JSON-RPC envelopes."""

import json
from typing import Any

import pytest

from sandbox.services.chain.errors import RpcError
from sandbox.services.chain.jsonrpc import answer


def handler(method: str, values: list[Any]) -> Any:
    if method == "echo":
        return values
    if method == "refuse":
        raise RpcError(3, "no", "0x01")
    raise KeyError("a secret")


def ask(request: Any) -> Any:
    return answer(json.dumps(request).encode(), handler)


def call(method: str, identifier: Any = 1, **more: Any) -> dict[str, Any]:
    return {"jsonrpc": "2.0", "id": identifier, "method": method, **more}


def test_one_call() -> None:
    assert ask(call("echo", params=[1, "a"])) == {"jsonrpc": "2.0", "id": 1, "result": [1, "a"]}
    assert ask(call("echo", "x")) == {"jsonrpc": "2.0", "id": "x", "result": []}
    assert ask(call("echo", 0, params=None))["result"] == []
    assert ask(call("echo", None))["id"] is None


def test_errors() -> None:
    assert ask(call("refuse"))["error"] == {"code": 3, "message": "no", "data": "0x01"}
    assert ask(call("boom"))["error"] == {"code": -32603, "message": "internal error in boom"}


@pytest.mark.parametrize(
    ("request_body", "code"),
    [
        (b"", -32700),
        (b"{", -32700),
        (b"\xff", -32700),
        (b"[" * 100_000, -32700),
        (b"[]", -32600),
        (b"7", -32600),
        (b'{"id":1,"method":"echo"}', -32600),
        (b'{"jsonrpc":"2.0","id":1}', -32600),
        (b'{"jsonrpc":"2.0","id":{},"method":"echo"}', -32600),
        (b'{"jsonrpc":"2.0","id":true,"method":"echo"}', -32600),
        (b'{"jsonrpc":"2.0","id":1,"method":"echo","params":{"a":1}}', -32602),
    ],
)
def test_malformed(request_body: bytes, code: int) -> None:
    assert answer(request_body, handler)["error"]["code"] == code


def test_batches() -> None:
    answers = ask([call("echo", 1), call("refuse", 2), 5, {"jsonrpc": "2.0", "method": "echo"}])
    assert [one["id"] for one in answers] == [1, 2, None]
    assert [("result" in one) for one in answers] == [True, False, False]
    assert ask([call("echo")] * 1001)["error"]["code"] == -32600


def test_notifications_have_no_answer() -> None:
    assert ask({"jsonrpc": "2.0", "method": "echo"}) is None
    assert ask([{"jsonrpc": "2.0", "method": "echo"}]) is None
