"""`etopay sandbox mail`: what the sandbox sent, to be read by people and waited for by scripts."""

from __future__ import annotations

import time
from typing import Annotated, Any
from urllib.parse import urlencode

import typer

from cli import console, control
from cli.commands.sandbox_calls import ask, part, registrar, show
from cli.options import DEFAULT_DATA, Data, Json, Url
from cli.problems import CliError

mail = part("The mails of the sandbox. None leaves this machine.", "etopay sandbox mail list")
_mail = registrar(mail)
_PAUSE = 0.25
Number = Annotated[int, typer.Argument(metavar="ID", min=1, help="Id of the mail.")]
To = Annotated[str, typer.Option("--to", help="A piece of the receiver's address.")]
Subject = Annotated[str, typer.Option("--subject", help="A piece of the subject.")]
Kind = Annotated[str, typer.Option("--kind", help="What it is for, such as verify-email.")]
Since = Annotated[str, typer.Option("--since", metavar="MOMENT", help="Such as 2026-12-31T23:59:00Z.")]


@_mail("list", "etopay sandbox mail list --to dora@example.org")
def list_mails(
    to: To = "",
    subject: Subject = "",
    kind: Kind = "",
    since: Since = "",
    before: Annotated[int, typer.Option("--before", min=0, help="The next page: its id.")] = 0,
    limit: Annotated[int, typer.Option("--limit", min=1, max=500, help="How many.")] = 50,
    url: Url = None,
    data: Data = DEFAULT_DATA,
    as_json: Json = False,
) -> None:
    """List the mails that were sent, newest first."""
    query = _query(to=to, subject=subject, kind=kind, since=since, before=before, limit=limit)
    ask((url, data, as_json), "GET", f"mails?{query}", written=_lines)


@_mail("show", "etopay sandbox mail show 3")
def show_mail(number: Number, url: Url = None, data: Data = DEFAULT_DATA, as_json: Json = False) -> None:
    """Print a mail."""
    ask((url, data, as_json), "GET", f"mails/{number}", written=_letter)


@_mail("wait", "etopay sandbox mail wait --to dora@example.org --kind reset-password --link")
def wait(
    to: To = "",
    subject: Subject = "",
    kind: Kind = "",
    since: Since = "",
    after: Annotated[int, typer.Option("--after", min=0, help="Only one sent after this id.")] = 0,
    seconds: Annotated[float, typer.Option("--seconds", min=0, max=3600, help="How long at most.")] = 30.0,
    link: Annotated[bool, typer.Option("--link", help="Print its first link only.")] = False,
    url: Url = None,
    data: Data = DEFAULT_DATA,
    as_json: Json = False,
) -> None:
    """Wait for a mail and print it; one that is there already is printed at once."""
    base = control.find(url, data)
    query = _query(to=to, subject=subject, kind=kind, since=since, after=after, limit=1)
    ends = time.monotonic() + seconds
    while not (found := control.call(base, "GET", f"mails?{query}")["mails"]):
        if time.monotonic() >= ends:
            raise CliError(f"No such mail was sent within {seconds:g} s. See: etopay sandbox mail list")
        time.sleep(_PAUSE)
    content = control.call(base, "GET", f"mails/{found[0]['id']}")
    if link:
        if not content["links"]:
            raise CliError(f"The mail {content['id']} has no link.")
        console.out(str(content["links"][0]))
        return
    show(content, as_json, _letter)


@_mail("delete", "etopay sandbox mail delete 3")
def delete(number: Number, url: Url = None, data: Data = DEFAULT_DATA, as_json: Json = False) -> None:
    """Delete one mail."""
    ask((url, data, as_json), "DELETE", f"mails/{number}")


@_mail("clear", "etopay sandbox mail clear")
def clear(url: Url = None, data: Data = DEFAULT_DATA, as_json: Json = False) -> None:
    """Delete all mails."""
    ask((url, data, as_json), "DELETE", "mails")


def _query(**members: str | int) -> str:
    return urlencode({name: value for name, value in members.items() if value})


def _lines(content: dict[str, Any]) -> list[str]:
    found = [f"{one['id']}  {one['at']}  {one['to']}  {one['subject']}" for one in content["mails"]]
    if content["next_before"]:
        found.append(f"There are more: --before {content['next_before']}")
    return found or ["There are no mails."]


def _letter(content: dict[str, Any]) -> list[str]:
    head = [f"{name}: {content[key]}" for name, key in _HEAD]
    return [*head, "", content["text"]]


_HEAD = (("To", "to"), ("From", "sender"), ("Date", "at"), ("Subject", "subject"))
