"""The header `Idempotency-Key`: a call that is made twice is carried out once."""

import asyncio
import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import JSON, Boolean, Integer, LargeBinary, String, delete, or_
from sqlalchemy.orm import Mapped, Session, mapped_column
from starlette.datastructures import Headers
from starlette.responses import JSONResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from sandbox.core.clock import Clock
from sandbox.core.db import Base, Database, InstanceKeyRow, UtcDateTime, on_change
from sandbox.core.errors import ConflictError, InvalidError, SandboxError, UnauthorizedError
from sandbox.core.ports import TokenVerifier

HEADER = "idempotency-key"
KEPT = timedelta(hours=24)
_LONGEST = 255
_KEPT_HEADERS = frozenset({"content-type", "location"})
_NOT_CARRIED_OUT = frozenset({401, 429, 503})
_PATHS = ("/api/", "/_sandbox/")
_IN_THE_DATABASE = ("/api/", *(f"/_sandbox/{name}" for name in ("bank", "clock", "kyc", "payments", "users")))
"""Calls whose effects are rows: as long as none was written, nothing has happened."""


class IdempotentCall(InstanceKeyRow, Base):
    """A call with a key: under way, or answered."""

    __tablename__ = "idempotent_calls"
    principal: Mapped[str] = mapped_column(String(250), primary_key=True)
    key: Mapped[str] = mapped_column(String(255), primary_key=True)
    request_hash: Mapped[str] = mapped_column(String(64))
    process: Mapped[str] = mapped_column(String(36))
    started_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    status: Mapped[int | None] = mapped_column(Integer)
    headers: Mapped[list[list[str]] | None] = mapped_column(JSON)
    body: Mapped[bytes | None] = mapped_column(LargeBinary)
    has_effects: Mapped[bool] = mapped_column(Boolean, default=False)
    """Something of it was written, or may have been done elsewhere: it must not be carried out again."""


class WrongKeyError(InvalidError):
    """The key itself cannot be used."""

    code = "idempotency_key_invalid"


class ReusedKeyError(InvalidError):
    """The key belongs to another call."""

    code = "idempotency_key_reused"


class KeyInUseError(ConflictError):
    """The first call with the key is still under way."""

    code = "idempotency_key_in_use"


class InterruptedCallError(ConflictError):
    """The first call had effects, and its answer is lost."""

    code = "idempotency_key_interrupted"


@dataclass(frozen=True)
class _Call:
    """Who calls what, with which key."""

    principal: str
    key: str
    request_hash: str
    has_effects: bool

    def note_effects(self, session: Session) -> None:
        """Note that something was carried out, in the transaction that does it."""
        row = session.get(IdempotentCall, (self.principal, self.key))
        if row is not None:
            row.has_effects = True


class IdempotencyMiddleware:
    """Carries out a POST with a key once, and gives the same answer to those who repeat it."""

    def __init__(self, app: ASGIApp, db: Database, clock: Clock, tokens: TokenVerifier) -> None:
        self._app = app
        self._db = db
        self._clock = clock
        self._tokens = tokens
        self._process = db.process

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one call."""
        headers = Headers(scope=scope) if scope["type"] == "http" else Headers()
        key = headers.get(HEADER)
        if key is None or scope["method"] != "POST" or not scope["path"].startswith(_PATHS):
            await self._app(scope, receive, send)
            return
        body, receive = await _read(receive)
        if body is None:
            return
        try:
            principal = await asyncio.to_thread(self._principal, scope["path"], headers)
            if principal is None:
                await self._app(scope, receive, send)
                return
            is_inside = scope["path"].startswith(_IN_THE_DATABASE)
            call = _Call(principal, _checked(key), _hash_of(scope, body), not is_inside)
            known = await asyncio.to_thread(self._begin, call)
        except SandboxError as error:
            refusal = JSONResponse({"error": error.code, "detail": error.message}, error.status)
            await refusal(scope, receive, send)
            return
        if known is not None:
            await known(scope, receive, send)
            return
        await self._carry_out(call, scope, receive, send)

    async def _carry_out(self, call: _Call, scope: Scope, receive: Receive, send: Send) -> None:
        kept: list[Message] = []

        async def keep(message: Message) -> None:
            kept.append(message)

        try:
            noting = on_change.set(call.note_effects)
            try:
                await self._app(scope, receive, keep)
            finally:
                on_change.reset(noting)
        except BaseException:
            await asyncio.shield(asyncio.to_thread(self._give_up, call))
            raise
        await asyncio.shield(asyncio.to_thread(self._finish, call, kept))
        for message in kept:
            await send(message)

    def _principal(self, path: str, headers: Headers) -> str | None:
        if path.startswith("/_sandbox/"):
            return "control room"
        scheme, _, token = headers.get("authorization", "").partition(" ")
        if scheme.lower() != "bearer":
            return None
        try:
            who = self._tokens.verify(token.strip())
        except UnauthorizedError:
            return None
        return f"{who.issuer_key} {who.subject}"

    def _begin(self, call: _Call) -> Response | None:
        """Note a new call, or return the answer of the first one."""
        now = self._clock.now()
        with self._db.write() as session:
            ended = or_(IdempotentCall.status.is_not(None), IdempotentCall.process != self._process)
            session.execute(delete(IdempotentCall).where(IdempotentCall.started_at <= now - KEPT, ended))
            row = session.get(IdempotentCall, (call.principal, call.key))
            if row is None:
                session.add(self._row(call))
                return None
            return self._answer(session, row, call)

    def _row(self, call: _Call, process: str | None = None) -> IdempotentCall:
        return IdempotentCall(
            principal=call.principal,
            key=call.key,
            request_hash=call.request_hash,
            process=self._process if process is None else process,
            started_at=self._clock.now(),
            **({"has_effects": True} if call.has_effects else {}),
        )

    def _answer(self, session: Session, row: IdempotentCall, call: _Call) -> Response | None:
        """Return the answer of the first call; None if it broke off before it did anything."""
        if row.request_hash != call.request_hash:
            raise ReusedKeyError("This Idempotency-Key came with another call before; take a new key.")
        if row.status is None and self._db.is_running(session, row.process):
            raise KeyInUseError("The first call with this Idempotency-Key is under way; try again soon.")
        if row.status is None and not row.has_effects:
            row.process, row.started_at = self._process, self._clock.now()
            return None
        if row.status is None:
            raise InterruptedCallError(
                "The first call with this Idempotency-Key broke off after it had begun to have effects, and "
                "its answer is lost. Look at what it changed, and call with a new key if any is missing."
            )
        headers = dict(row.headers or ()) | {"idempotency-replayed": "true"}
        return Response(row.body, row.status, headers)

    def _finish(self, call: _Call, kept: list[Message]) -> None:
        start = next(message for message in kept if message["type"] == "http.response.start")
        pairs = [[part.decode("latin-1") for part in pair] for pair in start["headers"]]
        with self._db.write() as session:
            # A reset takes the row of its own call along, so that it may have to be made again.
            row = session.merge(self._row(call))
            if start["status"] in _NOT_CARRIED_OUT:
                session.delete(row)
                return
            row.status = start["status"]
            row.headers = [pair for pair in pairs if pair[0] in _KEPT_HEADERS]
            row.body = b"".join(message.get("body", b"") for message in kept)

    def _give_up(self, call: _Call) -> None:
        with self._db.write() as session:
            session.merge(self._row(call, process=""))


async def _read(receive: Receive) -> tuple[bytes | None, Receive]:
    """Return the body, None if the client left before its end, and what lets it be read again."""
    messages: list[Message] = []
    while not messages or messages[-1].get("more_body", False):
        messages.append(await receive())
    if messages[-1]["type"] == "http.disconnect":
        return None, receive
    body = b"".join(message.get("body", b"") for message in messages)

    async def again() -> Message:
        return messages.pop(0) if messages else await receive()

    return body, again


def _checked(key: str) -> str:
    if not 0 < len(key) <= _LONGEST or not key.isascii() or not key.isprintable():
        raise WrongKeyError(f"An Idempotency-Key has 1 to {_LONGEST} printable ASCII characters.")
    return key


def _hash_of(scope: Scope, body: bytes) -> str:
    parts = (scope["path"].encode(), scope["query_string"], body)
    lengths = b",".join(str(len(part)).encode() for part in parts)
    return hashlib.sha256(lengths + b"".join(parts)).hexdigest()


def describe_keys(schema: dict[str, Any]) -> dict[str, Any]:
    """Add the header and its answers to every POST of an OpenAPI description that takes it."""
    form = {"type": "string", "minLength": 1, "maxLength": _LONGEST, "pattern": "^[ -~]+$"}
    header = {
        "name": "Idempotency-Key",
        "in": "header",
        "required": False,
        "description": "Repeat a call with the same key, and it is carried out once; kept for 24 hours.",
        "schema": form,
    }
    used = "The key belongs to a call that is under way or broke off, or what is named is not in that state."
    for path, methods in schema["paths"].items():
        call = methods.get("post")
        if call is None or not path.startswith(_PATHS):
            continue
        call.setdefault("parameters", []).append(header)
        call["responses"].setdefault("409", {"description": used})
        call["responses"].setdefault("422", {"description": "The key belongs to another call."})
    return schema
