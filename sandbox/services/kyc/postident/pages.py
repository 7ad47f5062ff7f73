"""The page of a case: whoever tests plays the person who looks at the document."""

from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.responses import Response

from sandbox.core.context import Ctx
from sandbox.core.errors import SandboxError
from sandbox.services.kyc.postident.cases import CaseNotFoundError, Cases, Decision, decisions_for

router = APIRouter(include_in_schema=False, prefix="/postident")
_HERE = Path(__file__).parent / "templates"
_jinja = Environment(loader=FileSystemLoader(_HERE), autoescape=True, undefined=StrictUndefined)
_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    # Without it, browsers hide from this page that a form is its own.
    "Referrer-Policy": "same-origin",
}


@router.get("/cases/{case_id}")
def show(context: Ctx, case_id: str) -> HTMLResponse:
    """Show where a case is and what can be done."""
    return _page(Cases(context), case_id)


@router.post("/cases/{case_id}")
def decide(
    request: Request,
    context: Ctx,
    case_id: str,
    decision: Annotated[str, Form(max_length=20)] = "",
    reason: Annotated[str, Form(max_length=2000)] = "",
) -> Response:
    """Do what a button says, and show the case again."""
    cases = Cases(context)
    if not _is_own_page(request):
        return _page(cases, case_id, "This page takes no orders from other web pages.", status=403)
    if decision not in set(Decision):
        return _page(cases, case_id, "Choose what to do with the case.", status=422)
    try:
        cases.decide(case_id, Decision(decision), reason)
    except SandboxError as error:
        return _page(cases, case_id, error.message, reason=reason, status=error.status)
    return RedirectResponse(f"/postident/cases/{case_id}", status_code=303)


@router.get("/style.css")
def style() -> Response:
    """Return the stylesheet of the page."""
    text = (_HERE / "style.css").read_text(encoding="utf-8")
    return Response(text, media_type="text/css", headers={"Cache-Control": "public, max-age=300"})


def _page(
    cases: Cases, case_id: str, alert: str = "", *, reason: str = "", status: int = 200
) -> HTMLResponse:
    try:
        case = cases.get(case_id)
    except CaseNotFoundError:
        body = _jinja.get_template("missing.html").render()
        return HTMLResponse(body, status_code=404, headers=_HEADERS)
    body = _jinja.get_template("case.html").render(
        case=case, decisions=[one.value for one in decisions_for(case)], alert=alert, reason=reason
    )
    return HTMLResponse(body, status_code=status, headers=_HEADERS)


def _is_own_page(request: Request) -> bool:
    """Say whether a form comes from this page: browsers tell where it was filled in."""
    if request.headers.get("sec-fetch-site") in {"cross-site", "same-site"}:
        return False
    origin = request.headers.get("origin")
    return origin is None or urlsplit(origin).netloc == request.headers.get("host")
