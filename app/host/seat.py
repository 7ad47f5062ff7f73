"""One wallet, one screen: of several pages on the same data only one at a time reaches the gateway."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from app.core.errors import AppError, ErrorCode
from app.core.model import Account, Mnemonic, Network, SignedIn
from app.gateway.protocol import AccountGateway, Gateway, IdentityGateway

Unseat = Callable[[], Awaitable[None]]


class Seat:
    """The place that a page takes. A page that is away (reloading, or at the sign-in) may lose it."""

    def __init__(self) -> None:
        self._holder: PageGateway | None = None

    def take(self, page: PageGateway) -> PageGateway | None:
        """Give the place to a page and return the one that has lost it. Errors: OPEN_ELSEWHERE."""
        before = self._holder
        if before is page:
            return None
        if before is not None and not before.away:
            raise AppError(ErrorCode.OPEN_ELSEWHERE)
        self._holder = page
        return before

    def need(self, page: PageGateway) -> None:
        """Errors: OPEN_ELSEWHERE unless the page has the place."""
        if self._holder is not page:
            raise AppError(ErrorCode.OPEN_ELSEWHERE)

    def leave(self, page: PageGateway) -> None:
        """Free the place if the page has it."""
        if self._holder is page:
            self._holder = None


class PageGateway:
    """The gateway as one page sees it; implements :class:`app.gateway.protocol.Gateway`.

    ``unseated`` runs when another page took the place: it has to drop what this page has open.
    """

    def __init__(self, gateway: Gateway, seat: Seat) -> None:
        self._gateway = gateway
        self._seat = seat
        self._account: AccountGateway | None = None
        self.away = False
        self.unseated: Unseat | None = None

    @property
    def identity(self) -> IdentityGateway:
        """Needs no place: nothing on this device is touched."""
        return self._gateway.identity

    async def open(self) -> None:
        """Takes the place."""
        await self._sit_down()
        await self._gateway.open()

    def accounts(self) -> tuple[Account, ...]:
        """Needs the place."""
        self._seat.need(self)
        return self._gateway.accounts()

    async def open_account(self, signed_in: SignedIn) -> AccountGateway:
        """Takes the place."""
        await self._sit_down()
        self._account = await self._gateway.open_account(signed_in)
        return self._account

    async def open_stored(self, username: str) -> AccountGateway:
        """Takes the place."""
        await self._sit_down()
        self._account = await self._gateway.open_stored(username)
        return self._account

    def phrase_words(self) -> tuple[str, ...]:
        """As the gateway has them."""
        return self._gateway.phrase_words()

    def check_phrase(self, phrase: Mnemonic) -> None:
        """As the gateway checks it."""
        self._gateway.check_phrase(phrase)

    def check_address(self, network: Network, address: str) -> str:
        """As the gateway checks it."""
        return self._gateway.check_address(network, address)

    async def remove_account(self, username: str) -> None:
        """Takes the place."""
        await self._sit_down()
        await self._gateway.remove_account(username)

    async def close(self) -> None:
        """Lock this page's account and free the place; the process keeps the gateway."""
        account, self._account = self._account, None
        if account is not None:
            await account.close()
        self._seat.leave(self)

    async def _sit_down(self) -> None:
        lost = self._seat.take(self)
        if lost is not None:
            await lost.lose_place()

    async def lose_place(self) -> None:
        """Drop what is open, because another page has the place now."""
        account, self._account = self._account, None
        if account is not None:
            await account.close()
        if self.unseated is not None:
            await self.unseated()
