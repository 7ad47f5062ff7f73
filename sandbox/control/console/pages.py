"""`/_sandbox` and `/_sandbox/console/…`: pages for people, which do nothing but make documented calls."""

import json
from pathlib import Path
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse, Response
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from sandbox.control.console.actions import ACTIONS
from sandbox.control.console.reading import read
from sandbox.core.context import Ctx
from sandbox.core.errors import NotFoundError

router = APIRouter(include_in_schema=False)
HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src 'self'; "
        "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    # Without it, browsers hide from the control room that a call is its own page's.
    "Referrer-Policy": "same-origin",
}
NAVIGATION = (
    ("", "Overview"),
    ("users", "Users"),
    ("requests", "Requests"),
    ("events", "Events"),
    ("clock", "Clock"),
    ("faults", "Failures"),
    ("faucet", "Faucet"),
    ("bank", "Bank"),
    ("kyc", "Identity checks"),
    ("purchases", "Purchases"),
    ("chains", "Chains"),
    ("mails", "Mails"),
)
OUTCOMES = {
    "evm": ("stuck", "dropped", "reverted"),
    "external": ("stuck", "dropped", "reverted"),
    "iota": ("failed", "delayed", "contended"),
}
_HERE = Path(__file__).parent
_FILES = {"console.css": "text/css", "console.js": "text/javascript"}
_jinja = Environment(
    loader=FileSystemLoader(_HERE / "templates"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


def _filled(text: str, values: dict[str, str]) -> str:
    for name, value in values.items():
        text = text.replace("{" + name + "}", value)
    return text


def _body(name: str, values: dict[str, str]) -> str:
    fixed = json.loads(ACTIONS[name].body or "{}")
    return json.dumps(
        {key: _filled(item, values) if isinstance(item, str) else item for key, item in fixed.items()}
    )


_jinja.globals.update(
    actions=ACTIONS, filled=_filled, body_of=_body, navigation=NAVIGATION, outcomes=OUTCOMES
)


@router.get("/_sandbox")
async def overview(request: Request, context: Ctx) -> HTMLResponse:
    """Say how the sandbox is doing."""
    return await _page(
        request,
        "",
        "overview.html",
        state=await read(request, "state"),
        events=await _newest_events(request, 10),
        settings=context.settings,
    )


@router.get("/_sandbox/console/users")
async def users(request: Request) -> HTMLResponse:
    """List the users."""
    return await _page(request, "users", "users.html", **await read(request, "users"))


@router.get("/_sandbox/console/users/{username}")
async def user(request: Request, username: str) -> HTMLResponse:
    """Show one user."""
    return await _one(request, "users", "user.html", f"users/{username}", name="user")


@router.get("/_sandbox/console/requests")
async def requests(
    request: Request,
    part: Annotated[str, Query(max_length=20)] = "",
    status: Annotated[str, Query(max_length=4)] = "",
    path: Annotated[str, Query(max_length=200)] = "",
    user: Annotated[str, Query(max_length=100)] = "",
) -> HTMLResponse:
    """Show what apps asked of late."""
    wanted = {"part": part, "status": status, "path": path, "user": user}
    found = await read(request, "requests", **wanted)
    return await _page(request, "requests", "requests.html", requests=found["requests"][::-1], wanted=wanted)


@router.get("/_sandbox/console/events")
async def events(request: Request, kind: Annotated[str, Query(max_length=60)] = "") -> HTMLResponse:
    """Show what happened."""
    found = await _newest_events(request, 100, kind)
    return await _page(request, "events", "events.html", events=found, kind=kind)


@router.get("/_sandbox/console/purchases/{purchase_id}")
async def purchase(request: Request, purchase_id: str) -> HTMLResponse:
    """Show one purchase."""
    return await _one(request, "purchases", "purchase.html", f"purchases/{purchase_id}")


@router.get("/_sandbox/console/bank/{iban}")
async def account(request: Request, iban: str) -> HTMLResponse:
    """Show one bank account."""
    return await _one(request, "bank", "account.html", f"bank/accounts/{iban}/statement")


@router.get("/_sandbox/console/kyc")
async def kyc(request: Request) -> HTMLResponse:
    """Show the cases and applications."""
    cases = await read(request, "kyc/cases")
    return await _page(request, "kyc", "kyc.html", **cases, **await read(request, "kyc/applications"))


@router.get("/_sandbox/console/mails")
async def mails(
    request: Request,
    to: Annotated[str, Query(max_length=254)] = "",
    subject: Annotated[str, Query(max_length=254)] = "",
    before: Annotated[str, Query(max_length=20)] = "",
) -> HTMLResponse:
    """Show the mails that were sent."""
    wanted = {"to": to, "subject": subject}
    try:
        found = await read(request, "mails", **wanted, before=before)
    except NotFoundError as error:
        return await _page(request, "mails", "missing.html", status=404, told=error.message)
    return await _page(request, "mails", "mails.html", **found, wanted=wanted)


@router.get("/_sandbox/console/mails/{mail_id}")
async def mail(request: Request, mail_id: str) -> HTMLResponse:
    """Show one mail."""
    return await _one(request, "mails", "mail.html", f"mails/{mail_id}", name="mail")


@router.get("/_sandbox/console/static/{name}")
def static(name: str) -> Response:
    """Return the stylesheet or the script."""
    if name not in _FILES:
        raise NotFoundError("There is no such file.")
    return Response((_HERE / "static" / name).read_text(encoding="utf-8"), media_type=_FILES[name])


_LISTS = {
    "clock": None,
    "faults": "faults",
    "faucet": None,
    "bank": "bank/accounts",
    "purchases": "purchases",
    "chains": "chains",
}


@router.get("/_sandbox/console/{name}")
async def listed(request: Request, name: str) -> HTMLResponse:
    """Show a page that needs one list at most."""
    if name not in _LISTS:
        return await _page(request, "", "missing.html", status=404, told="There is no such page.")
    source = _LISTS[name]
    found = await read(request, source) if source else {}
    return await _page(request, name, f"{name}.html", **found)


async def _newest_events(request: Request, count: int, kind: str = "") -> list[dict[str, Any]]:
    found = await read(request, "events", kind=kind, limit=count, newest="true")
    events: list[dict[str, Any]] = found["events"]
    return events


async def _one(
    request: Request, place: str, template: str, source: str, *, name: str | None = None
) -> HTMLResponse:
    """The page of one thing, its answer's members given to the template, or as one value of that name."""
    try:
        found = await read(request, source)
    except NotFoundError as error:
        return await _page(request, place, "missing.html", status=404, told=error.message)
    return await _page(request, place, template, **({name: found} if name else found))


async def _page(
    request: Request, place: str, template: str, *, status: int = 200, **values: Any
) -> HTMLResponse:
    text = _jinja.get_template(template).render(
        place=place,
        clock=await read(request, "clock"),
        networks=(await read(request, "networks"))["networks"],
        **values,
    )
    return HTMLResponse(text, status_code=status, headers=HEADERS)
