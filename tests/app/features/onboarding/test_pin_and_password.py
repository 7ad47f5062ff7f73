"""Choosing PIN and password, with everything that can be said about them."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.core.errors import AppError, ErrorCode
from app.stores.session import Stage
from tests.app.features.onboarding.test_first_start import go_to
from tests.support.app import PASSWORD, AppUnderTest
from tests.support.driver import FletDriver


@pytest.fixture
def app(tmp_path: Path) -> AppUnderTest:
    return AppUnderTest(tmp_path)


async def type_pin(driver: FletDriver, pin: str) -> None:
    await driver.tap_fast([f"pin-{digit}" for digit in pin])


class TestPin:
    async def test_twenty_keys_a_second_are_all_taken(self, app: AppUnderTest) -> None:
        async with app.driver() as driver:
            await go_to(Stage.PIN, app, driver)
            await driver.tap("pin-longer")
            await type_pin(driver, "839201746512")
            await driver.tap("pin-done")
            await type_pin(driver, "839201746512")
            assert app.services.session.stage is Stage.PASSWORD

    async def test_hardware_keys_work_too(self, app: AppUnderTest) -> None:
        async with app.driver() as driver:
            await go_to(Stage.PIN, app, driver)
            assert driver.has("pin-choose")
            await type_pin(driver, "83920")
            await driver.tap("pin-delete")
            await type_pin(driver, "01")
            assert driver.shows("Repeat your PIN")

    @pytest.mark.parametrize(
        ("pin", "warning"),
        [
            ("123456", "123456 is a run."),
            ("111111", "111111 is one digit again and again."),
            ("474747", "This repeats a pattern."),
            ("240387", "This looks like a date."),
        ],
    )
    async def test_weak_ones_are_warned_of_but_may_be_used(
        self, app: AppUnderTest, pin: str, warning: str
    ) -> None:
        async with app.driver() as driver:
            await go_to(Stage.PIN, app, driver)
            await type_pin(driver, pin)
            assert driver.shows(warning)
            assert driver.shows("Choose a PIN")
            await driver.tap("pin-anyway")
            await type_pin(driver, pin)
            assert app.services.session.stage is Stage.PASSWORD

    async def test_warning_comes_while_typing(self, app: AppUnderTest) -> None:
        async with app.driver() as driver:
            await go_to(Stage.PIN, app, driver)
            await type_pin(driver, "12345")
            assert driver.shows("12345 is a run. Easy to guess.")

    async def test_two_that_differ(self, app: AppUnderTest) -> None:
        async with app.driver() as driver:
            await go_to(Stage.PIN, app, driver)
            await type_pin(driver, "135790")
            await type_pin(driver, "135791")
            assert driver.shows("The two PINs differ.")
            assert app.services.session.stage is Stage.PIN
            await type_pin(driver, "135790")
            await type_pin(driver, "135790")
            assert app.services.session.stage is Stage.PASSWORD


class TestPassword:
    async def test_strength_follows_the_typing(self, app: AppUnderTest) -> None:
        async with app.driver() as driver:
            await go_to(Stage.PASSWORD, app, driver)
            await driver.type("password", "hunter2")
            assert driver.shows("Add words.")
            with pytest.raises(AssertionError, match="disabled"):
                await driver.tap("password-continue")
            await driver.type("password", PASSWORD)
            assert driver.shows("trong.")
            await driver.tap("password-continue")
            assert app.services.session.stage is Stage.WALLET_CHOICE

    async def test_it_can_be_shown(self, app: AppUnderTest) -> None:
        async with app.driver() as driver:
            await go_to(Stage.PASSWORD, app, driver)
            assert driver._field("password").password
            await driver.tap("Show")
            assert not driver._field("password").password

    async def test_storage_failure_keeps_what_was_typed(self, app: AppUnderTest) -> None:
        async with app.driver() as driver:
            await go_to(Stage.PASSWORD, app, driver)
            await driver.type("password", PASSWORD)
            app.world.faults.fail_next("secure", AppError(ErrorCode.STORAGE))
            await driver.tap("password-continue")
            assert driver.shows("This device would not save it")
            await driver.tap("password-continue")
            assert app.services.session.stage is Stage.WALLET_CHOICE


class TestWalletChoice:
    @pytest.mark.parametrize(
        ("error", "sentence"),
        [
            (AppError(ErrorCode.OFFLINE), "We cannot reach our service"),
            (AppError(ErrorCode.SERVICE, status=500), "Our service has a problem at the moment"),
            (AppError(ErrorCode.STORAGE), "This device would not save it"),
        ],
    )
    async def test_creation_that_fails_can_be_repeated(
        self, app: AppUnderTest, error: AppError, sentence: str
    ) -> None:
        async with app.driver() as driver:
            await go_to(Stage.WALLET_CHOICE, app, driver)
            app.world.faults.fail_next("create_wallet", error)
            await driver.tap("wallet-create")
            assert driver.shows(sentence)
            await driver.tap("wallet-create")
            assert app.services.session.stage is Stage.PHRASE

    async def test_nothing_is_created_before_the_service_has_answered(self, app: AppUnderTest) -> None:
        app.world.faults.fail_next("has_wallet_elsewhere", AppError(ErrorCode.OFFLINE), times=2)
        async with app.driver() as driver:
            await go_to(Stage.WALLET_CHOICE, app, driver)
            assert driver.shows("Looking for your wallet")
            assert driver.shows("We cannot reach our service")
            assert not driver.has("wallet-create")

    async def test_expired_session_signs_in_again_and_comes_back(self, app: AppUnderTest) -> None:
        async with app.driver(forgive=False) as driver:
            await go_to(Stage.WALLET_CHOICE, app, driver)
            app.world.ended_sessions.add("alice")
            await driver.tap("wallet-create")
            assert driver.shows("Your sign-in has ended")
            await driver.tap("Sign in again")
            assert app.services.session.stage is Stage.WALLET_CHOICE
            await driver.tap("wallet-create")
            assert app.services.session.stage is Stage.PHRASE
