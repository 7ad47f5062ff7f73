"""Refusals of the identity provider."""

from collections.abc import Mapping

from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse

from sandbox.core.errors import ConflictError


class OAuthError(Exception):
    """A refusal in the words of RFC 6749: code and description."""

    def __init__(
        self, code: str, description: str, status: int = 400, headers: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(description)
        self.code = code
        self.description = description
        self.status = status
        self.headers = dict(headers or {})


class AdminError(Exception):
    """A refusal of an administrator's call, in Keycloak's words."""

    def __init__(
        self,
        status: int,
        message: str,
        *,
        member: str = "error",
        description: str | None = None,
        field: tuple[str, ...] = (),
    ) -> None:
        super().__init__(message)
        self.status = status
        self.body: dict[str, object] = {member: message}
        if description is not None:
            self.body["error_description"] = description
        if field:  # its name, and the value that was refused
            self.body |= {"field": field[0], "params": list(field)}


class TooManyFailuresError(Exception):
    """Too many wrong passwords; says how long to wait."""

    def __init__(self, seconds: int) -> None:
        super().__init__(f"Wait {seconds} seconds before you try again.")
        self.seconds = seconds


class TakenError(ConflictError):
    """The user name or the e-mail address belongs to another account."""

    def __init__(self, member: str) -> None:
        super().__init__(f"User exists with same {member}")
        self.member = member


def install_oauth_handler(app: FastAPI) -> None:
    """Answer OAuth refusals as RFC 6749 says, and those of administrators' calls as Keycloak does."""

    @app.exception_handler(AdminError)
    async def refused_admin(_request: Request, error: AdminError) -> JSONResponse:
        return JSONResponse(error.body, status_code=error.status)

    @app.exception_handler(OAuthError)
    async def refused(_request: Request, error: OAuthError) -> JSONResponse:
        body = {"error": error.code, "error_description": error.description}
        headers = {"Cache-Control": "no-store", "Pragma": "no-cache", **error.headers}
        return JSONResponse(body, status_code=error.status, headers=headers)
