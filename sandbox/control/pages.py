"""Pages for developers: what this is, and the API to read."""

from pathlib import Path
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, JSONResponse, PlainTextResponse, RedirectResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.responses import Response

from sandbox.core import outbox
from sandbox.core.clock import iso
from sandbox.core.context import Ctx
from sandbox.services.identity.service import Identity

router = APIRouter(include_in_schema=False)
_SHOWN_EVENTS = 20
_HERE = Path(__file__).parent / "templates"
_jinja = Environment(loader=FileSystemLoader(_HERE), autoescape=True, undefined=StrictUndefined)


@router.get("/")
def index(context: Ctx, identity: Identity) -> HTMLResponse:
    """Say what this is and where its parts are."""
    with context.db.read() as session:
        events = outbox.newest(session, _SHOWN_EVENTS)
    page = _jinja.get_template("index.html").render(
        now=iso(context.clock.now()),
        events=[(iso(one.at), one) for one in events],
        settings=context.settings,
        networks=context.networks.all(),
        clients=identity.clients.all(),
    )
    return HTMLResponse(page)


@router.get("/favicon.ico")
def icon() -> Response:
    """Answer browsers that ask for an icon: there is none."""
    return Response(status_code=204)


@router.get("/explorer")
def explorers() -> RedirectResponse:
    """Lead to the list of the networks' explorers."""
    return RedirectResponse("/#networks", status_code=303)


@router.get("/openapi.json")
def description(request: Request) -> JSONResponse:
    """Return the OpenAPI description of all calls."""
    return JSONResponse(request.app.openapi())


@router.get("/_sandbox/docs")
def docs(request: Request) -> HTMLResponse:
    """Show every call of the sandbox, made from its OpenAPI description."""
    schema = request.app.openapi()
    page = _jinja.get_template("docs.html").render(groups=_groups(schema), schemas=_schemas(schema))
    return HTMLResponse(page)


@router.get("/_sandbox/style.css")
def style() -> Response:
    """Return the stylesheet of these pages."""
    text = (_HERE / "style.css").read_text(encoding="utf-8")
    return PlainTextResponse(text, media_type="text/css", headers={"Cache-Control": "public, max-age=300"})


def _groups(schema: dict[str, Any]) -> dict[str, list[dict[str, Any]]]:
    groups: dict[str, list[dict[str, Any]]] = {}
    for path, methods in schema["paths"].items():
        for method, call in methods.items():
            entry = {
                "method": method.upper(),
                "path": path,
                "summary": call.get("description") or call.get("summary", ""),
                "parameters": [item["name"] for item in call.get("parameters", [])],
                "body": _body_name(call),
                "answers": sorted(call.get("responses", {})),
            }
            groups.setdefault((call.get("tags") or ["other"])[0], []).append(entry)
    return groups


def _body_name(call: dict[str, Any]) -> str:
    content = call.get("requestBody", {}).get("content", {})
    reference = str(content.get("application/json", {}).get("schema", {}).get("$ref", ""))
    return reference.rpartition("/")[2]


def _schemas(schema: dict[str, Any]) -> dict[str, dict[str, str]]:
    found = {}
    for name, item in schema.get("components", {}).get("schemas", {}).items():
        required = set(item.get("required", ()))
        found[name] = {
            member: _kind(part) + ("" if member in required else ", may be absent")
            for member, part in item.get("properties", {}).items()
        }
    return found


def _kind(part: dict[str, Any]) -> str:
    if "$ref" in part:
        return str(part["$ref"]).rpartition("/")[2]
    if "anyOf" in part:
        return " or ".join(_kind(option) for option in part["anyOf"])
    if "enum" in part:
        return " or ".join(repr(value) for value in part["enum"])
    if part.get("type") == "array":
        return f"list of {_kind(part.get('items', {}))}"
    return str(part.get("type", "anything"))
