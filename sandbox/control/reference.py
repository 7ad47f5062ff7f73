"""`/docs`: every call to read and to try, by Swagger UI; nothing is loaded from elsewhere."""

from importlib.resources import files
from typing import Literal

from fastapi import APIRouter
from fastapi.responses import HTMLResponse
from starlette.responses import Response

router = APIRouter(include_in_schema=False, prefix="/docs")
_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
        "connect-src 'self'; base-uri 'none'; frame-ancestors 'none'"
    )
}
_PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>All calls – ETOPay sandbox</title>
<meta name="viewport" content="width=device-width">
<link rel="stylesheet" href="/docs/swagger-ui.css"></head>
<body><main id="calls">
<noscript>Without scripts, read <a href="/_sandbox/docs">the plain page</a>.</noscript></main>
<script src="/docs/swagger-ui-bundle.js"></script><script src="/docs/start.js"></script></body></html>
"""
_START = """SwaggerUIBundle({
  url: "/openapi.json", dom_id: "#calls", deepLinking: true, filter: true, validatorUrl: null,
  docExpansion: "none", displayRequestDuration: true, persistAuthorization: false
});
"""
_KINDS = {"swagger-ui.css": "text/css", "swagger-ui-bundle.js": "text/javascript"}


@router.get("")
def show() -> HTMLResponse:
    """Show every call."""
    return HTMLResponse(_PAGE, headers=_HEADERS)


@router.get("/start.js")
def start() -> Response:
    """Return what fills the page."""
    return Response(_START, media_type="text/javascript")


@router.get("/{name}")
def part(name: Literal["swagger-ui.css", "swagger-ui-bundle.js"]) -> Response:
    """Return a part of Swagger UI."""
    content = files("fastapi_offline").joinpath("static", name).read_bytes()
    headers = {"Cache-Control": "public, max-age=3600"}
    return Response(content, media_type=_KINDS[name], headers=headers)
