"""The page that asks what an app may see and do."""

from fastapi import APIRouter, Request
from starlette.responses import Response

from sandbox.services.identity.actions import pending_actions
from sandbox.services.identity.forms import Form, QueryOrForm
from sandbox.services.identity.service import Identity
from sandbox.services.identity.steps import finish, go_on
from sandbox.services.identity.tables import Account
from sandbox.services.identity.visits import Visit, looked_at, posted, send_back, stale

router = APIRouter(tags=["identity pages"], include_in_schema=False)
HERE = "consent"


@router.get("/login-actions/consent")
def show(request: Request, fields: QueryOrForm, identity: Identity) -> Response:
    """Ask for consent."""
    visit = looked_at(request, fields, identity)
    account = _ready(visit)
    if visit is None or account is None:
        return stale(request, identity)
    t = visit.texts
    return visit.form(
        "question.html",
        HERE,
        heading=t["consent_title"].format(brand=visit.page.brand),
        lead=t["consent_lead"].format(brand=visit.page.brand, name=account.username),
        steps=[t[f"scope_{scope}"] for scope in identity.consents.wanted(account.id, visit.pending.request)],
        answers=[("allow", t["consent_allow"]), ("refuse", t["consent_refuse"])],
        note="",
        text="",
    )


@router.post("/login-actions/consent")
def decide(request: Request, form: Form, identity: Identity) -> Response:
    """Keep the consent and go back to the app, or tell it that there is none."""
    visit = posted(request, form, identity)
    account = _ready(visit)
    if visit is None or account is None:
        return stale(request, identity)
    wanted = visit.pending.request
    if pending_actions(account, identity.realm.rules(), wanted.actions):
        return go_on(visit)
    if form.get("answer") != "allow":
        identity.flows.finish(visit.pending.id)
        told = {"error": "access_denied", "error_description": "The user did not consent."}
        return send_back(identity, wanted.redirect_uri, wanted.state, **told)
    identity.consents.give(account.id, wanted.client_id, wanted.scope)
    return finish(visit, account)


def _ready(visit: Visit | None) -> Account | None:
    """Return who is in front of the browser, if an app waits for her."""
    if visit is None or not visit.pending.request.opens:
        return None
    account = visit.identity.accounts.get(visit.pending.account_id or "")
    return account if account and account.enabled else None
