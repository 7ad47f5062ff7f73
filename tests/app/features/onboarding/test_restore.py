"""Restoring by phrase and by password."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.core.errors import Action, AppError, ErrorCode
from app.features.onboarding.phrase_input import read_phrase, suggestions, wrong_words
from app.gateway.demo.scenarios import PHRASE
from app.stores.session import Stage
from tests.app.features.onboarding.test_first_start import go_to
from tests.support.app import PASSWORD, AppUnderTest

ANOTHER = "legal winner thank year wave sausage worth useful legal winner thank yellow"
NEW_PASSWORD = "drei Berge und ein kalter See"


@pytest.fixture
def app(tmp_path: Path) -> AppUnderTest:
    return AppUnderTest(tmp_path)


class TestByPhrase:
    async def test_typed(self, app: AppUnderTest) -> None:
        async with app.driver() as driver:
            await go_to(Stage.WALLET_CHOICE, app, driver)
            await driver.tap("wallet-restore")
            await driver.type("restore-phrase", PHRASE)
            await driver.tap("restore-continue")
            assert app.services.session.stage is Stage.MAIN

    async def test_pasted_with_numbers_and_line_breaks(self, app: AppUnderTest) -> None:
        app.clipboard.text = "\n".join(f"{n}. {word.upper()}" for n, word in enumerate(PHRASE.split(), 1))
        async with app.driver() as driver:
            await go_to(Stage.WALLET_CHOICE, app, driver)
            await driver.tap("wallet-restore")
            await driver.tap("restore-paste")
            await driver.tap("restore-continue")
            assert app.services.session.stage is Stage.MAIN

    @pytest.mark.parametrize(
        ("phrase", "sentence"),
        [
            ("test tesst test", "Word 2 is not a recovery word: “tesst”."),
            ("test " * 12, "Each word is right, but not together."),
            ("test " * 25, "These are 25 words."),
        ],
    )
    async def test_what_is_wrong_is_said_while_typing(
        self, app: AppUnderTest, phrase: str, sentence: str
    ) -> None:
        async with app.driver() as driver:
            await go_to(Stage.WALLET_CHOICE, app, driver)
            await driver.tap("wallet-restore")
            await driver.type("restore-phrase", phrase)
            assert driver.shows(sentence)
            with pytest.raises(AssertionError, match="disabled"):
                await driver.tap("restore-continue")

    async def test_suggestions_complete_the_word(self, app: AppUnderTest) -> None:
        async with app.driver() as driver:
            await go_to(Stage.WALLET_CHOICE, app, driver)
            await driver.tap("wallet-restore")
            await driver.type("restore-phrase", "test aban")
            await driver.tap("suggest-abandon")
            assert driver._field("restore-phrase").value == "test abandon "


class TestAnotherDevice:
    async def test_by_password(self, app: AppUnderTest, tmp_path: Path) -> None:
        await app.play("locked")
        other = AppUnderTest(tmp_path / "other", world=app.world)
        async with other.driver() as driver:
            await go_to(Stage.PASSWORD, other, driver)
            assert driver.shows("This account has a wallet already.")
            await driver.type("password", "mein Haus ist blau heute")
            await driver.tap("password-continue")
            assert driver.shows("This is not the wallet password")
            await driver.type("password", PASSWORD)
            await driver.tap("password-continue")
            assert other.services.session.wallet is not None
            assert other.device.vaults["alice"].phrase == PHRASE

    async def test_by_phrase_when_the_password_is_forgotten(self, app: AppUnderTest, tmp_path: Path) -> None:
        await app.play("locked")
        other = AppUnderTest(tmp_path / "other", world=app.world)
        async with other.driver() as driver:
            await go_to(Stage.PASSWORD, other, driver)
            await driver.type("password", "mein Haus ist blau heute")
            await driver.tap("password-continue")
            await driver.tap("password-forgot")
            assert driver.shows("Choose a new wallet password")
            assert driver.shows("The old password then opens nothing")
            assert driver._field("password").value == ""
            await driver.tap("back")
            assert driver.shows("This account has a wallet already.")
            await driver.tap("password-forgot")
            await driver.type("password", NEW_PASSWORD)
            await driver.tap("password-continue")
            assert other.services.session.stage is Stage.RESTORE
            assert other.world.shares["alice"].password == PASSWORD
            await driver.type("restore-phrase", PHRASE)
            await driver.tap("restore-continue")
            assert other.services.session.stage is Stage.MAIN
        assert other.device.vaults["alice"].phrase == PHRASE
        assert other.world.shares["alice"].password == NEW_PASSWORD

    async def test_a_password_nobody_knows_never_goes_to_the_service(
        self, app: AppUnderTest, tmp_path: Path
    ) -> None:
        await app.play("locked")
        other = AppUnderTest(tmp_path / "other", world=app.world)
        async with other.driver() as driver:
            await go_to(Stage.PASSWORD, other, driver)
            await driver.type("password", "mein Haus ist blau heute")
            await driver.tap("password-continue")
            await driver.tap("back")
            assert other.services.session.stage is Stage.WALLET_CHOICE
            await driver.tap("wallet-restore")
            assert driver.shows("Choose a new wallet password")
        assert other.world.shares["alice"].password == PASSWORD

    async def test_another_phrase_asks_before_it_replaces(self, app: AppUnderTest, tmp_path: Path) -> None:
        async with app.driver() as driver:
            await go_to(Stage.MAIN, app, driver)
        before = app.world.shares["alice"].phrase
        other = AppUnderTest(tmp_path / "other", world=app.world)
        async with other.driver() as driver:
            await go_to(Stage.PASSWORD, other, driver)
            other.services.session.found = None
            await driver.settle()
            await driver.type("password", PASSWORD)
            await driver.tap("password-continue")
            await driver.tap("wallet-restore")
            await driver.type("password", NEW_PASSWORD)
            await driver.tap("password-continue")
            await driver.type("restore-phrase", PHRASE)
            await driver.tap("restore-continue")
            assert driver.shows("This account already has another wallet")
            assert other.world.shares["alice"].phrase == before
            await driver.tap("restore-replace")
            assert other.services.session.stage is Stage.MAIN
            assert other.world.shares["alice"].phrase == PHRASE

    async def test_going_back_too_late_says_what_happened(self, app: AppUnderTest, tmp_path: Path) -> None:
        await app.play("locked")
        app.world.shares["alice"].phrase = ANOTHER
        other = AppUnderTest(tmp_path / "other", world=app.world)
        async with other.driver() as driver:
            await go_to(Stage.PASSWORD, other, driver)
            await driver.tap("password-forgot")
            await driver.type("password", NEW_PASSWORD)
            await driver.tap("password-continue")
            await driver.type("restore-phrase", PHRASE)
            await driver.tap("restore-continue")
            app.world.faults.fail_next("upload_answer", AppError(ErrorCode.TIMEOUT, Action.RETRY))
            await driver.tap("restore-replace")
            assert driver.shows("This takes longer than it should")
            await driver.tap("back")
            assert other.services.session.stage is Stage.LOCKED
            assert driver.shows("The other wallet was replaced already")
            await driver.tap("Close")
            assert not driver.shows("The other wallet was replaced already")


class TestReading:
    WORDS = ("abandon", "ability", "able", "zoo")

    def test_unfinished_word_is_not_wrong_yet(self) -> None:
        given = read_phrase("zoo ab")
        assert (given.words, given.unfinished) == (("zoo",), "ab")
        assert wrong_words(self.WORDS, given) == ()
        assert suggestions(self.WORDS, "ab") == ("abandon", "ability", "able")

    def test_unfinished_word_that_cannot_become_one(self) -> None:
        assert wrong_words(self.WORDS, read_phrase("zoo abx")) == ((2, "abx"),)

    def test_nothing_typed(self) -> None:
        assert read_phrase(" \n").all_words == ()
        assert suggestions(self.WORDS, "") == ()
