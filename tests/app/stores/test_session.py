"""The whole way from the first start to an open wallet, with every failure on it."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from app.core.errors import AppError, ErrorCode
from app.core.model import Mnemonic
from app.core.secret import Secret
from app.gateway.demo.gateway import DemoGateway
from app.gateway.demo.world import DemoDevice, DemoWorld
from app.stores.preferences import PreferencesStore
from app.stores.session import Notice, SessionStore, Stage, Wish
from tests.support.devices import FakeBrowser

PIN, OTHER_PIN = Secret("135790"), Secret("975310")
PASSWORD, OTHER_PASSWORD = Secret("correcthorsebatterystaple"), Secret("mein Haus ist blau heute")
PHRASE = Mnemonic("test test test test test test test test test test test junk")


@dataclass
class Phone:
    """A device that can be restarted."""

    folder: Path
    world: DemoWorld = field(default_factory=DemoWorld)
    device: DemoDevice = field(default_factory=DemoDevice)
    browser: FakeBrowser = field(default_factory=FakeBrowser)
    terms: str = "2026-11-01"

    def app(self) -> SessionStore:
        """The app, started anew; the one before is gone without tidying up."""
        self.device.crash()
        self.gateway = DemoGateway(self.world, self.device)
        self.preferences = PreferencesStore(self.folder)
        return SessionStore(
            self.gateway, self.browser, self.preferences, terms_version=self.terms, language=lambda: "en"
        )

    async def started(self) -> SessionStore:
        """The app after its start."""
        session = self.app()
        await session.start()
        return session

    async def at(self, stage: Stage) -> SessionStore:
        """The app of a new user at a stage of the onboarding."""
        session = await self.started()
        session.begin(Wish.REGISTER)
        if session.stage is Stage.TERMS and stage is not Stage.TERMS:
            session.accept_terms()
        steps = {
            Stage.PIN: lambda: session.sign_in(register=True),
            Stage.PASSWORD: lambda: _now(session.choose_pin(PIN)),
            Stage.WALLET_CHOICE: lambda: session.secure(PASSWORD),
            Stage.PHRASE: session.create_wallet,
            Stage.MAIN: session.confirm_phrase,
        }
        for reached, step in steps.items():
            if session.stage is stage:
                break
            await step()
            assert session.stage is reached, session.error
        assert session.stage is stage
        return session


async def _now(_: None) -> None:
    """So that a plain action can stand among the async ones."""


def code(session: SessionStore) -> ErrorCode | None:
    return session.error.code if session.error else None


@pytest.fixture
def phone(tmp_path: Path) -> Phone:
    return Phone(tmp_path)


class TestFirstStart:
    async def test_all_stages_in_order(self, phone: Phone) -> None:
        session = phone.app()
        seen = [session.stage]

        def note(*_: object) -> None:
            if seen[-1] is not session.stage:
                seen.append(session.stage)

        session.subscribe(note)  # type: ignore[attr-defined]
        phone.preferences.subscribe(note)  # type: ignore[attr-defined]
        await session.start()
        session.begin(Wish.REGISTER)
        session.accept_terms()
        await session.sign_in(register=True)
        session.choose_pin(PIN)
        await session.secure(PASSWORD)
        await session.create_wallet()
        await session.confirm_phrase()
        assert seen == [
            Stage.STARTING,
            Stage.WELCOME,
            Stage.TERMS,
            Stage.SIGN_IN,
            Stage.PIN,
            Stage.PASSWORD,
            Stage.WALLET_CHOICE,
            Stage.PHRASE,
            Stage.MAIN,
        ]

    async def test_terms_are_remembered_and_a_new_version_asks_again(self, phone: Phone) -> None:
        await phone.at(Stage.MAIN)
        assert (await phone.started()).stage is Stage.LOCKED
        assert phone.preferences.values.terms_accepted_at is not None
        phone.terms = "2027-01-01"
        session = await phone.started()
        assert session.stage is Stage.TERMS
        session.accept_terms()
        assert session.stage is Stage.LOCKED

    async def test_back_leads_out_step_by_step(self, phone: Phone) -> None:
        session = await phone.at(Stage.PASSWORD)
        await session.back()
        assert session.stage is Stage.PIN
        await session.back()
        assert session.stage is Stage.ACCOUNTS
        session.begin(Wish.SIGN_IN)
        assert session.stage is Stage.SIGN_IN
        await session.back()
        assert session.stage is Stage.ACCOUNTS

    async def test_back_leaves_the_choice_of_a_wallet(self, phone: Phone) -> None:
        session = await phone.at(Stage.WALLET_CHOICE)
        await session.back()
        assert (session.stage, session.has_pin) == (Stage.ACCOUNTS, False)
        await session.choose_account(session.accounts[0].username)
        assert session.stage is Stage.LOCKED
        await session.unlock(PIN)
        assert session.stage is Stage.WALLET_CHOICE

    async def test_unreadable_storage_can_be_tried_again(self, phone: Phone) -> None:
        session = phone.app()
        phone.world.faults.fail_next("accounts", AppError(ErrorCode.STORAGE))
        await session.start()
        assert (session.stage, code(session)) == (Stage.STARTING, ErrorCode.STORAGE)
        await session.start()
        assert (session.stage, code(session)) == (Stage.WELCOME, None)


class TestSignIn:
    @pytest.mark.parametrize("where", ["start_sign_in", "finish_sign_in"])
    async def test_a_failure_says_so_and_can_be_repeated(self, phone: Phone, where: str) -> None:
        session = await phone.at(Stage.SIGN_IN)
        phone.world.faults.fail_next(where, AppError(ErrorCode.OFFLINE))
        await session.sign_in()
        assert (session.stage, code(session)) == (Stage.SIGN_IN, ErrorCode.OFFLINE)
        assert phone.browser.open_redirects == 0
        await session.sign_in()
        assert (session.stage, code(session)) == (Stage.PIN, None)

    async def test_waiting_is_shown_and_can_be_cancelled(self, phone: Phone) -> None:
        session = await phone.at(Stage.SIGN_IN)
        phone.browser.gate = asyncio.Event()
        task = asyncio.create_task(session.sign_in())
        while session.browser.url is None:
            await asyncio.sleep(0)
        assert session.browser.waiting
        session.browser.cancel()
        await task
        assert (session.stage, code(session)) == (Stage.SIGN_IN, None)
        assert not session.browser.waiting
        assert phone.browser.open_redirects == 0

    async def test_cancelled_at_the_provider(self, phone: Phone) -> None:
        session = await phone.at(Stage.SIGN_IN)
        phone.browser.answer = {"error": "access_denied"}
        await session.sign_in()
        assert code(session) is ErrorCode.SIGN_IN_CANCELLED

    async def test_another_action_ends_the_waiting(self, phone: Phone) -> None:
        session = await phone.at(Stage.MAIN)
        phone.browser.gate = asyncio.Event()
        renewing = asyncio.create_task(session.renew())
        while not (session.browser.waiting and phone.browser.open_redirects):
            await asyncio.sleep(0)
        await asyncio.wait_for(session.sign_out(), 5)
        await asyncio.wait_for(renewing, 5)
        assert (session.stage, session.notice) == (Stage.ACCOUNTS, Notice.SIGNED_OUT)
        assert (session.busy, phone.browser.open_redirects) == (False, 0)

    async def test_second_tap_while_waiting_does_nothing(self, phone: Phone) -> None:
        session = await phone.at(Stage.SIGN_IN)
        phone.browser.gate = asyncio.Event()
        first = asyncio.create_task(session.sign_in())
        await asyncio.sleep(0.01)
        await session.sign_in()
        phone.browser.gate.set()
        await first
        assert len(phone.browser.opened) == 1
        assert session.stage is Stage.PIN

    async def test_other_account_than_the_chosen_one(self, phone: Phone) -> None:
        session = await phone.at(Stage.WALLET_CHOICE)
        phone.world.ended_sessions.add("alice")
        await session.look_for_wallet()
        assert code(session) is ErrorCode.SESSION_EXPIRED
        phone.browser.answer = {"code": "demo.bob"}
        await session.renew()
        assert session.error is not None
        assert (code(session), dict(session.error.params)) == (
            ErrorCode.OTHER_ACCOUNT,
            {"expected": "alice", "got": "bob"},
        )
        assert [a.username for a in session.accounts] == ["alice"]
        phone.browser.answer = None
        await session.renew()
        assert (session.stage, code(session)) == (Stage.WALLET_CHOICE, None)


class TestRestart:
    """Killing the app at any point loses nothing."""

    async def test_before_the_pin_is_stored(self, phone: Phone) -> None:
        await phone.at(Stage.PASSWORD)
        assert (await phone.started()).stage is Stage.PIN

    async def test_secured_without_a_wallet(self, phone: Phone) -> None:
        await phone.at(Stage.WALLET_CHOICE)
        session = await phone.started()
        assert session.stage is Stage.LOCKED
        await session.unlock(OTHER_PIN)
        assert (session.stage, code(session)) == (Stage.LOCKED, ErrorCode.WRONG_PIN)
        await session.unlock(PIN)
        assert (session.stage, code(session)) == (Stage.WALLET_CHOICE, None)

    async def test_interrupted_creation_goes_on_with_the_same_phrase(self, phone: Phone) -> None:
        session = await phone.at(Stage.WALLET_CHOICE)
        phone.world.faults.fail_next("create_wallet", AppError(ErrorCode.TIMEOUT))
        await session.create_wallet()
        assert (session.stage, code(session)) == (Stage.WALLET_CHOICE, ErrorCode.TIMEOUT)
        pending = phone.device.vaults["alice"].phrase
        session = await phone.started()
        await session.unlock(PIN)
        await session.create_wallet()
        phrase = await session.phrase()
        assert phrase is not None
        assert phrase.phrase() == pending

    async def test_phrase_that_was_not_asked_back_is_shown_again(self, phone: Phone) -> None:
        session = await phone.at(Stage.PHRASE)
        before = await session.phrase()
        session = await phone.started()
        assert session.stage is Stage.LOCKED
        await session.unlock(PIN)
        assert session.stage is Stage.PHRASE
        after = await session.phrase()
        assert before is not None
        assert after is not None
        assert after.words() == before.words()
        await session.confirm_phrase()
        session = await phone.started()
        await session.unlock(PIN)
        assert session.stage is Stage.MAIN

    async def test_expired_session_in_the_onboarding_comes_back_to_the_step(self, phone: Phone) -> None:
        session = await phone.at(Stage.WALLET_CHOICE)
        phone.world.ended_sessions.add("alice")
        await session.create_wallet()
        assert code(session) is ErrorCode.SESSION_EXPIRED
        await session.renew()
        await session.create_wallet()
        assert session.stage is Stage.PHRASE


class TestRestore:
    async def other_phone(self, phone: Phone, tmp_path: Path) -> Phone:
        await phone.at(Stage.MAIN)
        return Phone(tmp_path / "other", world=phone.world)

    async def test_by_password_on_another_device(self, phone: Phone, tmp_path: Path) -> None:
        other = await self.other_phone(phone, tmp_path)
        session = await other.at(Stage.PASSWORD)
        assert session.found is True
        await session.secure(OTHER_PASSWORD)
        assert (session.stage, code(session)) == (Stage.PASSWORD, ErrorCode.WRONG_PASSWORD)
        await session.secure(PASSWORD)
        assert session.stage in {Stage.MAIN, Stage.PHRASE}
        mine, theirs = phone.device.vaults["alice"].phrase, other.device.vaults["alice"].phrase
        assert mine == theirs

    async def test_by_phrase(self, phone: Phone) -> None:
        session = await phone.at(Stage.WALLET_CHOICE)
        session.restore_by_phrase()
        assert session.stage is Stage.RESTORE
        await session.restore(PHRASE)
        assert session.stage is Stage.MAIN

    async def test_another_wallet_is_only_replaced_when_told_to(self, phone: Phone, tmp_path: Path) -> None:
        other = await self.other_phone(phone, tmp_path)
        session = await other.at(Stage.PASSWORD)
        other.world.faults.fail_next("restore_from_service", AppError(ErrorCode.OFFLINE))
        await session.secure(PASSWORD)
        assert (session.stage, code(session)) == (Stage.WALLET_CHOICE, ErrorCode.OFFLINE)
        session.restore_by_phrase()
        assert session.stage is Stage.PASSWORD
        await session.secure(PASSWORD)
        await session.restore(PHRASE)
        assert (session.stage, code(session)) == (Stage.RESTORE, ErrorCode.OTHER_WALLET_EXISTS)
        await session.restore(PHRASE, replace=True)
        assert session.stage is Stage.MAIN

    async def test_no_answer_of_the_service_is_not_a_no(self, phone: Phone) -> None:
        session = await phone.at(Stage.PIN)
        session.found = None
        session.choose_pin(PIN)
        await session.secure(PASSWORD)
        phone.world.faults.offline = True
        await session.look_for_wallet()
        assert (session.found, code(session)) == (None, ErrorCode.OFFLINE)

    async def test_bad_phrase_is_an_error_value(self, phone: Phone) -> None:
        session = await phone.at(Stage.WALLET_CHOICE)
        error = session.check_phrase(Mnemonic("test test"))
        assert error is not None
        assert error.code is ErrorCode.PHRASE_LENGTH


class TestLock:
    async def test_lock_drops_everything_and_tells_the_others(self, phone: Phone) -> None:
        session = await phone.at(Stage.MAIN)
        wallet, told = session.wallet, []
        session.on_lock(lambda: told.append(session.wallet))
        await session.lock()
        assert (session.stage, told) == (Stage.LOCKED, [None])
        assert wallet is not None
        with pytest.raises(AppError):
            await wallet.address("ETH")

    async def test_wrong_pins_then_a_pause_that_a_restart_keeps(self, phone: Phone) -> None:
        await phone.at(Stage.MAIN)
        session = await phone.started()
        left = []
        for _ in range(4):
            await session.unlock(OTHER_PIN)
            assert session.error is not None
            left.append(session.error.params["tries_left"])
        assert left == [3, 2, 1, None]
        session = await phone.started()
        assert session.account is not None
        assert session.account.pin_pause_until is not None
        await session.unlock(PIN)
        assert code(session) is ErrorCode.PIN_PAUSED
        phone.world.clock.step(11)
        await session.unlock(PIN)
        assert session.stage is Stage.MAIN

    @pytest.mark.parametrize("action", ["unlock", "create_wallet"])
    async def test_a_lock_while_opening_wins(self, phone: Phone, action: str) -> None:
        session = await phone.at(Stage.MAIN if action == "unlock" else Stage.WALLET_CHOICE)
        if action == "unlock":
            await session.lock()
        phone.world.faults.hold(action)
        task = asyncio.create_task(session.unlock(PIN) if action == "unlock" else session.create_wallet())
        await asyncio.sleep(0)
        await session.lock()
        phone.world.faults.release(action)
        await task
        assert (session.stage, session.wallet, session.has_pin) == (Stage.LOCKED, None, False)

    async def test_locking_before_there_is_a_wallet_closes_what_the_pin_opened(self, phone: Phone) -> None:
        session = await phone.at(Stage.WALLET_CHOICE)
        before = session.account
        await session.lock()
        assert session.stage is Stage.LOCKED
        assert session.account is not before
        await session.unlock(PIN)
        assert (session.stage, code(session)) == (Stage.WALLET_CHOICE, None)

    async def test_pin_is_not_kept_once_the_wallet_is_open(self, phone: Phone) -> None:
        session = await phone.at(Stage.MAIN)
        assert not session.has_pin
        assert "135790" not in repr(vars(session))


class TestSeveralUsers:
    async def second_user(self, phone: Phone) -> SessionStore:
        session = await phone.at(Stage.MAIN)
        await session.switch_account()
        session.begin(Wish.REGISTER)
        phone.gateway.identity.next_user = "bob"
        await session.sign_in(register=True)
        session.choose_pin(OTHER_PIN)
        await session.secure(PASSWORD)
        await session.create_wallet()
        await session.confirm_phrase()
        assert session.stage is Stage.MAIN
        return session

    async def test_both_are_offered_at_the_next_start(self, phone: Phone) -> None:
        await self.second_user(phone)
        session = await phone.started()
        assert session.stage is Stage.ACCOUNTS
        assert [a.username for a in session.accounts] == ["bob", "alice"]
        await session.choose_account("alice")
        await session.unlock(PIN)
        assert session.wallet is not None
        assert session.wallet.account.username == "alice"

    async def test_signing_out_keeps_the_wallet(self, phone: Phone) -> None:
        session = await phone.at(Stage.MAIN)
        await session.sign_out()
        assert (session.stage, session.notice) == (Stage.ACCOUNTS, Notice.SIGNED_OUT)
        await session.choose_account("alice")
        await session.unlock(PIN)
        assert session.wallet is not None
        assert session.wallet.needs_sign_in
        await session.renew()
        assert not session.wallet.needs_sign_in
        assert session.stage is Stage.MAIN

    async def test_removing_the_only_account_ends_at_the_welcome(self, phone: Phone) -> None:
        session = await phone.at(Stage.MAIN)
        await session.remove_account("alice")
        assert (session.stage, session.notice, session.wallet) == (Stage.WELCOME, Notice.REMOVED, None)
        assert phone.device.vaults == {}
        assert phone.preferences.pin_length("alice") is None


async def test_open_elsewhere_and_retry(phone: Phone) -> None:
    session = phone.app()
    phone.device.opened = True
    await session.start()
    assert session.stage is Stage.ELSEWHERE
    phone.device.opened = False
    await session.start()
    assert session.stage is Stage.WELCOME
