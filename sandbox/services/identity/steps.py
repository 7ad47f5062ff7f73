"""What comes after a good password: what somebody has to do first, and then the way back to the app."""

from fastapi.responses import RedirectResponse
from starlette.responses import Response

from sandbox.services.identity.actions import EMAIL, pending_actions
from sandbox.services.identity.tables import Account
from sandbox.services.identity.visits import SESSION_COOKIE, Visit, send_code, set_cookie, stale


def proceed(visit: Visit, account: Account) -> Response:
    """Lead somebody who has proved to be herself to her next step."""
    identity, pending = visit.identity, visit.pending
    actions = pending_actions(account, identity.realm.rules(), pending.request.actions)
    if actions:
        identity.flows.hold(pending.id, account.id)
        if actions[0] == EMAIL:
            identity.selfcare.send_confirmation(account.id, visit.page, pending.id)
        return RedirectResponse(visit.where("required-action", execution=actions[0]), status_code=303)
    if identity.consents.wanted(account.id, pending.request):
        identity.flows.hold(pending.id, account.id)
        return RedirectResponse(visit.where("consent"), status_code=303)
    return finish(visit, account)


def go_on(visit: Visit) -> Response:
    """Lead whoever is known to be in front of the browser to her next step."""
    account = visit.identity.accounts.get(visit.pending.account_id or "")
    if account is None or not account.enabled:
        return stale(visit.request, visit.identity)
    return proceed(visit, account)


def finish(visit: Visit, account: Account) -> Response:
    """Send somebody who has nothing left to do back to the app, signed in."""
    identity, pending = visit.identity, visit.pending
    if not identity.flows.finish(pending.id):
        return stale(visit.request, identity)
    if not pending.request.opens:
        way = pending.request.redirect_uri
        more = {"link": way, "label": "back_to_app"} if way else {}
        return identity.pages.message(visit.page, "all_done_title", "all_done_lead", 200, **more)
    signed_in = identity.flows.session(pending.session_id) if pending.session_id else None
    if pending.session_id and signed_in is None:
        return stale(visit.request, identity)
    if signed_in is not None and signed_in.account_id == account.id:
        return send_code(visit, signed_in)
    cookie, signed_in = identity.flows.sign_in(account)
    answer = send_code(visit, signed_in)
    set_cookie(answer, identity, SESSION_COOKIE, cookie, identity.settings.session_seconds)
    return answer
