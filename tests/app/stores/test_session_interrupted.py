"""A wallet whose making was interrupted, and actions that a lock or another action comes between."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from app.core.errors import Action, AppError, ErrorCode
from app.core.secret import Secret
from app.features.settings.store import StepUpStore
from app.gateway.demo.world import Shares
from app.stores.session import Notice, SessionStore, Stage
from tests.app.stores.test_session import OTHER_PASSWORD, PASSWORD, PHRASE, PIN, Phone, code

NEW_PASSWORD = Secret("drei Berge und ein kalter See")


@pytest.fixture
def phone(tmp_path: Path) -> Phone:
    return Phone(tmp_path)


@pytest.fixture
async def other(phone: Phone, tmp_path: Path) -> Phone:
    """Another device of somebody whose wallet is at the service, under PASSWORD."""
    await phone.at(Stage.MAIN)
    return Phone(tmp_path / "other", world=phone.world)


def fail_upload(phone: Phone) -> None:
    phone.world.faults.fail_next("upload", AppError(ErrorCode.SERVICE, Action.RETRY, status=500))


async def interrupted_restore(other: Phone, *, replace: bool = False) -> SessionStore:
    """At the phrase, after a restoring that stopped at the upload, under NEW_PASSWORD."""
    session = await other.at(Stage.PASSWORD)
    session.restore_by_phrase()
    await session.secure(NEW_PASSWORD)
    phrase = PHRASE
    if not replace:
        held = other.world.shares["alice"].phrase
        phrase = type(PHRASE)(held)
    fail_upload(other)
    await session.restore(phrase, replace=replace)
    assert (session.stage, code(session)) == (Stage.RESTORE, ErrorCode.SERVICE)
    return session


class TestInterrupted:
    async def test_the_right_pin_leads_back_after_a_restart(self, phone: Phone) -> None:
        session = await phone.at(Stage.WALLET_CHOICE)
        fail_upload(phone)
        await session.create_wallet()
        assert (session.stage, code(session)) == (Stage.WALLET_CHOICE, ErrorCode.SERVICE)
        pending = phone.device.vaults["alice"].phrase
        session = await phone.started()
        assert session.stage is Stage.LOCKED
        await session.unlock(PIN)
        assert (session.stage, code(session)) == (Stage.WALLET_CHOICE, None)
        await session.lock()
        assert session.stage is Stage.LOCKED
        await session.unlock(PIN)
        assert session.stage is Stage.WALLET_CHOICE
        await session.create_wallet()
        assert session.stage is Stage.PHRASE
        assert phone.device.vaults["alice"].phrase == pending

    async def test_signing_in_again_stays_at_the_step(self, phone: Phone) -> None:
        session = await phone.at(Stage.WALLET_CHOICE)
        phone.world.ended_sessions.add("alice")
        await session.create_wallet()
        assert code(session) is ErrorCode.SESSION_EXPIRED
        await session.renew()
        assert (session.stage, code(session)) == (Stage.WALLET_CHOICE, None)

    async def test_a_failed_restoring_is_ended_by_opening_the_wallet(self, other: Phone) -> None:
        session = await interrupted_restore(other)
        await session.back()
        assert session.stage is Stage.WALLET_CHOICE
        await session.open_from_service()
        assert (session.stage, code(session)) == (Stage.MAIN, None)
        assert other.world.shares["alice"].password == NEW_PASSWORD.reveal()

    async def test_going_back_gives_a_replacement_up(self, other: Phone) -> None:
        session = await interrupted_restore(other, replace=True)
        before = other.world.shares["alice"]
        await session.back()
        assert (session.stage, session.has_pin, code(session)) == (Stage.PASSWORD, True, None)
        session.restore_by_phrase()
        await session.secure(OTHER_PASSWORD)
        assert session.stage is Stage.RESTORE
        assert other.world.shares["alice"] == before
        await session.back()
        await session.open_from_service()
        await session.secure(PASSWORD)
        assert session.stage is Stage.MAIN
        assert other.device.vaults["alice"].phrase == before.phrase

    async def test_a_replacement_the_service_has_taken_is_told(self, other: Phone) -> None:
        session = await interrupted_restore(other, replace=True)
        other.world.shares["alice"] = Shares(PHRASE.phrase(), NEW_PASSWORD.reveal())
        await session.back()
        assert (session.stage, session.notice, code(session)) == (Stage.LOCKED, Notice.REPLACED, None)
        await session.unlock(PIN)
        assert (session.stage, session.notice) == (Stage.MAIN, None)
        assert other.device.vaults["alice"].phrase == PHRASE.phrase()

    async def test_going_back_without_a_connection_can_be_repeated(self, other: Phone) -> None:
        session = await interrupted_restore(other, replace=True)
        before = other.world.shares["alice"]
        other.world.faults.fail_next("keep_other_wallet", AppError(ErrorCode.OFFLINE, Action.RETRY))
        await session.back()
        assert (session.stage, code(session)) == (Stage.RESTORE, ErrorCode.OFFLINE)
        await session.restore(PHRASE)
        assert (session.stage, code(session)) == (Stage.RESTORE, ErrorCode.OTHER_WALLET_EXISTS)
        assert other.world.shares["alice"] == before, "the consent was taken back"
        await session.back()
        assert (session.stage, code(session)) == (Stage.WALLET_CHOICE, None)

    async def test_opening_the_wallet_there_never_replaces_it(self, other: Phone) -> None:
        await interrupted_restore(other, replace=True)
        before = other.world.shares["alice"]
        session = await other.started()
        await session.unlock(PIN)
        await session.look_for_wallet()
        await session.open_from_service()
        assert (session.stage, code(session)) == (Stage.PASSWORD, None)
        assert other.world.shares["alice"] == before
        await session.secure(PASSWORD)
        assert session.stage is Stage.MAIN
        assert other.device.vaults["alice"].phrase == before.phrase

    async def test_a_wallet_that_was_finished_unseen_is_opened_by_the_pin(self, other: Phone) -> None:
        session = await interrupted_restore(other)
        await session.back()
        session.restore_by_phrase()
        other.device.vaults["alice"].has_wallet = True
        await session.secure(OTHER_PASSWORD)
        assert (session.stage, code(session)) == (Stage.LOCKED, None)
        await session.unlock(PIN)
        assert session.stage is Stage.MAIN


class TestPasswords:
    async def test_without_an_answer_of_the_service_a_new_one_is_asked_for(self, other: Phone) -> None:
        session = await other.at(Stage.PASSWORD)
        await session.secure(OTHER_PASSWORD)
        assert code(session) is ErrorCode.WRONG_PASSWORD
        session = await other.started()
        await session.unlock(PIN)
        other.world.faults.fail_next("has_wallet_elsewhere", AppError(ErrorCode.OFFLINE))
        await session.look_for_wallet()
        assert (session.stage, session.found) == (Stage.WALLET_CHOICE, None)
        session.restore_by_phrase()
        assert session.stage is Stage.PASSWORD
        await session.back()
        assert session.stage is Stage.WALLET_CHOICE
        session.restore_by_phrase()
        await session.secure(NEW_PASSWORD)
        assert session.stage is Stage.RESTORE

    async def test_back_from_a_first_password_leads_to_the_pin(self, other: Phone) -> None:
        session = await other.at(Stage.PASSWORD)
        session.restore_by_phrase()
        await session.back()
        assert (session.stage, session.restoring) == (Stage.PASSWORD, False)
        await session.back()
        assert (session.stage, session.password_due) == (Stage.PIN, False)


class TestMeanwhile:
    async def test_a_lock_while_signing_out(self, phone: Phone, monkeypatch: pytest.MonkeyPatch) -> None:
        session = await phone.at(Stage.MAIN)
        wallet, told = session.wallet, asyncio.Event()
        assert wallet is not None
        sign_out = wallet.sign_out

        async def slowly() -> None:
            await sign_out()
            await told.wait()

        monkeypatch.setattr(wallet, "sign_out", slowly)
        task = asyncio.create_task(session.sign_out())
        await asyncio.sleep(0.01)
        await session.lock(out_of_sight=True)
        told.set()
        await task
        assert (session.stage, code(session)) == (Stage.ACCOUNTS, None)
        assert phone.preferences.signed_out("alice")

    async def test_removing_waits_for_what_is_under_way(self, phone: Phone) -> None:
        session = await phone.at(Stage.PHRASE)
        phone.world.faults.hold("confirm_phrase")
        confirming = asyncio.create_task(session.confirm_phrase())
        await asyncio.sleep(0)
        store = StepUpStore(session, phone.preferences)
        removing = asyncio.create_task(store.remove(PIN))
        await asyncio.sleep(0.01)
        assert (session.busy, store.busy) == (True, True)
        phone.world.faults.release("confirm_phrase")
        await asyncio.wait_for(asyncio.gather(confirming, removing), 5)
        assert (session.stage, session.notice) == (Stage.WELCOME, Notice.REMOVED)
        assert phone.device.vaults == {}

    async def test_a_lock_once_the_pin_was_right_keeps_the_account(
        self, phone: Phone, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        session = await phone.at(Stage.MAIN)
        wallet = session.wallet
        assert wallet is not None
        check_pin = wallet.check_pin

        async def then_lock(pin: Secret) -> None:
            await check_pin(pin)
            await session.lock()

        monkeypatch.setattr(wallet, "check_pin", then_lock)
        await StepUpStore(session, phone.preferences).remove(PIN)
        assert session.stage is Stage.LOCKED
        assert "alice" in phone.device.vaults
