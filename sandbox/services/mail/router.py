"""`/_sandbox/mails`: what the sandbox sent, for tests and testers."""

from datetime import UTC
from typing import Annotated, Any, cast

from fastapi import APIRouter, Depends, Path, Query, Request
from fastapi.responses import HTMLResponse
from pydantic import AwareDatetime, StringConstraints

from sandbox.core.clock import iso
from sandbox.core.context import Ctx
from sandbox.core.errors import InvalidError
from sandbox.core.wire import Out
from sandbox.services.mail.catcher import MailCatcher, Wanted, links_of
from sandbox.services.mail.tables import CaughtMail

router = APIRouter(tags=["mails"], prefix="/_sandbox/mails")
_PAGE_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'; sandbox allow-top-navigation-by-user-activation allow-popups "
    "allow-popups-to-escape-sandbox"
)
_UNKNOWN: dict[int | str, dict[str, Any]] = {404: {"description": "There is no such mail."}}
_PAGE: dict[int | str, dict[str, Any]] = {
    200: {"content": {"text/html": {"schema": {"type": "string"}}}, "description": "The mail as a page."}
}
Piece = Annotated[str, StringConstraints(max_length=254, pattern=r"^[^\x00]*$")]
Position = Annotated[int, Path(ge=1, lt=2**31)]


class MailLine(Out):
    """A mail in a list."""

    id: int
    at: str
    to: str
    subject: str
    kind: str
    """What it is for, such as `verify-email`, `reset-password` or `notice-password`."""


class MailOut(MailLine):
    """A mail with all that is in it."""

    sender: str
    language: str
    text: str
    html: str
    links: list[str]
    """The links of the text, in their order."""


class MailList(Out):
    """Mails, newest first."""

    mails: list[MailLine]
    next_before: int | None
    """Give it as `before` to get the next page; null: there are no more."""


def _catcher(request: Request) -> MailCatcher:
    return cast("MailCatcher", request.app.state.mails)


Catcher = Annotated[MailCatcher, Depends(_catcher)]


@router.get("")
def list_mails(
    context: Ctx,
    catcher: Catcher,
    *,
    to: Annotated[Piece, Query(description="A piece of the receiver's address.")] = "",
    subject: Annotated[Piece, Query(description="A piece of the subject.")] = "",
    kind: Annotated[Piece, Query(description="What they are for.")] = "",
    since: Annotated[AwareDatetime | None, Query(description="Sent then or later, by the clock.")] = None,
    after: Annotated[int, Query(ge=0, lt=2**31, description="Sent after the mail of this id.")] = 0,
    before: Annotated[int | None, Query(ge=1, lt=2**31, description="Sent before it.")] = None,
    limit: Annotated[int, Query(ge=1, le=500)] = 50,
) -> MailList:
    """Return the mails that were sent, newest first; pieces of texts are found in capitals too."""
    try:
        moment = since.astimezone(UTC) if since else None
    except OverflowError as error:
        raise InvalidError("`since` is outside the calendar.") from error
    wanted = Wanted(to, subject, kind, moment, after, before)
    with context.db.read() as session:
        found = catcher.find(session, wanted, limit + 1)
    lines = [MailLine(**_line(row)) for row in found[:limit]]
    return MailList(mails=lines, next_before=lines[-1].id if len(found) > limit else None)


@router.delete("", status_code=204)
def clear_mails(context: Ctx, catcher: Catcher) -> None:
    """Delete all mails."""
    with context.db.write() as session:
        catcher.clear(session)


@router.get("/{mail_id}", responses=_UNKNOWN)
def show_mail(context: Ctx, catcher: Catcher, mail_id: Position) -> MailOut:
    """Return one mail with its text, its page and its links."""
    with context.db.read() as session:
        row = catcher.get(session, mail_id)
    return MailOut(
        **_line(row),
        sender=row.sender,
        language=row.language,
        text=row.text,
        html=row.html,
        links=links_of(row),
    )


@router.get("/{mail_id}/page", responses=_UNKNOWN | _PAGE, response_class=HTMLResponse)
def show_mail_page(context: Ctx, catcher: Catcher, mail_id: Position) -> HTMLResponse:
    """Return a mail as its receiver sees it; nothing in it runs or loads."""
    with context.db.read() as session:
        html = catcher.get(session, mail_id).html
    return HTMLResponse(html, headers={"Content-Security-Policy": _PAGE_POLICY})


@router.delete("/{mail_id}", status_code=204, responses=_UNKNOWN)
def delete_mail(context: Ctx, catcher: Catcher, mail_id: Position) -> None:
    """Delete one mail."""
    with context.db.write() as session:
        catcher.remove(session, mail_id)


def _line(row: CaughtMail) -> dict[str, Any]:
    return {"id": row.id, "at": iso(row.at), "to": row.receiver, "subject": row.subject, "kind": row.kind}
