"""Endpoints for browsers: the authorization request, sign-in and registration."""

import math
from collections.abc import Mapping

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse
from starlette.responses import Response

from sandbox.core.errors import InvalidError
from sandbox.core.ids import new_secret
from sandbox.services.identity.accounts import EMAIL, USERNAME
from sandbox.services.identity.authorize import (
    Judged,
    RefusedHereError,
    RefusedThereError,
    judge,
    redirect_with,
)
from sandbox.services.identity.errors import TakenError, TooManyFailuresError
from sandbox.services.identity.flows import AuthRequest, SignedIn
from sandbox.services.identity.forms import Form, QueryOrForm
from sandbox.services.identity.grants import CodeRequest
from sandbox.services.identity.pages import LANGUAGES, NO_BRAND, Page, choose_language, make_page
from sandbox.services.identity.passwords import weakness
from sandbox.services.identity.service import Identity, IdentityService
from sandbox.services.identity.tables import Account

router = APIRouter(tags=["identity pages"], include_in_schema=False)
SESSION_COOKIE = "etopay_sandbox_session"
BROWSER_COOKIE = "etopay_sandbox_browser"


@router.get("/protocol/openid-connect/auth")
@router.post("/protocol/openid-connect/auth")
def authorize(request: Request, fields: QueryOrForm, identity: Identity) -> Response:
    """Start a sign-in (authorization code with PKCE)."""
    return _authorize(request, fields, identity)


@router.get("/protocol/openid-connect/registrations")
def register_directly(request: Request, fields: QueryOrForm, identity: Identity) -> Response:
    """Start at the registration page, as Keycloak's path of this name does."""
    return _authorize(request, {**fields, "prompt": "create"}, identity)


def _authorize(request: Request, fields: dict[str, str], identity: IdentityService) -> Response:
    language = choose_language(fields.get("ui_locales", ""), request.headers.get("accept-language", ""))
    try:
        judged = judge(fields, identity.clients, language)
    except RefusedHereError as error:
        page = make_page(language, "", NO_BRAND)
        return identity.pages.message(page, "error_title", str(error), 400)
    except RefusedThereError as error:
        return _send_back(
            identity, error.redirect_uri, error.state, error=error.code, error_description=error.description
        )
    signed_in = identity.flows.signed_in(request.cookies.get(SESSION_COOKIE, ""))
    if signed_in and _is_enough(judged, signed_in, identity):
        return _send_code(identity, judged.request, signed_in)
    if "none" in judged.prompts:
        return _send_back(identity, judged.request.redirect_uri, judged.request.state, error="login_required")
    browser = request.cookies.get(BROWSER_COOKIE) or new_secret()
    flow = identity.flows.start(browser, judged.request)
    template = "register.html" if "create" in judged.prompts else "sign_in.html"
    answer = _form_page(identity, template, flow, browser, judged.request)
    set_cookie(answer, identity, BROWSER_COOKIE, browser)
    return answer


def _is_enough(judged: Judged, signed_in: SignedIn, identity: IdentityService) -> bool:
    if judged.prompts & {"login", "create", "select_account"}:
        return False
    age = (identity.clock.now() - signed_in.signed_in_at).total_seconds()
    return judged.max_age is None or age <= judged.max_age


@router.get("/login-actions/sign-in")
def show_sign_in(request: Request, fields: QueryOrForm, identity: Identity) -> Response:
    """Show the sign-in form of a pending request."""
    return _show(request, fields, identity, "sign_in.html")


@router.get("/login-actions/registration")
def show_registration(request: Request, fields: QueryOrForm, identity: Identity) -> Response:
    """Show the registration form of a pending request."""
    return _show(request, fields, identity, "register.html")


def _show(request: Request, fields: dict[str, str], identity: IdentityService, template: str) -> Response:
    browser = request.cookies.get(BROWSER_COOKIE, "")
    pending = identity.flows.find(fields.get("flow", ""), browser)
    if pending is None:
        return _stale(request, identity)
    language = fields.get("language", pending.language)
    return _form_page(identity, template, fields["flow"], browser, pending, language=language)


@router.post("/login-actions/sign-in")
def sign_in(request: Request, form: Form, identity: Identity) -> Response:
    """Check name and password."""
    pending, browser = _pending(request, form, identity)
    if pending is None:
        return _stale(request, identity)
    language = _language(form)
    texts = identity.pages.texts[language]
    login, password = form.get("login", "").strip(), form.get("password", "")
    errors = {name: texts["required"] for name in ("login", "password") if not form.get(name, "").strip()}
    status, alert, headers = 400, "", {}
    if not errors:
        try:
            account = identity.accounts.authenticate(login, password, _address(request))
        except TooManyFailuresError as error:
            account, status, headers = None, 429, {"Retry-After": str(error.seconds)}
            minutes = math.ceil(error.seconds / 60)
            alert = identity.pages.text(language, "wait", minutes=minutes)
        else:
            alert = texts["wrong_login"]
        if account is not None:
            return _complete(identity, form["flow"], pending, account)
    return _form_page(
        identity,
        "sign_in.html",
        form["flow"],
        browser,
        pending,
        language=language,
        values={"login": login},
        errors=errors,
        alert=alert,
        status=status,
        headers=headers,
    )


@router.post("/login-actions/registration")
def register(request: Request, form: Form, identity: Identity) -> Response:
    """Create an account and sign it in."""
    pending, browser = _pending(request, form, identity)
    if pending is None:
        return _stale(request, identity)
    language = _language(form)
    texts = identity.pages.texts[language]
    problems = _registration_problems(form)
    if not problems:
        try:
            account_id = identity.accounts.create(
                form["username"], form["password"], form["name"], form["email"]
            )
        except TakenError as error:
            problems = {error.member: f"{error.member}_taken"}
        except InvalidError:
            problems = {"username": "username_form"}
        else:
            account = identity.accounts.get(account_id)
            if account is not None:
                return _complete(identity, form["flow"], pending, account)
    return _form_page(
        identity,
        "register.html",
        form["flow"],
        browser,
        pending,
        language=language,
        values={name: form.get(name, "") for name in ("username", "name", "email")},
        errors={name: texts[key] for name, key in problems.items()},
        status=409 if any(key.endswith("_taken") for key in problems.values()) else 400,
    )


def _registration_problems(form: Mapping[str, str]) -> dict[str, str]:
    username = form.get("username", "").strip().lower()
    email = form.get("email", "").strip().lower()
    password = form.get("password", "")
    problems = {}
    if not username:
        problems["username"] = "required"
    elif not USERNAME.fullmatch(username) or not username.strip("."):
        problems["username"] = "username_form"
    if not form.get("name", "").strip():
        problems["name"] = "required"
    elif len(form["name"]) > 120:
        problems["name"] = "name_long"
    if not email:
        problems["email"] = "required"
    elif len(email) > 254 or not EMAIL.fullmatch(email):
        problems["email"] = "email_form"
    weak = weakness(password, username, email) if password else "required"
    if weak:
        problems["password"] = weak
    return problems


def _complete(identity: IdentityService, flow: str, pending: AuthRequest, account: Account) -> Response:
    cookie, signed_in = identity.flows.sign_in(account)
    identity.flows.finish(flow)
    answer = _send_code(identity, pending, signed_in)
    set_cookie(answer, identity, SESSION_COOKIE, cookie, identity.settings.session_seconds)
    return answer


def _send_code(identity: IdentityService, pending: AuthRequest, signed_in: SignedIn) -> RedirectResponse:
    code = identity.grants.new_code(
        signed_in.session_id,
        CodeRequest(
            client_id=pending.client_id,
            redirect_uri=pending.redirect_uri,
            challenge=pending.challenge,
            nonce=pending.nonce,
            scope=pending.scope,
        ),
    )
    return _send_back(
        identity, pending.redirect_uri, pending.state, code=code, session_state=signed_in.session_id
    )


def _send_back(
    identity: IdentityService, redirect_uri: str, state: str | None, **values: str
) -> RedirectResponse:
    target = redirect_with(redirect_uri, {**values, "state": state, "iss": identity.settings.issuer})
    return RedirectResponse(target, status_code=303, headers={"Cache-Control": "no-store"})


def _pending(
    request: Request, form: dict[str, str], identity: IdentityService
) -> tuple[AuthRequest | None, str]:
    browser = request.cookies.get(BROWSER_COOKIE, "")
    flow = form.get("flow", "")
    if not identity.flows.form_is_ours(flow, browser, form.get("form_token", "")):
        return None, browser
    return identity.flows.find(flow, browser), browser


def _page(identity: IdentityService, pending: AuthRequest, language: str) -> Page:
    client = identity.clients.find(pending.client_id)
    return make_page(language, pending.brand, client.name if client else NO_BRAND)


def _form_page(
    identity: IdentityService,
    template: str,
    flow: str,
    browser: str,
    pending: AuthRequest,
    *,
    language: str = "",
    values: Mapping[str, str] | None = None,
    errors: Mapping[str, str] | None = None,
    alert: str = "",
    status: int = 200,
    headers: Mapping[str, str] | None = None,
) -> Response:
    language = language if language in LANGUAGES else pending.language
    hint = pending.login_hint
    given = values if values is not None else {"login": hint, "username": "" if "@" in hint else hint}
    return identity.pages.form_page(
        template,
        _page(identity, pending, language),
        flow=flow,
        form_token=identity.flows.form_token(flow, browser),
        redirect_uri=pending.redirect_uri,
        values=given,
        errors=errors or {},
        alert=alert,
        status=status,
        headers=headers,
    )


def _stale(request: Request, identity: IdentityService) -> Response:
    language = choose_language("", request.headers.get("accept-language", ""))
    return identity.pages.message(make_page(language, "", NO_BRAND), "stale_title", "cookies", 400)


def _language(form: Mapping[str, str]) -> str:
    return choose_language(form.get("language", ""), "")


def _address(request: Request) -> str:
    return request.client.host if request.client else ""


def set_cookie(
    answer: Response, identity: IdentityService, name: str, value: str, seconds: int | None = None
) -> None:
    """Set a cookie that only this realm's pages see; an empty value removes it."""
    settings = identity.settings
    answer.set_cookie(
        name,
        value,
        max_age=seconds if value else 0,
        path=settings.realm_path,
        secure=settings.public_url.startswith("https:"),
        httponly=True,
        samesite="lax",
    )
