"""Endpoints for browsers: the authorization request, sign-in and registration."""

import math
from collections.abc import Mapping
from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import Response

from sandbox.core.errors import InvalidError
from sandbox.core.ids import new_secret
from sandbox.services.identity.accounts import EMAIL, USERNAME
from sandbox.services.identity.actions import pending_actions
from sandbox.services.identity.authorize import Judged, RefusedHereError, RefusedThereError, judge
from sandbox.services.identity.errors import TakenError, TooManyFailuresError
from sandbox.services.identity.flows import SignedIn
from sandbox.services.identity.forms import Form, QueryOrForm
from sandbox.services.identity.pages import NO_BRAND, choose_language, make_page
from sandbox.services.identity.passwords import weakness
from sandbox.services.identity.service import Identity, IdentityService
from sandbox.services.identity.steps import proceed
from sandbox.services.identity.tables import Account
from sandbox.services.identity.visits import (
    BROWSER_COOKIE,
    SESSION_COOKIE,
    Visit,
    address_of,
    looked_at,
    posted,
    send_back,
    set_cookie,
    stale,
)

router = APIRouter(tags=["identity pages"], include_in_schema=False)


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
        told = {"error": error.code, "error_description": error.description}
        return send_back(identity, error.redirect_uri, error.state, **told)
    wanted = judged.request
    signed_in = identity.flows.signed_in(request.cookies.get(SESSION_COOKIE, ""))
    browser = request.cookies.get(BROWSER_COOKIE) or new_secret()
    if signed_in and _is_enough(judged, signed_in, identity):
        account = identity.accounts.get(signed_in.account_id)
        if account is not None:
            if "none" in judged.prompts and _has_to_act(identity, account):
                return send_back(identity, wanted.redirect_uri, wanted.state, error="interaction_required")
            pending = identity.flows.start(browser, wanted, account.id, signed_in.session_id)
            answer = proceed(Visit(request, identity, pending, wanted.language), account)
            set_cookie(answer, identity, BROWSER_COOKIE, browser)
            return answer
    if "none" in judged.prompts:
        return send_back(identity, wanted.redirect_uri, wanted.state, error="login_required")
    visit = Visit(request, identity, identity.flows.start(browser, wanted), wanted.language)
    answer = _registration(visit) if "create" in judged.prompts else _sign_in(visit)
    set_cookie(answer, identity, BROWSER_COOKIE, browser)
    return answer


def _has_to_act(identity: IdentityService, account: Account) -> bool:
    return bool(pending_actions(account, identity.realm.rules()))


def _is_enough(judged: Judged, signed_in: SignedIn, identity: IdentityService) -> bool:
    if judged.prompts & {"login", "create", "select_account"}:
        return False
    age = (identity.clock.now() - signed_in.signed_in_at).total_seconds()
    return judged.max_age is None or age <= judged.max_age


@router.get("/login-actions/sign-in")
def show_sign_in(request: Request, fields: QueryOrForm, identity: Identity) -> Response:
    """Show the sign-in form of a pending request."""
    visit = looked_at(request, fields, identity)
    return _sign_in(visit) if visit else stale(request, identity)


@router.get("/login-actions/registration")
def show_registration(request: Request, fields: QueryOrForm, identity: Identity) -> Response:
    """Show the registration form of a pending request."""
    visit = looked_at(request, fields, identity)
    return _registration(visit) if visit else stale(request, identity)


def _sign_in(visit: Visit, **more: Any) -> Response:
    identity, page = visit.identity, visit.page
    allowed = identity.realm.rules().reset_password_allowed
    values = {"login": visit.pending.request.login_hint}
    return visit.form(
        "sign_in.html",
        "sign-in",
        lead=identity.pages.text(page.language, "sign_in_lead", brand=page.brand),
        other=visit.where("registration"),
        reset=visit.where("reset-credentials") if allowed else "",
        **{"values": values, **more},
    )


def _registration(visit: Visit, **more: Any) -> Response:
    page, hint = visit.page, visit.pending.request.login_hint
    return visit.form(
        "register.html",
        "registration",
        lead=visit.identity.pages.text(page.language, "register_lead", brand=page.brand),
        other=visit.where("sign-in"),
        **{"values": {"username": "" if "@" in hint else hint}, **more},
    )


@router.post("/login-actions/sign-in")
def sign_in(request: Request, form: Form, identity: Identity) -> Response:
    """Check name and password."""
    visit = posted(request, form, identity)
    if visit is None:
        return stale(request, identity)
    login, password = form.get("login", "").strip(), form.get("password", "")
    errors = {name: "required" for name in ("login", "password") if not form.get(name, "").strip()}
    status, alert, headers = 400, "", {}
    if not errors:
        try:
            account = identity.accounts.authenticate(login, password, address_of(request))
        except TooManyFailuresError as error:
            account, status, headers = None, 429, {"Retry-After": str(error.seconds)}
            minutes = math.ceil(error.seconds / 60)
            alert = identity.pages.text(visit.language, "wait", minutes=minutes)
        else:
            alert = visit.texts["wrong_login"]
        if account is not None:
            return proceed(visit, account)
    answer = _sign_in(visit, values={"login": login}, errors=errors, alert=alert, status=status)
    answer.headers.update(headers)
    return answer


@router.post("/login-actions/registration")
def register(request: Request, form: Form, identity: Identity) -> Response:
    """Create an account and sign it in."""
    visit = posted(request, form, identity)
    if visit is None:
        return stale(request, identity)
    problems = _registration_problems(form)
    if not problems:
        try:
            account_id = identity.accounts.create(
                form["username"], form["password"], form["name"], form["email"], language=visit.language
            )
        except TakenError as error:
            problems = {error.member: f"{error.member}_taken"}
        except InvalidError:
            problems = {"username": "username_form"}
        else:
            account = identity.accounts.get(account_id)
            if account is not None:
                return proceed(visit, account)
    values = {name: form.get(name, "") for name in ("username", "name", "email")}
    taken = any(key.endswith("_taken") for key in problems.values())
    return _registration(visit, values=values, errors=problems, status=409 if taken else 400)


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
