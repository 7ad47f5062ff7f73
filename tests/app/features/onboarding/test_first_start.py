"""From the welcome to Home, as a user taps through it."""

from __future__ import annotations

import asyncio
from pathlib import Path

import flet as ft
import pytest

from app.core.errors import AppError, ErrorCode
from app.stores.session import Stage
from tests.support.app import PASSWORD, PIN, AppUnderTest
from tests.support.driver import FletDriver

KEYS = [f"pin-{digit}" for digit in PIN]


@pytest.fixture
def app(tmp_path: Path) -> AppUnderTest:
    return AppUnderTest(tmp_path)


def phrase_of(app: AppUnderTest) -> list[str]:
    return (app.device.vaults["alice"].phrase or "").split()


async def go_to(stage: Stage, app: AppUnderTest, driver: FletDriver) -> None:
    """Tap from the welcome screen to a stage."""

    async def sign_in() -> None:
        await driver.tap("sign-in-start")

    async def pin() -> None:
        await driver.tap_fast(KEYS)
        await driver.tap_fast(KEYS)

    async def password() -> None:
        await driver.type("password", PASSWORD)
        await driver.tap("password-continue")

    async def check() -> None:
        await driver.tap("phrase-reveal")
        await driver.tap("phrase-written")
        await answer(app, driver)
        await driver.tap("phrase-check")

    steps = {
        Stage.WELCOME: lambda: driver.tap("welcome-create"),
        Stage.TERMS: lambda: driver.tap("terms-accept"),
        Stage.SIGN_IN: sign_in,
        Stage.PIN: pin,
        Stage.PASSWORD: password,
        Stage.WALLET_CHOICE: lambda: driver.tap("wallet-create"),
        Stage.PHRASE: check,
    }
    for here, step in steps.items():
        if here is stage:
            break
        assert app.services.session.stage is here
        await step()
    assert app.services.session.stage is stage


async def answer(app: AppUnderTest, driver: FletDriver, *, wrong: bool = False) -> list[int]:
    """Fill in the words that are asked back."""
    words = phrase_of(app)
    asked = [n for n in range(1, 25) if driver.has(f"phrase-word-{n}")]
    for number, position in enumerate(asked):
        word = words[position - 1]
        await driver.type(
            f"phrase-word-{position}", "zoo" if wrong and number == 1 and word != "zoo" else word
        )
    return asked


async def test_to_home_in_one_go(app: AppUnderTest) -> None:
    async with app.driver() as driver:
        await go_to(Stage.MAIN, app, driver)
        assert driver.has("nav-home")


class TestWelcome:
    async def test_both_ways_lead_to_the_terms(self, app: AppUnderTest) -> None:
        async with app.driver() as driver:
            await driver.tap("welcome-restore")
            assert driver.shows("Before you start")
            await driver.tap("back")
            await driver.tap("welcome-create")
            assert driver.shows("Before you start")

    async def test_language_and_brightness_change_at_once(self, app: AppUnderTest) -> None:
        async with app.driver() as driver:
            await driver.tap("language")
            await driver.tap("language-de")
            await driver.end_closing()
            assert driver.has("Deutsch")
            assert app.services.preferences.language == "de"
            await driver.tap("language")
            await driver.tap("theme-dark")
            assert driver.page.theme_mode is ft.ThemeMode.DARK

    @pytest.mark.parametrize("brand", ["etopay", "juno"])
    @pytest.mark.parametrize("size", [(390, 844), (820, 1180), (1280, 860)])
    async def test_each_brand_at_each_width(
        self, app: AppUnderTest, brand: str, size: tuple[int, int]
    ) -> None:
        app.brand = brand
        async with app.driver(size=size) as driver:
            assert driver.has("welcome-create")
            assert driver.has("welcome-restore")


class TestTerms:
    async def test_texts_open_and_the_version_is_recorded(self, app: AppUnderTest) -> None:
        async with app.driver() as driver:
            await go_to(Stage.TERMS, app, driver)
            assert driver.has("Step 1 of 5")
            (name,) = [c for c in driver.all(ft.Text) if c.value == "Privacy notice"]
            assert name.max_lines is None
            await driver.tap("terms-privacy")
            assert len(driver.texts()) > 10
            await driver.dismiss()
            await driver.tap("terms-accept")
        legal = app.services.brand.legal
        accepted = app.services.preferences.values.terms_version
        assert accepted == f"{legal.terms_version}/{legal.privacy_version}"


class TestWalletChoice:
    async def test_what_stands_below_a_reason_may_wrap(self, app: AppUnderTest) -> None:
        app.brand = "juno"
        async with app.driver() as driver:
            await go_to(Stage.WALLET_CHOICE, app, driver)
            (words,) = [c for c in driver.all(ft.Text) if c.value == "You see them next and write them down."]
            assert words.max_lines is None


class TestSignIn:
    async def test_waiting_can_be_cancelled_and_started_again(self, app: AppUnderTest) -> None:
        app.browser.gate = asyncio.Event()
        async with app.driver() as driver:
            await go_to(Stage.SIGN_IN, app, driver)
            control, event = driver._handler_of("sign-in-start")
            driver.dispatch(control, event)
            await _until_waiting(app)
            assert driver.shows("Waiting for your browser")
            await driver.tap("sign-in-cancel")
            assert not driver.shows("Waiting for your browser")
            app.browser.gate.set()
            await driver.tap("sign-in-start")
            assert app.services.session.stage is Stage.PIN

    @pytest.mark.parametrize(
        ("error", "sentence"),
        [
            (AppError(ErrorCode.OFFLINE), "We cannot reach our service"),
            (AppError(ErrorCode.TIMEOUT), "This takes longer than it should"),
            (AppError(ErrorCode.SERVICE, status=500), "Our service has a problem at the moment"),
        ],
    )
    async def test_each_failure_has_its_sentence(
        self, app: AppUnderTest, error: AppError, sentence: str
    ) -> None:
        async with app.driver() as driver:
            await go_to(Stage.SIGN_IN, app, driver)
            app.world.faults.fail_next("start_sign_in", error)
            await driver.tap("sign-in-start")
            assert driver.shows(sentence)
            await driver.tap("sign-in-start")
            assert app.services.session.stage is Stage.PIN

    async def test_refused_at_the_provider(self, app: AppUnderTest) -> None:
        app.browser.answer = {"error": "access_denied"}
        async with app.driver() as driver:
            await go_to(Stage.SIGN_IN, app, driver)
            await driver.tap("sign-in-start")
            assert driver.shows("You stopped signing in")


async def _until_waiting(app: AppUnderTest) -> None:
    while app.services.session.browser.url is None:
        await asyncio.sleep(0.001)
    for _ in range(30):
        await asyncio.sleep(0.001)


class TestPhrase:
    async def test_hidden_until_asked_for(self, app: AppUnderTest) -> None:
        async with app.driver() as driver:
            await go_to(Stage.PHRASE, app, driver)
            words = set(phrase_of(app))
            assert not words & set(driver.texts())
            with pytest.raises(AssertionError, match="disabled"):
                await driver.tap("phrase-written")
            await driver.tap("phrase-reveal")
            assert words <= set(driver.texts())

    async def test_a_wrong_word_is_named_and_nothing_is_confirmed(self, app: AppUnderTest) -> None:
        async with app.driver() as driver:
            await go_to(Stage.PHRASE, app, driver)
            await driver.tap("phrase-reveal")
            await driver.tap("phrase-written")
            asked = await answer(app, driver, wrong=True)
            await driver.tap("phrase-check")
            assert driver.shows(f"This is not word {asked[1]}.")
            assert not driver.shows(f"This is not word {asked[0]}.")
            assert app.services.session.stage is Stage.PHRASE
            await answer(app, driver)
            await driver.tap("phrase-check")
            assert app.services.session.stage is Stage.MAIN

    async def test_copying_is_marked_as_secret(self, app: AppUnderTest) -> None:
        async with app.driver() as driver:
            await go_to(Stage.PHRASE, app, driver)
            await driver.tap("phrase-reveal")
            await driver.tap("phrase-copy")
        assert app.clipboard.text.split() == phrase_of(app)
        assert app.clipboard.secret

    async def test_a_copy_outlives_the_way_to_another_window_but_no_lock(self, app: AppUnderTest) -> None:
        async with app.driver() as driver:
            await go_to(Stage.PHRASE, app, driver)
            await driver.tap("phrase-reveal")
            await driver.tap("phrase-copy")
            await driver.lifecycle("inactive", "hide", "show")
            assert app.services.session.stage is Stage.LOCKED
            assert app.clipboard.text.split() == phrase_of(app)
            await app.services.session.lock()
            assert app.clipboard.text == ""

    async def test_each_start_looks_for_a_copy_that_was_left(self, app: AppUnderTest) -> None:
        app.clipboard.text, app.clipboard.secret = "left behind", True
        async with app.driver():
            assert app.clipboard.text == ""

    async def test_going_out_of_sight_locks_and_hides_it(self, app: AppUnderTest) -> None:
        async with app.driver() as driver:
            await go_to(Stage.PHRASE, app, driver)
            await driver.tap("phrase-reveal")
            await driver.lifecycle("inactive", "hide")
            assert driver.has("cover")
            assert not set(phrase_of(app)) & set(driver.texts())
            await driver.lifecycle("show")
            assert app.services.session.stage is Stage.LOCKED


class TestKillAndResume:
    @pytest.mark.parametrize(
        ("stage", "resumed"),
        [
            (Stage.PIN, Stage.PIN),
            (Stage.PASSWORD, Stage.PIN),
            (Stage.WALLET_CHOICE, Stage.LOCKED),
            (Stage.PHRASE, Stage.LOCKED),
        ],
    )
    async def test_restart_goes_on_where_it_was_safe(
        self, app: AppUnderTest, stage: Stage, resumed: Stage
    ) -> None:
        async with app.driver() as driver:
            await go_to(stage, app, driver)
        async with app.driver() as driver:
            assert app.services.session.stage is resumed
            if resumed is Stage.LOCKED:
                await driver.tap_fast(KEYS)
                assert app.services.session.stage is stage
