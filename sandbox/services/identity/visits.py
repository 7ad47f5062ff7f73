"""One browser on one of our pages: whose request it is about, in which language, and how it is answered."""

from collections.abc import Mapping
from dataclasses import dataclass

from fastapi import Request
from fastapi.responses import RedirectResponse
from starlette.responses import Response

from sandbox.services.identity.authorize import redirect_with
from sandbox.services.identity.flows import Pending, SignedIn
from sandbox.services.identity.grants import CodeRequest
from sandbox.services.identity.pages import LANGUAGES, NO_BRAND, Page, choose_language, make_page
from sandbox.services.identity.service import IdentityService

SESSION_COOKIE = "etopay_sandbox_session"
BROWSER_COOKIE = "etopay_sandbox_browser"


@dataclass(frozen=True)
class Visit:
    """A browser with a pending request."""

    request: Request
    identity: IdentityService
    pending: Pending
    language: str

    @property
    def page(self) -> Page:
        """Return language and brand of the pages."""
        wanted = self.pending.request
        client = self.identity.clients.find(wanted.client_id)
        return make_page(self.language, wanted.brand, client.name if client else NO_BRAND)

    @property
    def texts(self) -> Mapping[str, str]:
        """Return the texts of the pages."""
        texts: Mapping[str, str] = self.identity.pages.texts[self.language]
        return texts

    def where(self, place: str, **more: str) -> str:
        """Return the address of another page about the same request."""
        query = {"flow": self.pending.id, **more, "language": self.language}
        return redirect_with(f"{self.identity.settings.realm_path}/login-actions/{place}", {**query})

    def form(
        self,
        template: str,
        here: str,
        *,
        kept: Mapping[str, str] | None = None,
        values: Mapping[str, str] | None = None,
        errors: Mapping[str, str] | None = None,
        lead: str = "",
        status: int = 200,
        **more: object,
    ) -> Response:
        """Render a form that belongs to the request; errors are keys of texts."""
        flow = self.pending.id
        token = self.identity.flows.form_token(flow, self.pending.browser)
        return self.identity.pages.form_page(
            template,
            self.page,
            here=here,
            kept={"flow": flow, "form_token": token, **(kept or {})},
            redirect_uri=self.pending.request.redirect_uri,
            values=values,
            errors={name: self.texts[key] for name, key in (errors or {}).items()},
            lead=lead,
            status=status,
            **more,
        )


def posted(request: Request, form: Mapping[str, str], identity: IdentityService) -> Visit | None:
    """Return the visit of a form that is ours, or None."""
    browser, flow = request.cookies.get(BROWSER_COOKIE, ""), form.get("flow", "")
    if not identity.flows.form_is_ours(flow, browser, form.get("form_token", "")):
        return None
    pending = identity.flows.find(flow, browser)
    return (
        Visit(request, identity, pending, choose_language(form.get("language", ""), "")) if pending else None
    )


def looked_at(request: Request, fields: Mapping[str, str], identity: IdentityService) -> Visit | None:
    """Return the visit of a page that is opened, or None."""
    pending = identity.flows.find(fields.get("flow", ""), request.cookies.get(BROWSER_COOKIE, ""))
    if pending is None:
        return None
    language = fields.get("language", "")
    return Visit(request, identity, pending, language if language in LANGUAGES else pending.request.language)


def stale(request: Request, identity: IdentityService) -> Response:
    """Say that the page belongs to nothing any more."""
    language = choose_language("", request.headers.get("accept-language", ""))
    return identity.pages.message(make_page(language, "", NO_BRAND), "stale_title", "cookies", 400)


def address_of(request: Request) -> str:
    """Return the machine that asks."""
    return request.client.host if request.client else ""


def send_code(visit: Visit, signed_in: SignedIn) -> Response:
    """Send the browser back to the client with a code."""
    wanted = visit.pending.request
    code = visit.identity.grants.new_code(
        signed_in.session_id,
        CodeRequest(
            client_id=wanted.client_id,
            redirect_uri=wanted.redirect_uri,
            challenge=wanted.challenge,
            nonce=wanted.nonce,
            scope=wanted.scope,
        ),
    )
    values = {"code": code, "session_state": signed_in.session_id}
    return send_back(visit.identity, wanted.redirect_uri, wanted.state, **values)


def send_back(identity: IdentityService, redirect_uri: str, state: str | None, **values: str) -> Response:
    """Send the browser back to the client."""
    target = redirect_with(redirect_uri, {**values, "state": state, "iss": identity.settings.issuer})
    return RedirectResponse(target, status_code=303, headers={"Cache-Control": "no-store"})


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
