"""Reading form bodies and queries strictly: each parameter once."""

from typing import Annotated
from urllib.parse import parse_qsl

from fastapi import Depends, Request

from sandbox.services.identity.errors import OAuthError

_MOST_FIELDS = 50
_LONGEST_VALUE = 8192


def _once(pairs: list[tuple[str, str]]) -> dict[str, str]:
    fields: dict[str, str] = {}
    for name, value in pairs:
        if name in fields:
            raise OAuthError("invalid_request", f"The parameter {name[:40]!r} is given twice.")
        if len(value) > _LONGEST_VALUE or "\x00" in value:
            raise OAuthError("invalid_request", f"The parameter {name[:40]!r} cannot have this value.")
        fields[name] = value
    return fields


def _parse(text: str) -> dict[str, str]:
    try:
        return _once(parse_qsl(text, keep_blank_values=True, max_num_fields=_MOST_FIELDS, errors="strict"))
    except (ValueError, UnicodeError) as error:
        raise OAuthError("invalid_request", "The parameters cannot be read.") from error


async def _form(request: Request) -> dict[str, str]:
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "application/x-www-form-urlencoded":
        raise OAuthError("invalid_request", "Send the parameters as application/x-www-form-urlencoded.")
    try:
        text = (await request.body()).decode("ascii")
    except UnicodeDecodeError as error:
        raise OAuthError("invalid_request", "The parameters cannot be read.") from error
    return _parse(text)


async def _query_or_form(request: Request) -> dict[str, str]:
    return _parse(request.url.query) if request.method == "GET" else await _form(request)


Form = Annotated[dict[str, str], Depends(_form)]
QueryOrForm = Annotated[dict[str, str], Depends(_query_or_form)]
