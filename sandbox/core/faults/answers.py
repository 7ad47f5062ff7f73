"""Answers that are not what the service meant to say."""

import json
from typing import Any

from starlette.types import Message, Send

from sandbox.core.faults.call import Call

_DETAIL = "This failure was asked for."
_CODES = {
    400: "bad_request",
    401: "unauthorized",
    403: "forbidden",
    404: "not_found",
    405: "method_not_allowed",
    409: "conflict",
    413: "too_large",
    422: "invalid",
    429: "too_many_requests",
    503: "unavailable",
}
_OAUTH_CODES = {401: "invalid_client", 403: "access_denied", 503: "temporarily_unavailable"}
_GARBAGE = '{"this is": not JSON'
_PAGE = (
    "<!doctype html>\n<html><head><title>502 Bad Gateway</title></head>"
    "<body><h1>502 Bad Gateway</h1></body></html>\n"
)
_JSON = "application/json"


def error_body(path: str, status: int) -> str:
    """Return the body with which the service at a path tells of an error."""
    if path.startswith("/realms/"):
        usual = "server_error" if status >= 500 else "invalid_request"
        body = {"error": _OAUTH_CODES.get(status, usual), "error_description": _DETAIL}
    elif path.startswith("/admin/"):
        body = {"errorMessage": _DETAIL}
    else:
        usual = "internal_error" if status >= 500 else "bad_request"
        body = {"error": _CODES.get(status, usual), "detail": _DETAIL}
    return json.dumps(body)


def rpc_errors(call: Call, code: int, message: str) -> str:
    """Return the answer of a node that refuses every call of a request."""
    error = {"code": code, "message": message or _DETAIL}
    answers = [{"jsonrpc": "2.0", "id": one.get("id"), "error": error} for one in call.rpc_calls]
    return json.dumps(answers if call.is_batch or not answers else answers[0])


async def send_error(send: Send, path: str, status: int, body: str) -> None:
    """Answer with a status and the error that belongs to it."""
    await send_whole(send, status, body or error_body(path, status), _JSON)


async def send_wrong(send: Send, kind: str, body: str) -> None:
    """Answer 200 with a body that is none."""
    content, media = {
        "garbage": (body or _GARBAGE, _JSON),
        "empty": ("", _JSON),
        "html": (body or _PAGE, "text/html; charset=utf-8"),
    }[kind]
    await send_whole(send, 200, content, media)


async def send_whole(send: Send, status: int, body: str, media: str) -> None:
    """Answer with a text."""
    content = body.encode()
    headers = [(b"content-type", media.encode()), (b"content-length", str(len(content)).encode())]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": content})


async def send_mistyped(send: Send, kept: list[Message]) -> None:
    """Answer as meant, but with text where numbers belong and numbers where text belongs."""
    start, body = kept[0], body_of(kept)
    try:
        content = _mistyped(json.loads(body))
    except (ValueError, RecursionError):
        content = []
    await send_whole(send, start["status"], json.dumps(content), _JSON)


async def send_half(send: Send, kept: list[Message]) -> None:
    """Announce the whole answer and send its first half; the caller cuts the connection then."""
    body = body_of(kept)
    await send(kept[0])
    await send({"type": "http.response.body", "body": body[: len(body) // 2], "more_body": True})


def body_of(kept: list[Message]) -> bytes:
    """Return the body of an answer that was kept."""
    return b"".join(message.get("body", b"") for message in kept)


def _mistyped(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _mistyped(part) for name, part in value.items()}
    if isinstance(value, list):
        return [_mistyped(part) for part in value]
    if isinstance(value, str):
        return 0
    return json.dumps(value) if value is not None else 0
