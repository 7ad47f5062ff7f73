"""Pages behind the links in mails, and the one that asks for such a mail."""

from dataclasses import dataclass, replace
from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import Response

from sandbox.core.ids import new_secret
from sandbox.services.identity.action_pages import password_problems
from sandbox.services.identity.action_tokens import BadLinkError
from sandbox.services.identity.flows import AuthRequest
from sandbox.services.identity.forms import Form, QueryOrForm
from sandbox.services.identity.letters import language_of
from sandbox.services.identity.pages import LANGUAGES, NO_BRAND, Page, choose_language, make_page
from sandbox.services.identity.service import Identity, IdentityService
from sandbox.services.identity.steps import proceed
from sandbox.services.identity.tables import Account, ActionToken
from sandbox.services.identity.visits import BROWSER_COOKIE, Visit, looked_at, posted, set_cookie, stale

router = APIRouter(tags=["identity pages"], include_in_schema=False)
LINK, RESET = "action-token", "reset-credentials"


@router.get("/login-actions/reset-credentials")
def ask_reset(request: Request, fields: QueryOrForm, identity: Identity) -> Response:
    """Ask whose password was forgotten."""
    visit = looked_at(request, fields, identity)
    if visit is None:
        return stale(request, identity)
    if not identity.realm.rules().reset_password_allowed:
        return identity.pages.message(visit.page, "error_title", "reset_off", 400)
    return _reset_form(visit, {"login": visit.pending.request.login_hint})


@router.post("/login-actions/reset-credentials")
def send_reset(request: Request, form: Form, identity: Identity) -> Response:
    """Send a link to a new password, and say the same whether there is such an account or not."""
    visit = posted(request, form, identity)
    if visit is None:
        return stale(request, identity)
    if not identity.realm.rules().reset_password_allowed:
        return identity.pages.message(visit.page, "error_title", "reset_off", 400)
    login = form.get("login", "").strip()
    if not login:
        return _reset_form(visit, {}, errors={"login": "required"}, status=400)
    identity.selfcare.ask_for_password(login, visit.page, visit.pending.id)
    way = {"link": visit.where("sign-in"), "label": "back_to_sign_in"}
    return identity.pages.message(visit.page, "reset_sent_title", "reset_sent_lead", 200, **way)


def _reset_form(visit: Visit, values: dict[str, str], **more: Any) -> Response:
    return visit.form("reset.html", RESET, values=values, other=visit.where("sign-in"), **more)


@dataclass(frozen=True)
class _Opened:
    """A good link that was opened in a browser."""

    request: Request
    identity: IdentityService
    key: str
    row: ActionToken
    account: Account
    wanted_language: str

    @property
    def visit(self) -> Visit | None:
        """Return the sign-in it was sent for, if that waits in this browser."""
        browser = self.request.cookies.get(BROWSER_COOKIE, "")
        pending = self.identity.flows.find(self.row.flow_id or "", browser)
        return Visit(self.request, self.identity, pending, pending.request.language) if pending else None

    @property
    def page(self) -> Page:
        """Return the pages' language and brand."""
        visit, client = self.visit, self.identity.clients.find(self.row.client_id or "")
        own = make_page(language_of(self.account), "", client.name if client else NO_BRAND)
        page = visit.page if visit else own
        return replace(page, language=self.wanted_language) if self.wanted_language in LANGUAGES else page


def _opened(request: Request, fields: dict[str, str], identity: IdentityService) -> _Opened:
    key = fields.get("key", "")
    with identity.db.read() as session:
        row, account = identity.links.read(session, key)
    return _Opened(request, identity, key, row, account, fields.get("language", ""))


@router.get("/login-actions/action-token")
def open_link(request: Request, fields: QueryOrForm, identity: Identity) -> Response:
    """Show what a link is for; nothing is done yet, since mail programs open links too."""
    try:
        return _form(_opened(request, fields, identity))
    except BadLinkError as error:
        return _bad(request, identity, str(error))


@router.post("/login-actions/action-token")
def use_link(request: Request, form: Form, identity: Identity) -> Response:
    """Do what a link is for."""
    try:
        opened = _opened(request, form, identity)
        browser = request.cookies.get(BROWSER_COOKIE, "")
        if not identity.flows.form_is_ours(opened.row.id, browser, form.get("form_token", "")):
            return stale(request, identity)
        if opened.row.kind == "execute-actions":
            return _begin(opened, browser)
        if opened.row.kind == "verify-email":
            return _onwards(opened, identity.selfcare.confirm_address(opened.key), "confirmed")
        problems = password_problems(form, opened.account, identity)
        if problems:
            return _form(opened, form, problems)
        account = identity.selfcare.replace_password(opened.key, form["password"], opened.page)
    except BadLinkError as error:
        return _bad(request, identity, str(error))
    if form.get("sign_out"):
        identity.sessions.end_all(account.id)
    return _onwards(opened, account, "password_saved")


def _bad(request: Request, identity: IdentityService, told: str) -> Response:
    language = choose_language("", request.headers.get("accept-language", ""))
    return identity.pages.message(make_page(language, "", NO_BRAND), "stale_title", told, 400)


def _form(
    opened: _Opened, form: dict[str, str] | None = None, errors: dict[str, str] | None = None
) -> Response:
    identity, page, visit, row = opened.identity, opened.page, opened.visit, opened.row
    t, name = identity.pages.texts[page.language], opened.account.username
    browser = opened.request.cookies.get(BROWSER_COOKIE) or new_secret()

    def render(template: str, lead: str, **more: Any) -> Response:
        return identity.pages.form_page(
            template,
            page,
            here=LINK,
            kept={"key": opened.key, "form_token": identity.flows.form_token(row.id, browser)},
            redirect_uri=visit.pending.request.redirect_uri if visit else "",
            lead=identity.pages.text(page.language, lead, name=name, email=row.email),
            **more,
        )

    if row.kind == "reset-credentials":
        answer = render(
            "new_password.html",
            "new_password_lead",
            name=name,
            values={"sign_out": "on"} if form is None else form,
            errors={field: t[told] for field, told in (errors or {}).items()},
            status=400 if errors else 200,
        )
    else:
        what = "confirm" if row.kind == "verify-email" else "begin"
        answer = render(
            "question.html",
            f"{what}_lead",
            heading=t[f"{what}_title"],
            steps=[t[f"action_{action.lower()}"] for action in row.actions or ()],
            answers=[("", t[what])],
            note="",
            text="",
        )
    set_cookie(answer, identity, BROWSER_COOKIE, browser)
    return answer


def _begin(opened: _Opened, browser: str) -> Response:
    row, language = opened.row, opened.page.language
    wanted = AuthRequest(
        client_id=row.client_id or "",
        redirect_uri=row.redirect_uri or "",
        state=None,
        scope="",
        nonce=None,
        challenge=None,
        language=language,
        brand="",
        login_hint="",
        actions=row.actions or (),
        opens=False,
    )
    pending = opened.identity.flows.start(browser, wanted, opened.account.id)
    return proceed(Visit(opened.request, opened.identity, pending, language), opened.account)


def _onwards(opened: _Opened, account: Account, told: str) -> Response:
    if opened.visit is not None:
        return proceed(opened.visit, account)
    return opened.identity.pages.message(opened.page, f"{told}_title", f"{told}_lead", 200)
