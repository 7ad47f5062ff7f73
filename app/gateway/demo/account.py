"""One account of a demo device, until it is unlocked."""

from __future__ import annotations

import secrets
from datetime import datetime

from zxcvbn import zxcvbn

from app.core.errors import Action, AppError, ErrorCode
from app.core.model import Account, Mnemonic, PasswordStrength
from app.core.secret import Secret
from app.gateway.demo import pins
from app.gateway.demo.wallet import DemoWallet
from app.gateway.demo.world import DemoWorld, Shares, Vault
from app.gateway.phrases import check_phrase, make_phrase

_ACCEPTED_SCORE = 3
_LONGEST_SCORED = 72


class DemoAccount:
    """Implements :class:`app.gateway.protocol.AccountGateway`."""

    def __init__(self, world: DemoWorld, vault: Vault, *, signed_in: bool) -> None:
        self._world = world
        self._vault = vault
        self._signed_in = signed_in
        self._wallet: DemoWallet | None = None
        self._knows = False
        self._given_up = False
        self._closed = False

    @property
    def account(self) -> Account:
        """Read from the device every time; that a wallet is unfinished only shows once the PIN was right."""
        found = self._vault.account()
        if not (self._knows and self._vault.interrupted):
            return found
        return Account(found.username, found.display_name, found.secured, has_wallet=False)

    def go_on_from(self, before: DemoAccount) -> None:
        """Know what the same account, chosen before, has learnt."""
        self._knows, self._given_up = before._knows, before._given_up

    @property
    def pin_pause_until(self) -> datetime | None:
        """None as soon as it is over."""
        until = self._vault.pause_until
        return until if until is not None and until > self._world.clock.now() else None

    async def has_wallet_elsewhere(self) -> bool:
        """Asks the demo's service."""
        self._need_open()
        await self._world.faults.enter("has_wallet_elsewhere")
        self._need_session()
        return self._vault.username in self._world.shares

    async def secure(self, pin: Secret, password: Secret) -> None:
        """May be repeated until there is a wallet, for instance after a wrong password."""
        self._need_open()
        await self._world.faults.enter("secure")
        pins.check_form(pin)
        if not self.password_strength(password).accepted:
            raise AppError(ErrorCode.WEAK_PASSWORD)
        if self._vault.interrupted:
            self._check_pin(pin)
            self._drop_interrupted()
        if self._vault.has_wallet:
            raise AppError(ErrorCode.OTHER_WALLET_EXISTS)
        self._vault.begin_anew()
        self._vault.pin = pin.reveal()
        self._vault.password = password.reveal()
        self._vault.signed_in = self._signed_in
        self._knows = True

    def password_strength(self, password: Secret) -> PasswordStrength:
        """By zxcvbn, as in the SDK."""
        value = password.reveal()[:_LONGEST_SCORED]
        score = int(zxcvbn(value)["score"]) if value else 0
        return PasswordStrength(score=score, accepted=score >= _ACCEPTED_SCORE)

    async def create_wallet(self, pin: Secret) -> DemoWallet:
        """The phrase is kept before the service hears of it, so a repeat finds it again."""
        self._check_pin(pin)
        if self._vault.phrase is None:
            self._vault.phrase = make_phrase(secrets.token_bytes(32)).phrase()
        await self._world.faults.enter("create_wallet")
        self._need_session()
        return await self._finish()

    async def restore_from_phrase(
        self, pin: Secret, phrase: Mnemonic, *, replace: bool = False
    ) -> DemoWallet:
        """Another wallet at the service is only replaced when asked to."""
        check_phrase(phrase)
        self._check_pin(pin)
        await self._world.faults.enter("restore_from_phrase")
        self._need_session()
        if self._given_up and not replace:
            self._drop_interrupted()
        held = self._world.shares.get(self._vault.username)
        known = {self._vault.phrase, held.phrase if held else None} - {None, phrase.phrase()}
        if known and not replace:
            raise AppError(ErrorCode.OTHER_WALLET_EXISTS)
        self._vault.phrase = phrase.phrase()
        self._vault.phrase_confirmed = True
        self._vault.replaces = self._vault.replaces or replace
        return await self._finish()

    async def restore_from_service(self, pin: Secret) -> DemoWallet:
        """The chosen password must be the one the shares were made with."""
        self._check_pin(pin)
        await self._world.faults.enter("restore_from_service")
        self._need_session()
        held = self._world.shares.get(self._vault.username)
        if held is None:
            raise AppError(ErrorCode.NO_WALLET)
        if self._vault.phrase is not None:
            if held.phrase != self._vault.phrase:
                raise AppError(ErrorCode.OTHER_WALLET_EXISTS)
            return await self._finish()
        if held.password != self._vault.password:
            raise AppError(ErrorCode.WRONG_PASSWORD)
        self._vault.phrase = held.phrase
        self._vault.phrase_confirmed = True
        self._vault.has_wallet = True
        return self._open()

    async def keep_other_wallet(self, pin: Secret) -> bool:
        """Only where the unfinished wallet would replace one."""
        self._need_open()
        if not (self._vault.interrupted and self._vault.replaces):
            return False
        self._check_pin(pin)
        self._given_up = True
        await self._world.faults.enter("keep_other_wallet")
        self._need_session()
        self._drop_interrupted()
        if self._vault.has_wallet:
            raise AppError(ErrorCode.OTHER_WALLET_EXISTS)
        return True

    async def unlock(self, pin: Secret) -> DemoWallet:
        """Needs no service."""
        await self._world.faults.enter("unlock")
        if self._vault.damaged:
            raise AppError(ErrorCode.STORAGE_DAMAGED, Action.SUPPORT)
        self._check_pin(pin)
        if not self._vault.has_wallet:
            raise AppError(ErrorCode.NO_WALLET)
        return self._open()

    async def close(self) -> None:
        """Lock what is open; a closed account answers OPEN_ELSEWHERE."""
        self._closed = True
        if self._wallet is not None:
            await self._wallet.lock()
            self._wallet = None

    def _drop_interrupted(self) -> None:
        """Where the service has taken it in place of another one, it is complete instead."""
        self._given_up = False
        held = self._world.shares.get(self._vault.username)
        if self._vault.replaces and held is not None and held.phrase == self._vault.phrase:
            self._vault.has_wallet = True
        else:
            self._vault.drop_wallet()

    def _check_pin(self, pin: Secret) -> None:
        self._need_open()
        if self._vault.pin is None:
            raise AppError(ErrorCode.NO_WALLET)
        pins.check(self._vault, pin, self._world.clock)
        self._knows = True
        self._signed_in = self._vault.signed_in = self._signed_in or self._vault.signed_in

    def _need_open(self) -> None:
        if self._closed:
            raise AppError(ErrorCode.OPEN_ELSEWHERE)

    def _need_session(self) -> None:
        if not self._signed_in or self._vault.username in self._world.ended_sessions:
            raise AppError(ErrorCode.SESSION_EXPIRED, Action.SIGN_IN)

    async def _finish(self) -> DemoWallet:
        """Bring the kept phrase to the service; ``upload`` and ``upload_answer`` are faults on the way."""
        await self._world.faults.enter("upload")
        self._world.shares[self._vault.username] = Shares(
            self._vault.phrase or "", self._vault.password or ""
        )
        await self._world.faults.enter("upload_answer")
        self._vault.has_wallet = True
        self._vault.replaces = False
        return self._open()

    def _open(self) -> DemoWallet:
        self._wallet = DemoWallet(self._world, self._vault)
        return self._wallet
