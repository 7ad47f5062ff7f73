"""Pages for what somebody has to do before she is signed in."""

from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import Response

from sandbox.services.identity.accounts import EMAIL as ADDRESS
from sandbox.services.identity.actions import EMAIL, PASSWORD, PROFILE, TERMS, pending_actions
from sandbox.services.identity.errors import TakenError
from sandbox.services.identity.forms import Form, QueryOrForm
from sandbox.services.identity.passwords import weakness
from sandbox.services.identity.service import Identity, IdentityService
from sandbox.services.identity.steps import go_on
from sandbox.services.identity.tables import Account
from sandbox.services.identity.visits import Visit, looked_at, posted, send_back, stale

router = APIRouter(tags=["identity pages"], include_in_schema=False)
HERE = "required-action"


@router.get("/login-actions/required-action")
def show(request: Request, fields: QueryOrForm, identity: Identity) -> Response:
    """Show what is to be done first."""
    visit = looked_at(request, fields, identity)
    account = _somebody(visit, identity)
    if visit is None or account is None:
        return stale(request, identity)
    actions = _actions(visit, account)
    return _page(visit, account, actions[0]) if actions else _nothing_left(visit)


@router.post("/login-actions/required-action")
def take(request: Request, form: Form, identity: Identity) -> Response:
    """Take what was filled in, and lead on."""
    visit = posted(request, form, identity)
    account = _somebody(visit, identity)
    if visit is None or account is None:
        return stale(request, identity)
    actions = _actions(visit, account)
    action = form.get("execution", "")
    if not actions or action != actions[0]:
        return go_on(visit)  # Another window was faster.
    refused = _TAKEN[action](visit, account, form)
    if refused is not None:
        return refused
    if not visit.pending.request.opens:
        identity.selfcare.use_request(account.id)
    identity.flows.less(visit.pending.id, action)
    again = posted(request, form, identity)
    return go_on(again) if again else stale(request, identity)


def _somebody(visit: Visit | None, identity: IdentityService) -> Account | None:
    account = identity.accounts.get(visit.pending.account_id or "") if visit else None
    return account if account and account.enabled else None


def _actions(visit: Visit, account: Account) -> list[str]:
    return pending_actions(account, visit.identity.realm.rules(), visit.pending.request.actions)


def _nothing_left(visit: Visit) -> Response:
    return visit.form(
        "question.html",
        HERE,
        heading=visit.texts["all_done_title"],
        answers=[("", visit.texts["go_on"])],
        **_NO_MORE,
    )


_NO_MORE: dict[str, Any] = {"note": "", "text": "", "steps": ()}


def _page(
    visit: Visit, account: Account, action: str, form: dict[str, str] | None = None, **more: Any
) -> Response:
    kept = {"execution": action}
    page, texts = visit.page, visit.texts
    text = visit.identity.pages.text
    if action == PASSWORD:
        lead = text(page.language, "new_password_lead", name=account.username)
        values = {"sign_out": "on"} if form is None else form
        return visit.form(
            "new_password.html",
            HERE,
            kept=kept,
            lead=lead,
            name=account.username,
            **{"values": values, **more},
        )
    if action == PROFILE:
        first, last = account.names
        given = form or {"first_name": first, "last_name": last, "email": account.email or ""}
        lead = text(page.language, "profile_lead", name=account.username)
        return visit.form("profile.html", HERE, kept=kept, lead=lead, **{"values": given, **more})
    if action == TERMS:
        return visit.form(
            "question.html",
            HERE,
            kept=kept,
            heading=texts["terms_title"],
            lead=text(page.language, "terms_lead", brand=page.brand),
            answers=[("accept", texts["terms_accept"]), ("decline", texts["terms_decline"])],
            **{**_NO_MORE, "text": texts["terms_text"], **more},
        )
    return visit.form(
        "question.html",
        HERE,
        kept=kept,
        heading=texts["verify_title"],
        lead=text(page.language, "verify_lead", email=account.email),
        answers=[("check", texts["verify_check"]), ("again", texts["verify_again"])],
        **{**_NO_MORE, **more},
    )


def _password(visit: Visit, account: Account, form: dict[str, str]) -> Response | None:
    identity = visit.identity
    problems = password_problems(form, account, identity)
    if problems:
        return _page(visit, account, PASSWORD, form, errors=problems, status=400)
    identity.selfcare.choose_password(account.id, form["password"], visit.page, visit.pending.id)
    if form.get("sign_out"):
        identity.sessions.end_all(
            account.id, but=visit.pending.session_id, but_flow=visit.pending.id, offline=True
        )
    return None


def password_problems(form: dict[str, str], account: Account, identity: IdentityService) -> dict[str, str]:
    """Return what is wrong with a new password, as keys of texts by field."""
    password = form.get("password", "")
    weak = weakness(password, account.username, account.email or "") if password else "required"
    if weak is None and identity.accounts.passwords.matches(account.password_hash, password):
        weak = "password_same"
    problems = {"password": weak} if weak else {}
    if not weak and form.get("password_again", "") != password:
        problems["password_again"] = "repeat_differs"  # noqa: S105 — the key of a text
    return problems


def _profile(visit: Visit, account: Account, form: dict[str, str]) -> Response | None:
    first, last = form.get("first_name", "").strip(), form.get("last_name", "").strip()
    email = form.get("email", "").strip().lower()
    problems = {}
    for name, value in (("first_name", first), ("last_name", last), ("email", email)):
        if not value:
            problems[name] = "required"
        elif name != "email" and len(value) > 60:
            problems[name] = "part_long"
    if email and (len(email) > 254 or not ADDRESS.fullmatch(email)):
        problems["email"] = "email_form"
    if not problems:
        try:
            visit.identity.selfcare.change_profile(account.id, first, last, email, visit.page)
        except TakenError:
            problems["email"] = "email_taken"
    return _page(visit, account, PROFILE, form, errors=problems, status=400) if problems else None


def _terms(visit: Visit, account: Account, form: dict[str, str]) -> Response | None:
    if form.get("answer") == "accept":
        visit.identity.selfcare.accept_terms(account.id)
        return None
    wanted = visit.pending.request
    visit.identity.flows.finish(visit.pending.id)
    if not wanted.opens:
        return stale(visit.request, visit.identity)
    told = {"error": "access_denied", "error_description": "The terms were not accepted."}
    return send_back(visit.identity, wanted.redirect_uri, wanted.state, **told)


def _confirmation(visit: Visit, account: Account, form: dict[str, str]) -> Response:
    if form.get("answer") == "again":
        visit.identity.selfcare.send_confirmation(account.id, visit.page, visit.pending.id, again=True)
        return _page(visit, account, EMAIL, note=visit.texts["verify_sent"])
    return _page(visit, account, EMAIL, alert=visit.texts["verify_not_yet"], status=400)


_TAKEN = {PASSWORD: _password, PROFILE: _profile, TERMS: _terms, EMAIL: _confirmation}
