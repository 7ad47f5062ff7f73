"""Catching mails, finding them again and throwing them away."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from sandbox.core.clock import Clock
from sandbox.core.errors import NotFoundError
from sandbox.core.mailing import Mail
from sandbox.core.outbox import record
from sandbox.services.mail.tables import CaughtMail

KEPT = 5_000
"""How many mails of an instance stay; the oldest go."""

SENDER = "ETOPay sandbox <no-reply@sandbox.invalid>"
"""`.invalid` is nobody's domain: an answer cannot reach a person either."""

_LINK = re.compile(r"https?://\S+")
_PRUNED_EVERY = 64


@dataclass(frozen=True)
class Wanted:
    """Which mails are looked for; what is empty does not matter."""

    to: str = ""
    subject: str = ""
    kind: str = ""
    since: datetime | None = None
    after: int = 0
    before: int | None = None


class MailCatcher:
    """Keeps every mail in the transaction that sends it."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock

    def send(self, session: Session, mail: Mail) -> int:
        """Keep a mail; its text is told by no event, since links in it open accounts."""
        row = CaughtMail(
            at=self._clock.now(),
            receiver=mail.to,
            sender=SENDER,
            subject=mail.subject,
            kind=mail.kind,
            language=mail.language,
            text=mail.text,
            html=mail.html,
        )
        session.add(row)
        session.flush()
        state = {"id": row.id, "to": mail.to, "subject": mail.subject, "kind": mail.kind, "state": "sent"}
        record(session, "mail.sent", f"mail-{row.id}", state)
        if row.id % _PRUNED_EVERY == 0:
            _prune(session)
        return row.id

    def find(self, session: Session, wanted: Wanted, limit: int) -> Sequence[CaughtMail]:
        """Return mails, newest first."""
        statement = select(CaughtMail).where(CaughtMail.id > wanted.after)
        if wanted.before is not None:
            statement = statement.where(CaughtMail.id < wanted.before)
        for column, piece in ((CaughtMail.receiver, wanted.to), (CaughtMail.subject, wanted.subject)):
            if piece:
                statement = statement.where(func.lower(column).contains(piece.lower(), autoescape=True))
        if wanted.kind:
            statement = statement.where(CaughtMail.kind == wanted.kind)
        if wanted.since is not None:
            statement = statement.where(CaughtMail.at >= wanted.since)
        return session.scalars(statement.order_by(CaughtMail.id.desc()).limit(limit)).all()

    def get(self, session: Session, mail_id: int) -> CaughtMail:
        """Return one mail, or refuse."""
        found = session.get(CaughtMail, mail_id)
        if found is None:
            raise NotFoundError(f"There is no mail {mail_id}; it was deleted or never sent.")
        return found

    def remove(self, session: Session, mail_id: int) -> None:
        """Throw one mail away."""
        row = self.get(session, mail_id)
        state = {"id": row.id, "to": row.receiver, "subject": row.subject, "kind": row.kind}
        record(session, "mail.deleted", f"mail-{row.id}", state | {"state": "deleted"})
        session.delete(row)

    def clear(self, session: Session) -> None:
        """Throw all mails away."""
        session.execute(delete(CaughtMail))
        record(session, "mail.cleared", "mails", {"state": "empty"})


def links_of(row: CaughtMail) -> list[str]:
    """Return the links of a mail in the order they are read, once each."""
    return list(dict.fromkeys(_LINK.findall(row.text)))


def _prune(session: Session) -> None:
    newest_to_go = session.scalar(select(CaughtMail.id).order_by(CaughtMail.id.desc()).offset(KEPT).limit(1))
    if newest_to_go is not None:
        session.execute(delete(CaughtMail).where(CaughtMail.id <= newest_to_go))
