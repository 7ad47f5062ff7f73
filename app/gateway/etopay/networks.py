"""The networks of the session, as the SDK and as the app know them."""

from __future__ import annotations

import logging
from typing import Final

import etopay_sdk as sdk

from app.core.errors import AppError, ErrorCode
from app.core.model import Network
from app.gateway.etopay import models
from app.gateway.etopay.tokens import TokenKeeper

_log = logging.getLogger(__name__)
_UNREACHABLE: Final = frozenset(
    {
        ErrorCode.OFFLINE,
        ErrorCode.TIMEOUT,
        ErrorCode.SERVICE,
        ErrorCode.REFUSED,
        ErrorCode.SESSION_EXPIRED,
    }
)


class Networks:
    """Fetched with a fresh token when there is one; what the vault remembers does otherwise."""

    def __init__(self, opened: sdk.Sdk, tokens: TokenKeeper) -> None:
        self._sdk = opened
        self._tokens = tokens
        self._found: dict[str, sdk.Network] = {}

    async def all(self) -> tuple[Network, ...]:
        """In the service's order. Errors: OFFLINE when none were ever seen."""
        offered = await self._offered()
        self._found = {entry.key: entry for entry in offered}
        return tuple(models.network(entry, offered) for entry in offered)

    async def get(self, key: str) -> sdk.Network:
        """One network, known since earlier when possible. Errors: NOT_FOUND, OFFLINE."""
        if key not in self._found:
            await self.all()
        if key not in self._found:
            raise AppError(ErrorCode.NOT_FOUND)
        return self._found[key]

    def fee_network(self, found: sdk.Network) -> sdk.Network | None:
        """The network whose coin pays the fee."""
        return models.fee_network(found, tuple(self._found.values()))

    def shown(self, found: sdk.Network) -> Network:
        """A network as the app knows it."""
        return models.network(found, tuple(self._found.values()))

    async def _offered(self) -> list[sdk.Network]:
        try:
            return await self._tokens.read(self._sdk.get_networks)
        except AppError as error:
            if error.code not in _UNREACHABLE:
                raise
            _log.info("The service was not asked for the networks: %s", error.code.value)
        except sdk.AuthError:
            _log.info("The service did not accept the token; the remembered networks are used.")
        # Without a token the SDK answers from the vault.
        await self._tokens.pause()
        try:
            return await self._sdk.get_networks()
        except (sdk.StateError, sdk.NetworkError, sdk.BackendError) as error:
            if error.code == "locked":
                raise
            raise AppError(ErrorCode.OFFLINE) from None
