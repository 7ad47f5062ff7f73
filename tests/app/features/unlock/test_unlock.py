"""The lock screen and the account chooser."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest

from app.core.errors import AppError, ErrorCode
from app.core.secret import Secret
from app.gateway.demo.account import DemoAccount
from app.gateway.demo.wallet import DemoWallet
from app.stores.session import Stage
from app.widgets.pin_pause import pause_clock
from tests.support.app import PIN, AppUnderTest
from tests.support.driver import FletDriver

OTHER = "975310"


@pytest.fixture
async def app(tmp_path: Path) -> AppUnderTest:
    app = AppUnderTest(tmp_path)
    await app.play("locked")
    return app


async def start(app: AppUnderTest, driver: FletDriver) -> None:
    """Accept the terms that a device of a scenario has not seen."""
    if app.services.session.stage is Stage.TERMS:
        await driver.tap("terms-accept")
    assert app.services.session.stage is Stage.LOCKED


async def type_pin(app: AppUnderTest, driver: FletDriver, pin: str) -> None:
    await driver.tap_fast([f"pin-{digit}" for digit in pin])
    if app.services.session.pin_length is None and driver.has("pin-done"):
        await driver.tap("pin-done")


class TestUnlock:
    async def test_new_terms_are_no_step_of_a_known_account(self, app: AppUnderTest) -> None:
        async with app.driver() as driver:
            assert app.services.session.stage is Stage.TERMS
            assert driver.shows("Before you start")
            assert not driver.has("Step 1 of 5")

    async def test_the_name_greets_and_the_pin_opens(self, app: AppUnderTest) -> None:
        async with app.driver() as driver:
            await start(app, driver)
            assert driver.shows("Hello Alice")
            await type_pin(app, driver, PIN)
            assert app.services.session.stage is Stage.MAIN
            assert driver.has("nav-home")

    async def test_works_without_a_connection(self, app: AppUnderTest) -> None:
        app.world.faults.offline = True
        async with app.driver() as driver:
            await start(app, driver)
            await type_pin(app, driver, PIN)
            assert app.services.session.stage is Stage.MAIN

    async def test_wrong_pins_are_counted_then_a_pause_is_counted_down(self, app: AppUnderTest) -> None:
        async with app.driver() as driver:
            await start(app, driver)
            for left in ("3 tries left", "2 tries left", "1 try left"):
                await type_pin(app, driver, OTHER)
                assert driver.shows(f"Wrong PIN. {left}")
            await type_pin(app, driver, OTHER)
            assert driver.shows("Too many wrong PINs. Wait 0:")
            with pytest.raises(AssertionError, match="disabled"):
                await driver.tap("pin-1")
            app.world.clock.step(20)
            await driver.until(lambda: not driver.shows("Too many wrong PINs."))
            await type_pin(app, driver, PIN)
            assert app.services.session.stage is Stage.MAIN

    async def test_the_pause_outlives_a_restart(self, app: AppUnderTest) -> None:
        async with app.driver() as driver:
            await start(app, driver)
            for _ in range(4):
                await type_pin(app, driver, OTHER)
        async with app.driver() as driver:
            assert driver.shows("Too many wrong PINs.")

    async def test_a_pause_that_only_the_first_try_brings_to_light_is_counted_down(
        self, app: AppUnderTest, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """The SDK tells of a pause from before a restart when it is asked to unlock."""
        until, unlock = DemoAccount.pin_pause_until, DemoAccount.unlock
        tried: set[DemoAccount] = set()

        async def trying(account: DemoAccount, pin: Secret) -> DemoWallet:
            tried.add(account)
            return await unlock(account, pin)

        def known(account: DemoAccount) -> datetime | None:
            return until.__get__(account) if account in tried else None

        monkeypatch.setattr(DemoAccount, "pin_pause_until", property(known))
        monkeypatch.setattr(DemoAccount, "unlock", trying)
        async with app.driver() as driver:
            await start(app, driver)
            for _ in range(4):
                await type_pin(app, driver, OTHER)
        async with app.driver() as driver:
            assert not driver.shows("Too many wrong PINs.")
            await type_pin(app, driver, PIN)
            assert driver.shows("Too many wrong PINs. Wait 0:")
            with pytest.raises(AssertionError, match="disabled"):
                await driver.tap("pin-1")
            app.world.clock.step(20)
            await driver.until(lambda: not driver.shows("Too many wrong PINs."))
            await type_pin(app, driver, PIN)
            assert app.services.session.stage is Stage.MAIN

    async def test_damaged_storage_says_what_is_safe(self, app: AppUnderTest) -> None:
        async with app.driver() as driver:
            await start(app, driver)
            app.world.faults.fail_next("unlock", AppError(ErrorCode.STORAGE_DAMAGED))
            await type_pin(app, driver, PIN)
            assert driver.shows("The wallet file on this device is damaged")
            assert driver.shows("Your money is safe on the network.")

    async def test_open_elsewhere_and_try_again(self, app: AppUnderTest) -> None:
        def crash_is_not_allowed() -> None:
            app.device.opened = True

        app.device.crash = crash_is_not_allowed  # type: ignore[method-assign]
        async with app.driver() as driver:
            assert driver.has("elsewhere")
            app.device.opened = False
            await driver.tap("Try again")
            assert app.services.session.stage in {Stage.TERMS, Stage.LOCKED}

    async def test_forgotten_pin_removes_only_after_the_word(self, app: AppUnderTest) -> None:
        async with app.driver() as driver:
            await start(app, driver)
            await driver.tap("unlock-forgot")
            with pytest.raises(AssertionError, match="disabled"):
                await driver.tap("remove-confirm")
            await driver.type("remove-word", "remove")
            await driver.tap("remove-confirm")
            assert app.services.session.stage is Stage.WELCOME
            assert app.device.vaults == {}


class TestAccounts:
    async def test_from_the_lock_screen_to_another_account(self, app: AppUnderTest) -> None:
        async with app.driver() as driver:
            await start(app, driver)
            await driver.tap("unlock-other")
            assert driver.shows("Who is it?")
            await driver.tap("accounts-other")
            app.browser.answer = {"code": "demo.bob"}
            await driver.tap("sign-in-start")
            assert app.services.session.stage is Stage.PIN
        async with app.driver() as driver:
            assert driver.has("account-alice")
            assert driver.has("account-bob")
            assert driver.shows("Set-up not finished")
            await driver.tap("account-alice")
            assert driver.shows("Hello Alice")


@pytest.mark.parametrize(("seconds", "shown"), [(9, "0:09"), (750, "12:30"), (3600, "1:00:00")])
def test_clock(seconds: int, shown: str) -> None:
    assert pause_clock(seconds) == shown
