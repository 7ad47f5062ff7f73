"""The session with the provider: one refresh for all, early enough, and never lost by being offline."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from etopay_sdk import AuthError

from app.core.errors import AppError, ErrorCode
from app.core.model import Identity, SignedIn, Tokens
from app.core.secret import Secret
from app.gateway.etopay.tokens import TokenKeeper

START = datetime(2026, 1, 1, tzinfo=UTC)


class FakeSdk:
    def __init__(self) -> None:
        self.token: str | None = None
        self.is_unlocked = True
        self.values: dict[str, bytes] = {}

    async def refresh_access_token(self, token: str | None) -> None:
        self.token = token

    async def set_app_data(self, name: str, value: bytes | None) -> None:
        if value is None:
            self.values.pop(name, None)
        else:
            self.values[name] = value

    async def get_app_data(self, name: str) -> bytes | None:
        return self.values.get(name)


class FakeIdentity:
    def __init__(self) -> None:
        self.refreshes = 0
        self.signed_out: list[str] = []
        self.failure: AppError | None = None

    async def refresh(self, tokens: Tokens) -> SignedIn:
        await asyncio.sleep(0.01)
        if self.failure is not None:
            raise self.failure
        self.refreshes += 1
        return signed_in(self.refreshes, at=START + timedelta(hours=self.refreshes))

    async def sign_out(self, tokens: Tokens) -> None:
        assert tokens.refresh_token is not None
        self.signed_out.append(tokens.refresh_token.reveal())


def signed_in(number: int, *, at: datetime = START) -> SignedIn:
    tokens = Tokens(
        Secret(f"access{number}"),
        Secret(f"refresh{number}"),
        Secret(f"id{number}"),
        at + timedelta(minutes=10),
    )
    return SignedIn(Identity("alice", "Alice", None), tokens)


class Rig:
    def __init__(self) -> None:
        self.now = START
        self.sdk, self.identity = FakeSdk(), FakeIdentity()
        self.keeper = self.again()

    def again(self) -> TokenKeeper:
        return TokenKeeper(self.sdk, self.identity, clock=lambda: self.now)  # type: ignore[arg-type]


@pytest.fixture
async def rig() -> Rig:
    made = Rig()
    await made.keeper.take(signed_in(0))
    return made


def error(code: ErrorCode) -> AppError:
    return AppError(code)


async def test_a_good_token_is_left_alone(rig: Rig) -> None:
    await rig.keeper.ensure()
    assert (rig.sdk.token, rig.identity.refreshes) == ("access0", 0)


async def test_it_is_renewed_before_it_ends_once_for_twenty_calls(rig: Rig) -> None:
    rig.now += timedelta(minutes=9, seconds=45)
    await asyncio.gather(*(rig.keeper.ensure() for _ in range(20)))
    assert (rig.sdk.token, rig.identity.refreshes) == ("access1", 1)
    await rig.keeper.ensure()
    assert rig.identity.refreshes == 1


async def test_a_caller_that_gives_up_does_not_stop_the_others(rig: Rig) -> None:
    rig.now += timedelta(hours=1)
    first, second = asyncio.create_task(rig.keeper.ensure()), asyncio.create_task(rig.keeper.ensure())
    await asyncio.sleep(0)
    first.cancel()
    await second
    assert rig.sdk.token == "access1"


async def test_a_refused_token_is_renewed_and_the_read_repeated_once(rig: Rig) -> None:
    seen: list[str | None] = []

    async def read() -> str:
        seen.append(rig.sdk.token)
        if rig.sdk.token == "access0":
            raise AuthError("unauthorized")
        return "answer"

    assert await rig.keeper.read(read) == "answer"
    assert seen == ["access0", "access1"]


async def test_a_token_refused_twice_is_an_error(rig: Rig) -> None:
    calls = 0

    async def read() -> None:
        nonlocal calls
        calls += 1
        raise AuthError("unauthorized")

    with pytest.raises(AuthError):
        await rig.keeper.read(read)
    assert calls == 2


async def test_being_offline_loses_nothing(rig: Rig) -> None:
    rig.now += timedelta(hours=1)
    rig.identity.failure = error(ErrorCode.OFFLINE)
    with pytest.raises(AppError) as caught:
        await rig.keeper.ensure()
    assert caught.value.code is ErrorCode.OFFLINE
    assert rig.keeper.has_session
    rig.identity.failure = None
    await rig.keeper.ensure()
    assert rig.sdk.token == "access1"


async def test_a_session_that_is_over_needs_a_sign_in(rig: Rig) -> None:
    rig.now += timedelta(hours=1)
    rig.identity.failure = error(ErrorCode.SESSION_EXPIRED)
    with pytest.raises(AppError):
        await rig.keeper.ensure()
    assert not rig.keeper.has_session
    assert rig.sdk.token is None
    with pytest.raises(AppError) as caught:
        await rig.keeper.ensure()
    assert caught.value.code is ErrorCode.SESSION_EXPIRED
    await rig.keeper.take(signed_in(7, at=rig.now))
    await rig.keeper.ensure()
    assert rig.sdk.token == "access7"


async def test_the_refresh_token_survives_a_restart_in_the_vault_and_nothing_else_does(rig: Rig) -> None:
    sealed = b"".join(rig.sdk.values.values())
    assert b"refresh0" in sealed
    assert b"access0" not in sealed
    rig.keeper = rig.again()
    await rig.keeper.unseal()
    assert rig.keeper.has_session
    await rig.keeper.ensure()
    assert rig.sdk.token == "access1"
    assert b"refresh1" in b"".join(rig.sdk.values.values())


async def test_a_sign_in_of_today_wins_over_what_is_sealed(rig: Rig) -> None:
    rig.keeper = rig.again()
    rig.sdk.is_unlocked = False
    await rig.keeper.take(signed_in(5))
    rig.sdk.is_unlocked = True
    await rig.keeper.unseal()
    assert b"refresh5" in b"".join(rig.sdk.values.values())


async def test_signing_out_leaves_no_token_even_when_the_provider_fails(rig: Rig) -> None:
    await rig.keeper.sign_out()
    assert (rig.sdk.token, rig.sdk.values, rig.keeper.has_session) == (None, {}, False)
    assert rig.identity.signed_out == ["refresh0"]


async def test_a_pause_takes_the_token_away_until_it_is_needed(rig: Rig) -> None:
    await rig.keeper.pause()
    assert rig.sdk.token is None
    assert rig.keeper.has_session
    await rig.keeper.ensure()
    assert rig.sdk.token == "access1"


async def test_dropping_keeps_what_is_sealed(rig: Rig) -> None:
    await rig.keeper.drop()
    assert rig.sdk.token is None
    assert not rig.keeper.has_session
    assert rig.sdk.values
