"""Signing out: RP-initiated logout with a question only where nothing proves who asks."""

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse
from starlette.responses import Response

from sandbox.core.ids import new_secret
from sandbox.services.identity.authorize import redirect_with
from sandbox.services.identity.clients import may_redirect
from sandbox.services.identity.forms import QueryOrForm
from sandbox.services.identity.pages import NO_BRAND, choose_language, make_page
from sandbox.services.identity.router import client_of
from sandbox.services.identity.service import Identity, IdentityService
from sandbox.services.identity.visits import BROWSER_COOKIE, SESSION_COOKIE, set_cookie

router = APIRouter(tags=["identity pages"], include_in_schema=False)
_KEPT = ("client_id", "post_logout_redirect_uri", "state", "ui_locales", "ui_brand")
_FORM_SUBJECT = "sign-out"


@router.get("/protocol/openid-connect/logout")
@router.post("/protocol/openid-connect/logout")
def sign_out(request: Request, fields: QueryOrForm, identity: Identity) -> Response:
    """End the browser's session and all it opened, then return to the client or say that it is done."""
    if request.method == "POST" and fields.get("refresh_token"):
        identity.grants.sign_out(client_of(request, fields, identity), fields["refresh_token"])
        return Response(status_code=204)
    language = choose_language(fields.get("ui_locales", ""), request.headers.get("accept-language", ""))
    hint = identity.tokens.read_id_hint(fields["id_token_hint"]) if fields.get("id_token_hint") else None
    client_id = fields.get("client_id") or (str(hint["azp"]) if hint else "")
    client = identity.clients.find(client_id)
    page = make_page(language, fields.get("ui_brand", ""), client.name if client else NO_BRAND)
    target = fields.get("post_logout_redirect_uri", "")
    if target and (client is None or not may_redirect(client.post_logout_redirect_uris, target)):
        return identity.pages.message(page, "error_title", "bad_redirect", 400)
    browser = request.cookies.get(BROWSER_COOKIE, "")
    current = identity.flows.signed_in(request.cookies.get(SESSION_COOKIE, ""))
    confirmed = request.method == "POST" and identity.flows.form_is_ours(
        _FORM_SUBJECT, browser, fields.get("form_token", "")
    )
    if hint is None and current is not None and not confirmed:
        browser = browser or new_secret()
        answer: Response = identity.pages.render(
            "sign_out.html",
            page,
            redirect_uri=target,
            form_token=identity.flows.form_token(_FORM_SUBJECT, browser),
            kept={name: fields[name] for name in _KEPT if name in fields},
        )
        set_cookie(answer, identity, BROWSER_COOKIE, browser)
        return answer
    ended = str(hint["sid"]) if hint else ""
    if ended:
        identity.grants.end_session(ended)
    if current and (confirmed or current.session_id == ended):
        identity.grants.end_session(current.session_id)
    return _done(identity, page.language, fields, target)


def _done(identity: IdentityService, language: str, fields: dict[str, str], target: str) -> Response:
    if target:
        answer: Response = RedirectResponse(redirect_with(target, {"state": fields.get("state")}), 303)
    else:
        client = identity.clients.find(fields.get("client_id", ""))
        page = make_page(language, fields.get("ui_brand", ""), client.name if client else NO_BRAND)
        answer = identity.pages.message(page, "signed_out_title", "signed_out_lead", 200)
    set_cookie(answer, identity, SESSION_COOKIE, "")
    return answer
