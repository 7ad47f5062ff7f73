"""What pages show: the answers of the documented calls, asked within the process."""

import json
from typing import Any
from urllib.parse import urlencode

from fastapi import Request
from starlette.types import Message

from sandbox.core.errors import NotFoundError, SandboxError


async def read(request: Request, path: str, /, **query: str | int) -> Any:
    """Return what `GET /_sandbox/<path>` answers."""
    wanted = {name: value for name, value in query.items() if value not in {"", None}}
    scope: dict[str, Any] = {
        **request.scope,
        "method": "GET",
        "path": f"/_sandbox/{path}",
        "raw_path": f"/_sandbox/{path}".encode(),
        "query_string": urlencode(wanted).encode(),
        "headers": [],
        "path_params": {},
    }
    sent: list[Message] = []

    async def receive() -> Message:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Message) -> None:
        sent.append(message)

    await request.app.router(scope, receive, send)
    answer = json.loads(b"".join(message.get("body", b"") for message in sent))
    status = sent[0]["status"]
    if status in {404, 422}:
        # An address of a page that names nothing is the same, whether it is malformed or unknown.
        raise NotFoundError(answer["detail"])
    if status >= 400:
        raise SandboxError(answer["detail"])
    return answer
