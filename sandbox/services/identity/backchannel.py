"""Back-channel sign-out: clients are told that a session has ended, again and again until they have heard."""

import asyncio
from collections.abc import Iterable
from datetime import datetime, timedelta

import httpx
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from sandbox.core.context import Context
from sandbox.core.engine import Engine
from sandbox.core.ids import new_id
from sandbox.core.outbox import record
from sandbox.services.identity.client_rules import ClientRules
from sandbox.services.identity.tables import Grant, LogoutNotice
from sandbox.services.identity.tokens import Tokens

MOST_ATTEMPTS = 8
_PAUSE = 0.5
_TIMEOUT = 5.0
_AT_ONCE = 20
_KEPT = timedelta(days=1)


def write_notices(session: Session, clients: ClientRules, grants: Iterable[Grant], now: datetime) -> None:
    """Note for each client of a session that it is to be told, in the transaction that ends the session."""
    session.execute(
        delete(LogoutNotice).where(LogoutNotice.state != "waiting", LogoutNotice.created_at < now - _KEPT)
    )
    told = set()
    for grant in grants:
        client = clients.find(grant.client_id, session)
        if client is None or not client.backchannel_logout_url or (client.id, grant.session_id) in told:
            continue
        told.add((client.id, grant.session_id))
        row = LogoutNotice(
            id=new_id(),
            client_id=client.id,
            url=client.backchannel_logout_url,
            subject=grant.account_id,
            session_id=grant.session_id,
            state="waiting",
            attempts=0,
            due_at=now,
            created_at=now,
        )
        session.add(row)
        _tell(session, row)


class LogoutEngine(Engine):
    """Delivers the notices; each attempt is written down, and the pause doubles after one that failed."""

    def __init__(self, context: Context, tokens: Tokens) -> None:
        super().__init__("sign-outs", _PAUSE, context)
        self._tokens = tokens

    async def _work(self) -> None:
        waiting = select(LogoutNotice).where(
            LogoutNotice.state == "waiting", LogoutNotice.due_at <= self._context.clock.now()
        )
        with self._context.db.read() as session:
            rows = session.scalars(waiting.order_by(LogoutNotice.due_at).limit(_AT_ONCE)).all()
        if not rows:
            return
        async with httpx.AsyncClient(trust_env=False, timeout=_TIMEOUT) as http:
            # At once, so that a client that is slow to answer holds up no other.
            ends = await asyncio.gather(*(self._try(http, row) for row in rows), return_exceptions=True)
        for failure in ends:
            if failure is not None:
                raise failure

    async def _try(self, http: httpx.AsyncClient, row: LogoutNotice) -> None:
        self._note(row.id, *await self._deliver(http, row))

    async def _deliver(self, http: httpx.AsyncClient, row: LogoutNotice) -> tuple[bool, str]:
        form = {"logout_token": self._tokens.logout_token(row.client_id, row.subject, row.session_id)}
        try:
            # The limits of httpx begin anew with each byte; and of the answer only the status matters.
            async with asyncio.timeout(_TIMEOUT), http.stream("POST", row.url, data=form) as answer:
                return answer.status_code in {200, 204}, f"status {answer.status_code}"
        except (httpx.HTTPError, TimeoutError) as error:
            return False, type(error).__name__

    def _note(self, notice_id: str, heard: bool, told: str) -> None:
        with self._context.db.write() as session:
            row = session.get(LogoutNotice, notice_id)
            if row is None or row.state != "waiting":
                return
            row.attempts += 1
            row.told = told[:200]
            if heard:
                row.state = "delivered"
            elif row.attempts >= MOST_ATTEMPTS:
                row.state = "given_up"
            else:
                row.due_at = self._context.clock.now() + timedelta(seconds=2 ** (row.attempts - 1))
            _tell(session, row)


def _tell(session: Session, row: LogoutNotice) -> None:
    state = {
        "id": row.id,
        "client_id": row.client_id,
        "subject": row.subject,
        "session_id": row.session_id,
        "attempts": row.attempts,
        "told": row.told,
        "state": row.state,
    }
    record(session, f"logout_notice.{row.state}", row.id, state)
