"""Another width, brightness or language while something is half typed: nothing of it may be lost.

A lock is no such change: of a PIN nothing stays.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from app.gateway.demo.scenarios import PHRASE
from app.stores.preferences import ThemeChoice
from app.stores.session import Stage
from tests.app.features.onboarding.test_first_start import answer, go_to
from tests.app.features.payments.test_flow import unlocked
from tests.support.app import PASSWORD, PIN, AppUnderTest
from tests.support.driver import FletDriver
from tests.support.money import STRANGER
from tests.support.screens import SIZES

Change = Callable[[AppUnderTest, FletDriver], Awaitable[None]]


async def width(_: AppUnderTest, driver: FletDriver) -> None:
    for size in SIZES.values():
        await driver.resize(*size)


async def narrower(_: AppUnderTest, driver: FletDriver) -> None:
    for size in reversed(SIZES.values()):
        await driver.resize(*size)


async def brightness(app: AppUnderTest, driver: FletDriver) -> None:
    app.services.preferences.set_theme(ThemeChoice.DARK)
    await driver.settle()


async def language(app: AppUnderTest, driver: FletDriver) -> None:
    app.services.preferences.set_language("de")
    await driver.settle()


changes = pytest.mark.parametrize("change", [width, narrower, brightness, language])
brands = pytest.mark.parametrize("brand", ["etopay", "juno"])


@pytest.fixture
def app(tmp_path: Path, brand: str) -> AppUnderTest:
    return AppUnderTest(tmp_path, brand=brand)


async def keys(driver: FletDriver, digits: str) -> None:
    await driver.tap_fast([f"pin-{digit}" for digit in digits])


@brands
@changes
async def test_choosing_a_pin(app: AppUnderTest, change: Change) -> None:
    async with app.driver() as driver:
        await go_to(Stage.PIN, app, driver)
        await keys(driver, PIN[:4])
        await change(app, driver)
        await keys(driver, PIN[4:])
        assert driver.has("pin-repeat")
        await change(app, driver)
        await keys(driver, PIN[:2])
        await change(app, driver)
        await keys(driver, PIN[2:])
        assert app.services.session.stage is Stage.PASSWORD


@brands
@changes
async def test_the_wallet_password(app: AppUnderTest, change: Change) -> None:
    async with app.driver() as driver:
        await go_to(Stage.PASSWORD, app, driver)
        await driver.type("password", PASSWORD)
        await change(app, driver)
        assert driver._field("password").value == PASSWORD
        await driver.tap("password-continue")
        assert app.services.session.stage is Stage.WALLET_CHOICE


@brands
@changes
async def test_words_that_are_asked_back(app: AppUnderTest, change: Change) -> None:
    async with app.driver() as driver:
        await go_to(Stage.PHRASE, app, driver)
        await driver.tap("phrase-reveal")
        await change(app, driver)
        await driver.tap("phrase-written")
        asked = await answer(app, driver)
        await change(app, driver)
        words = (app.device.vaults["alice"].phrase or "").split()
        assert [driver._field(f"phrase-word-{n}").value for n in asked] == [words[n - 1] for n in asked]
        await driver.tap("phrase-check")
        assert app.services.session.stage is Stage.MAIN


@brands
@changes
async def test_a_recovery_phrase(app: AppUnderTest, change: Change) -> None:
    async with app.driver() as driver:
        await go_to(Stage.WALLET_CHOICE, app, driver)
        await driver.tap("wallet-restore")
        await driver.type("restore-phrase", PHRASE)
        await change(app, driver)
        assert driver._field("restore-phrase").value == PHRASE
        await driver.tap("restore-continue")
        assert app.services.session.stage is Stage.MAIN


@changes
async def test_the_pin_that_opens_and_the_one_that_replaces_it(tmp_path: Path, change: Change) -> None:
    async with unlocked(tmp_path) as (app, driver):
        await app.services.session.lock()
        await driver.settle()
        await keys(driver, PIN[:3])
        await change(app, driver)
        await keys(driver, PIN[3:])
        assert app.services.session.stage is Stage.MAIN
        await driver.go("/settings/pin")
        await keys(driver, PIN[:3])
        await change(app, driver)
        await keys(driver, PIN[3:])
        assert driver.has("pin-choose")
        await keys(driver, "8642")
        await change(app, driver)
        await keys(driver, "09")
        assert driver.has("pin-repeat")


@pytest.mark.parametrize(("change", "amount"), [(width, "0.25"), (brightness, "0.25"), (language, "0,25")])
async def test_a_payment(tmp_path: Path, change: Change, amount: str) -> None:
    async with unlocked(tmp_path) as (app, driver):
        await driver.tap("home-send")
        await driver.until(lambda: driver.has("send-amount"))
        await driver.type("send-amount", "0.25")
        await change(app, driver)
        assert driver._field("send-amount").value == amount
        await driver.type("send-recipient", STRANGER[:20])
        await change(app, driver)
        assert driver._field("send-recipient").value == STRANGER[:20]
        await driver.type("send-recipient", STRANGER)
        await change(app, driver)
        assert driver._field("send-amount").value == amount
        assert driver.has("send-recipient-address")
        await driver.tap("send-review")
        await driver.until(lambda: driver.has("send-confirm"))
        await change(app, driver)
        await driver.until(lambda: driver.has("send-confirm"))
        await driver.tap("send-confirm")
        await driver.until(lambda: driver.has("send-pin"))
        await keys(driver, PIN[:3])
        await change(app, driver)
        await keys(driver, PIN[3:])
        await driver.until(lambda: driver.has("send-progress"))
        assert app.world.chains.transfers[-1].receiver == STRANGER


@changes
async def test_the_word_that_removes(tmp_path: Path, change: Change) -> None:
    async with unlocked(tmp_path) as (app, driver):
        await app.services.session.lock()
        await driver.settle()
        await driver.tap("unlock-forgot")
        await driver.type("remove-word", "rem")
        await change(app, driver)
        await driver.until(lambda: driver.has("remove-word"))
        assert driver._field("remove-word").value == "rem"


async def out_of_sight(_: AppUnderTest, driver: FletDriver) -> None:
    await driver.lifecycle("inactive", "hide", "show", "resume")


async def locked(app: AppUnderTest, driver: FletDriver) -> None:
    await app.services.session.lock()
    await driver.settle()


locks = pytest.mark.parametrize("lock", [out_of_sight, locked])


@locks
@pytest.mark.parametrize("typed", [1, 5])
async def test_of_the_pin_that_opens_nothing_outlives_a_lock(
    tmp_path: Path, lock: Change, typed: int
) -> None:
    async with unlocked(tmp_path) as (app, driver):
        await lock(app, driver)
        await keys(driver, PIN[:typed])
        await lock(app, driver)
        assert driver.has("0 digits entered")
        await keys(driver, PIN[typed:])
        assert app.services.session.stage is Stage.LOCKED
        assert driver.has(f"{len(PIN) - typed} digits entered")


@locks
async def test_of_a_chosen_pin_nothing_outlives_a_lock(tmp_path: Path, lock: Change) -> None:
    app = AppUnderTest(tmp_path)
    async with app.driver() as driver:
        await go_to(Stage.PIN, app, driver)
        for _ in range(2):
            await keys(driver, PIN)
            assert driver.has("pin-repeat")
            await keys(driver, PIN[:2])
            await lock(app, driver)
            assert driver.has("pin-choose")
            assert driver.has("0 digits entered")
        await keys(driver, PIN)
        await keys(driver, PIN)
        assert app.services.session.stage is Stage.PASSWORD
