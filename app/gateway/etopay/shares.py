"""What the service holds of the user's wallet: asked here, as the SDK only says so while restoring."""

from __future__ import annotations

from http import HTTPStatus
from urllib.parse import urlsplit

import httpx

from app.core.errors import Action, AppError, ErrorCode
from app.core.secret import Secret
from app.core.settings import Settings

_LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
_SECONDS = 10


async def share_at_service(settings: Settings, access_token: Secret) -> Secret | None:
    """The recovery share, which tells one wallet from another; None only for a proven 404.

    Errors: SESSION_EXPIRED, OFFLINE, TIMEOUT, SERVICE.
    """
    url = f"{settings.backend_url.rstrip('/')}/user/shares/recovery"
    headers = {
        "Authorization": f"Bearer {access_token.reveal()}",
        "X-APP-NAME": settings.auth_provider,
    }
    direct = urlsplit(url).hostname in _LOOPBACK
    try:
        async with httpx.AsyncClient(timeout=_SECONDS, trust_env=not direct) as client:
            answer = await client.get(url, headers=headers)
    except httpx.TimeoutException:
        raise AppError(ErrorCode.TIMEOUT, Action.RETRY) from None
    except httpx.HTTPError:
        raise AppError(ErrorCode.OFFLINE, Action.RETRY) from None
    match answer.status_code:
        case HTTPStatus.OK:
            return _share(answer)
        case HTTPStatus.NOT_FOUND:
            return None
        case HTTPStatus.UNAUTHORIZED:
            raise AppError(ErrorCode.SESSION_EXPIRED, Action.SIGN_IN)
        case status:
            raise AppError(ErrorCode.SERVICE, Action.RETRY, status=status)


def _share(answer: httpx.Response) -> Secret:
    try:
        return Secret(str(answer.json()["share"]))
    except (ValueError, KeyError, TypeError):
        raise AppError(ErrorCode.SERVICE, Action.RETRY, status=answer.status_code) from None
