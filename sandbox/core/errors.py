"""Errors that become an HTTP answer, and how each kind of answer is written."""

from collections.abc import Mapping

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException
from starlette.routing import Match

from sandbox.core.wording import describe_problems


class SandboxError(Exception):
    """A refusal with a stable code and one sentence for whoever called."""

    status = 400
    code = "bad_request"

    def __init__(self, message: str, *, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.headers = dict(headers or {})


class UnauthorizedError(SandboxError):
    """The bearer token or the app name is missing or not good (any more)."""

    status = 401
    code = "unauthorized"


class ForbiddenError(SandboxError):
    """Known, but not allowed."""

    status = 403
    code = "forbidden"


class NotFoundError(SandboxError):
    """The thing named does not exist, or not for this user."""

    status = 404
    code = "not_found"


class ConflictError(SandboxError):
    """The thing exists already, or is in a state that does not allow this."""

    status = 409
    code = "conflict"


class InvalidError(SandboxError):
    """Well-formed, but one value cannot be used."""

    status = 422
    code = "invalid"


class UnavailableError(SandboxError):
    """A part that is needed does not answer at the moment."""

    status = 503
    code = "unavailable"


class StartError(Exception):
    """The sandbox cannot start; the text is for the terminal, the exit code for programs."""

    def __init__(self, message: str, exit_code: int) -> None:
        super().__init__(message)
        self.exit_code = exit_code


_BODY_TYPES = frozenset({"application/json", "application/x-www-form-urlencoded", "multipart/form-data"})


def _offered(request: Request) -> list[str]:
    """Return the methods of all routes at a path; the framework tells those of the first one."""
    found = set()
    for method in ("GET", "POST", "PUT", "DELETE"):
        scope = {**request.scope, "method": method}
        if any(route.matches(scope)[0] is Match.FULL for route in request.app.routes):
            found.add(method)
    return sorted(found)


def install_handlers(app: FastAPI) -> None:
    """Give every refusal the same JSON shape: `{"error": code, "detail": sentence}`."""

    @app.exception_handler(SandboxError)
    async def refused(_request: Request, error: SandboxError) -> JSONResponse:
        body = {"error": error.code, "detail": error.message}
        return JSONResponse(body, status_code=error.status, headers=error.headers)

    @app.exception_handler(RequestValidationError)
    async def malformed(request: Request, error: RequestValidationError) -> JSONResponse:
        about_body = any(problem["loc"][:1] == ("body",) for problem in error.errors())
        kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
        if about_body and not (kind in _BODY_TYPES or kind.endswith("+json")) and await request.body():
            body = {"error": "unsupported_media_type", "detail": "Send the body as application/json."}
            return JSONResponse(body, status_code=415)
        body = {"error": "invalid_body", "detail": describe_problems(error.errors())}
        return JSONResponse(body, status_code=422)

    @app.exception_handler(HTTPException)
    async def http(request: Request, error: HTTPException) -> JSONResponse:
        detail, headers = str(error.detail), error.headers
        if error.status_code == 404:
            detail = f"Nothing is served at {request.url.path}."
        elif error.status_code == 405:
            detail = f"{request.method} is not offered at {request.url.path}."
            headers = {"Allow": ", ".join(_offered(request))}
        codes = {400: "bad_request", 404: "not_found", 405: "method_not_allowed"}
        code = codes.get(error.status_code, "error")
        return JSONResponse({"error": code, "detail": detail}, status_code=error.status_code, headers=headers)
