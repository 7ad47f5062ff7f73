"""Settings as a user taps through them."""

from __future__ import annotations

from pathlib import Path

import flet as ft
import pytest

from app.features.settings.versions import packages
from app.gateway.demo.scenarios import PHRASE
from app.stores.session import Stage
from tests.app.features.unlock.test_unlock import start, type_pin
from tests.support.app import PIN, AppUnderTest
from tests.support.driver import FletDriver

NEW = "864209"


@pytest.fixture
async def app(tmp_path: Path) -> AppUnderTest:
    app = AppUnderTest(tmp_path)
    await app.play("locked")
    return app


async def to_settings(app: AppUnderTest, driver: FletDriver) -> None:
    await start(app, driver)
    await type_pin(app, driver, PIN)
    await driver.tap("nav-settings")
    assert driver.has("settings-pin")


class TestChoices:
    async def test_language_changes_every_word_at_once(self, app: AppUnderTest) -> None:
        async with app.driver() as driver:
            await to_settings(app, driver)
            await driver.tap("settings-language")
            await driver.tap("settings-language-de")
            assert app.services.preferences.language == "de"
            current = driver.page.locale_configuration
            assert current is not None
            assert current.current_locale is not None
            assert current.current_locale.language_code == "de"

    async def test_brightness(self, app: AppUnderTest) -> None:
        async with app.driver() as driver:
            await to_settings(app, driver)
            await driver.tap("settings-theme")
            await driver.tap("settings-theme-dark")
            assert driver.page.theme_mode is ft.ThemeMode.DARK

    async def test_hide_amounts(self, app: AppUnderTest) -> None:
        async with app.driver() as driver:
            await to_settings(app, driver)
            await driver.change("settings-hide-amounts", True)
            assert app.services.preferences.hide_amounts

    async def test_less_motion(self, app: AppUnderTest) -> None:
        async with app.driver() as driver:
            await to_settings(app, driver)
            await driver.change("settings-less-motion", True)
            assert app.services.preferences.less_motion

    async def test_lock_after(self, app: AppUnderTest) -> None:
        async with app.driver() as driver:
            await to_settings(app, driver)
            await driver.tap("settings-auto-lock")
            await driver.tap("settings-auto-lock-15")
            assert app.services.preferences.auto_lock_minutes == 15
            assert driver.shows("15 minutes")


class TestProtection:
    @pytest.mark.parametrize(
        ("guarded", "count", "said"),
        [(True, "4/4", "Your wallet is well protected"), (False, "3/4", "One protection is missing")],
    )
    async def test_the_headline_agrees_with_the_count(
        self, app: AppUnderTest, guarded: bool, count: str, said: str
    ) -> None:
        async with app.driver() as driver:
            await start(app, driver)
            app.services.devices.key_store.protected = guarded  # type: ignore[misc]
            await type_pin(app, driver, PIN)
            await driver.tap("nav-settings")
            shown = driver.texts_in("settings-protection")
            assert count in shown
            assert said in shown


class TestChangePin:
    async def test_old_then_new_twice(self, app: AppUnderTest) -> None:
        async with app.driver() as driver:
            await to_settings(app, driver)
            await driver.tap("settings-pin")
            await type_pin(app, driver, PIN)
            await type_pin(app, driver, NEW)
            await type_pin(app, driver, NEW)
            assert driver.shows("Your PIN is changed")
            await app.services.session.lock()
            await driver.settle()
            await type_pin(app, driver, PIN)
            assert driver.shows("Wrong PIN.")
            await type_pin(app, driver, NEW)
            assert app.services.session.stage is Stage.MAIN

    async def test_wrong_old_pin(self, app: AppUnderTest) -> None:
        async with app.driver() as driver:
            await to_settings(app, driver)
            await driver.tap("settings-pin")
            await type_pin(app, driver, NEW)
            assert driver.shows("Wrong PIN.")
            assert driver.shows("First your present PIN.")

    async def test_a_pause_is_counted_down(self, app: AppUnderTest) -> None:
        async with app.driver() as driver:
            await to_settings(app, driver)
            await driver.tap("settings-pin")
            for _ in range(5):
                await type_pin(app, driver, NEW)
            assert driver.shows("Too many wrong PINs. Wait 0:")
            with pytest.raises(AssertionError, match="disabled"):
                await driver.tap("pin-1")


class TestPhrase:
    async def test_needs_the_pin_and_goes_when_hidden(self, app: AppUnderTest) -> None:
        async with app.driver() as driver:
            await to_settings(app, driver)
            await driver.tap("settings-phrase")
            assert "junk" not in driver.texts()
            await type_pin(app, driver, PIN)
            assert set(PHRASE.split()) <= set(driver.texts())
            await driver.tap("phrase-hide")
            assert "junk" not in driver.texts()

    async def test_locking_takes_it_off_the_screen(self, app: AppUnderTest) -> None:
        async with app.driver() as driver:
            await to_settings(app, driver)
            await driver.tap("settings-phrase")
            await type_pin(app, driver, PIN)
            await driver.lifecycle("inactive")
            await driver.lifecycle("show")
            assert app.services.session.stage is Stage.LOCKED
            assert "junk" not in driver.texts()


class TestLeaving:
    async def test_sign_out_says_that_the_wallet_stays(self, app: AppUnderTest) -> None:
        async with app.driver() as driver:
            await to_settings(app, driver)
            await driver.tap("settings-sign-out")
            assert driver.shows("The wallet stays on this device")
            await driver.tap("settings-sign-out-confirm")
            assert driver.shows("You are signed out")
            assert "alice" in app.device.vaults
            assert not app.device.vaults["alice"].signed_in

    async def test_only_a_session_that_ended_by_itself_is_called_ended(self, app: AppUnderTest) -> None:
        async with app.driver() as driver:
            await to_settings(app, driver)
            await driver.tap("settings-sign-out")
            await driver.tap("settings-sign-out-confirm")
        async with app.driver() as driver:
            await type_pin(app, driver, PIN)
            assert driver.has("renew-session")
            assert driver.shows("You are signed out")
            assert not driver.shows("has ended")
            await driver.tap("Sign in")
            assert not driver.has("renew-session")
            app.world.end_session("alice")
            app.services.session.look_at_session()
            await driver.settle()
            assert driver.shows("Your session has ended.")
            assert not driver.shows("You are signed out")

    async def test_session_that_ended_can_be_renewed_without_leaving(self, app: AppUnderTest) -> None:
        async with app.driver() as driver:
            await to_settings(app, driver)
            app.world.end_session("alice")
            app.services.session.look_at_session()
            await driver.settle()
            assert driver.has("renew-session")
            await driver.tap("Sign in")
            assert not driver.has("renew-session")
            assert driver.has("settings-pin")

    async def test_remove_says_what_goes_and_asks_for_the_pin(self, app: AppUnderTest) -> None:
        async with app.driver() as driver:
            await to_settings(app, driver)
            await driver.tap("settings-remove")
            assert driver.shows("The keys, the PIN,")
            assert driver.shows("Your money on the networks,")
            await driver.tap("remove-confirm")
            await type_pin(app, driver, NEW)
            assert driver.shows("Wrong PIN. 3 tries left")
            assert app.device.vaults["alice"].wrong_pins == 1
            assert app.services.session.stage is Stage.MAIN
            await type_pin(app, driver, PIN)
            assert app.services.session.stage is Stage.WELCOME
            assert app.device.vaults == {}

    async def test_lock_now(self, app: AppUnderTest) -> None:
        async with app.driver() as driver:
            await to_settings(app, driver)
            await driver.tap("settings-lock")
            assert app.services.session.stage is Stage.LOCKED


@pytest.mark.parametrize(
    "page", ["settings-terms", "settings-privacy", "settings-licences", "settings-about"]
)
@pytest.mark.parametrize("brand", ["etopay", "juno"])
async def test_pages_open_and_back_leads_home(app: AppUnderTest, page: str, brand: str) -> None:
    app.brand = brand
    async with app.driver(size=(820, 1180)) as driver:
        await to_settings(app, driver)
        await driver.tap(page)
        assert not driver.has("settings-lock")
        await driver.back()
        assert driver.has("settings-lock")
        await driver.back()
        assert not driver.has("settings-lock")


def test_licences_are_those_of_the_app_only() -> None:
    names = {package.name.lower() for package in packages()}
    assert {"flet", "httpx", "babel"} <= names
    assert not names & {"pytest", "mypy", "ruff"}
    assert all(package.version for package in packages())
