"""Reading the sandbox's mails, and following their links as a browser does."""

import re
from urllib.parse import urlsplit

from tests.sandbox.browsing import hidden_fields


async def letters(sandbox, to="", kind=""):
    """The mails to a receiver, newest first."""
    found = (await sandbox.http.get("/_sandbox/mails", params={"to": to, "kind": kind})).json()["mails"]
    return [(await sandbox.http.get(f"/_sandbox/mails/{one['id']}")).json() for one in found]


async def link_to(sandbox, to, kind):
    """The link of the newest mail, without the host."""
    (link,) = (await letters(sandbox, to, kind))[0]["links"]
    assert link.startswith("http://127.0.0.1:9000/realms/etopay/login-actions/action-token?key=")
    parts = urlsplit(link)
    return f"{parts.path}?{parts.query}"


async def fill_in(http, page, **fields):
    """Send the form of a page."""
    action = re.search(r'<form method="post" action="([^"]+)"', page.text)[1]
    return await http.post(action, data={**hidden_fields(page.text), **fields})


async def follow(http, answer):
    """Go where an answer of our own pages leads."""
    while answer.status_code == 303 and answer.headers["location"].startswith("/"):
        answer = await http.get(answer.headers["location"])
    return answer


def heading(answer):
    """The heading of a page."""
    return re.search("<h1>([^<]+)</h1>", answer.text)[1]
