"""Whether the service holds a wallet of the user: asked here, as the SDK only says so while restoring."""

from __future__ import annotations

from http import HTTPStatus
from urllib.parse import urlsplit

import httpx

from app.core.errors import Action, AppError, ErrorCode
from app.core.secret import Secret
from app.core.settings import Settings

_LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
_SECONDS = 10


async def wallet_at_service(settings: Settings, access_token: Secret) -> bool:
    """True for shares, False only for a proven 404. Errors: SESSION_EXPIRED, OFFLINE, TIMEOUT, SERVICE."""
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
            return True
        case HTTPStatus.NOT_FOUND:
            return False
        case HTTPStatus.UNAUTHORIZED:
            raise AppError(ErrorCode.SESSION_EXPIRED, Action.SIGN_IN)
        case status:
            raise AppError(ErrorCode.SERVICE, Action.RETRY, status=status)
