"""Caught mails: kept with the change that sends them, found, read and deleted."""

from datetime import timedelta

import pytest

from sandbox.core.clock import iso
from sandbox.core.mailing import Mail
from sandbox.core.outbox import events

MAILS = "/_sandbox/mails"


def letter(to, subject, **changes):
    text = "Look: http://127.0.0.1:9000/a?b=c\nand http://127.0.0.1:9000/d or http://127.0.0.1:9000/d"
    return Mail(**{"to": to, "subject": subject, "text": text, "html": "<p>Look</p>", "kind": "t", **changes})


def send(sandbox, *letters):
    with sandbox.db.write() as session:
        return [sandbox.app.state.mails.send(session, one) for one in letters]


async def found(sandbox, **query):
    answer = await sandbox.http.get(MAILS, params=query)
    assert answer.status_code == 200, answer.text
    return [one["subject"] for one in answer.json()["mails"]]


async def test_newest_first_and_filtered(sandbox):
    send(sandbox, letter("dora@example.org", "One"), letter("bo@example.org", "Two", kind="u"))
    sandbox.clock.advance(60)
    send(sandbox, letter("dora@example.org", "Three 100%"))
    assert await found(sandbox) == ["Three 100%", "Two", "One"]
    assert await found(sandbox, to="DORA@") == ["Three 100%", "One"]
    assert await found(sandbox, subject="0%") == ["Three 100%"]
    assert await found(sandbox, subject="%") == ["Three 100%"]
    assert await found(sandbox, kind="u") == ["Two"]
    assert await found(sandbox, since=iso(sandbox.clock.now())) == ["Three 100%"]
    assert await found(sandbox, since=iso(sandbox.clock.now() + timedelta(seconds=1))) == []
    assert await found(sandbox, after=1) == ["Three 100%", "Two"]


async def test_pages_of_a_list(sandbox):
    send(sandbox, *(letter("dora@example.org", f"Mail {number}") for number in range(5)))
    first = (await sandbox.http.get(MAILS, params={"limit": 3})).json()
    assert [one["subject"] for one in first["mails"]] == ["Mail 4", "Mail 3", "Mail 2"]
    second = (await sandbox.http.get(MAILS, params={"before": first["next_before"]})).json()
    assert [one["subject"] for one in second["mails"]] == ["Mail 1", "Mail 0"]
    assert second["next_before"] is None


async def test_one_mail_with_text_page_and_links(sandbox):
    (number,) = send(sandbox, letter("dora@example.org", "Hello", language="de"))
    told = (await sandbox.http.get(f"{MAILS}/{number}")).json()
    assert told["links"] == ["http://127.0.0.1:9000/a?b=c", "http://127.0.0.1:9000/d"]
    assert (told["to"], told["subject"], told["language"]) == ("dora@example.org", "Hello", "de")
    assert told["text"].startswith("Look")
    page = await sandbox.http.get(f"{MAILS}/{number}/page")
    assert page.text == "<p>Look</p>"
    assert "default-src 'none'" in page.headers["content-security-policy"]
    assert "allow-scripts" not in page.headers["content-security-policy"]


async def test_deleted_one_by_one_and_all(sandbox):
    first, second, _ = send(sandbox, *(letter("dora@example.org", "x") for _ in range(3)))
    assert (await sandbox.http.delete(f"{MAILS}/{first}")).status_code == 204
    for call in (sandbox.http.get, sandbox.http.delete):
        assert (await call(f"{MAILS}/{first}")).status_code == 404
    assert (await sandbox.http.get(f"{MAILS}/{second}")).status_code == 200
    assert (await sandbox.http.delete(MAILS)).status_code == 204
    assert await found(sandbox) == []
    assert send(sandbox, letter("dora@example.org", "y")) == [4]


async def test_a_change_that_is_undone_sends_nothing(sandbox):
    def broken():
        with sandbox.db.write() as session:
            sandbox.app.state.mails.send(session, letter("dora@example.org", "Never"))
            raise RuntimeError

    with pytest.raises(RuntimeError):
        broken()
    assert await found(sandbox) == []


async def test_events_tell_of_mails_and_not_what_is_in_them(sandbox):
    (number,) = send(sandbox, letter("dora@example.org", "Hello"))
    await sandbox.http.delete(f"{MAILS}/{number}")
    with sandbox.db.read() as session:
        told = [(one.kind, one.payload) for one in events(session, after=0, limit=100, kind="mail")]
    assert [kind for kind, _ in told] == ["mail.sent", "mail.deleted"]
    assert all("http" not in str(payload) for _, payload in told)


async def test_mails_of_an_instance_are_its_own_and_go_with_a_reset(sandbox):
    with sandbox.db.write("other") as session:
        sandbox.app.state.mails.send(session, letter("dora@example.org", "Elsewhere"))
    send(sandbox, letter("dora@example.org", "Here"))
    assert await found(sandbox) == ["Here"]
    assert (await sandbox.http.get(f"{MAILS}/1")).status_code == 404
    assert (await sandbox.http.post("/_sandbox/reset")).status_code == 204
    assert await found(sandbox) == []


async def test_the_oldest_make_room(sandbox, monkeypatch):
    monkeypatch.setattr("sandbox.services.mail.catcher.KEPT", 10)
    send(sandbox, *(letter("dora@example.org", f"{number}") for number in range(1, 65)))
    assert await found(sandbox) == [str(number) for number in range(64, 54, -1)]


@pytest.mark.parametrize(
    "query", ["since=yesterday", "since=0001-01-01T00:00:00%2B10:00", "before=0", "limit=0", "to=%00"]
)
async def test_odd_queries_are_refused(sandbox, query):
    assert (await sandbox.http.get(f"{MAILS}?{query}")).status_code == 422


async def test_pages_of_the_console(sandbox):
    (number,) = send(sandbox, letter("dora@example.org", "<b>Hello"))
    page = (await sandbox.http.get("/_sandbox/console/mails")).text
    assert f'href="/_sandbox/console/mails/{number}"' in page
    assert "&lt;b&gt;Hello" in page
    assert "No mails" in (await sandbox.http.get("/_sandbox/console/mails?to=nobody")).text
    one = (await sandbox.http.get(f"/_sandbox/console/mails/{number}")).text
    assert 'href="http://127.0.0.1:9000/a?b=c"' in one
    for missing in ("mails/99", "mails/x", "mails?before=x"):
        assert (await sandbox.http.get(f"/_sandbox/console/{missing}")).status_code == 404
