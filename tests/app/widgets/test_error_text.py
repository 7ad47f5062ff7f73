"""Every error code has a sentence, a next step, and nothing that only a programmer understands."""

import pytest

from app.core.errors import Action, AppError, ErrorCode
from app.core.i18n import load_translator, placeholders
from app.widgets.error_sentences import ADDRESS_REASONS, AMOUNT_REASONS, BUTTONS, TABLE
from app.widgets.error_text import error_text, waiting_time

EN = load_translator("en")
REFUSAL = (
    "Our service does not accept this. Your money is safe. "
    "Trying again will not help: update the app, or tell support code 422."
)
SECRETS = {"pin", "password", "phrase", "share", "token"}


def test_every_code_has_a_sentence_and_a_next_step() -> None:
    assert set(TABLE) == set(ErrorCode)
    for code, (fact, next_step) in TABLE.items():
        assert not fact.endswith("."), code
        assert len(next_step.split()) >= 2, code
        assert next_step.endswith("."), code


@pytest.mark.parametrize("language", ["en", "de"])
@pytest.mark.parametrize("code", ErrorCode)
def test_every_code_reads_well_without_parameters(code: ErrorCode, language: str) -> None:
    words = error_text(load_translator(language), AppError(code))
    assert words.title
    assert words.next_step
    assert "{" not in words.sentence()


@pytest.mark.parametrize("pair", [*TABLE.values(), *ADDRESS_REASONS.values(), *AMOUNT_REASONS.values()])
def test_sentences_are_plain(pair: tuple[str, str]) -> None:
    for sentence in pair:
        assert not SECRETS & placeholders(sentence)
        for jargon in ("null", "exception", "failed", "invalid", "gas", "nonce", "HTTP", "mnemonic", "!"):
            assert jargon not in sentence


def test_every_action_but_none_has_a_word() -> None:
    assert set(BUTTONS) == set(Action)
    assert [action for action, word in BUTTONS.items() if word is None] == [Action.NONE]
    assert error_text(EN, AppError(ErrorCode.OFFLINE, Action.RETRY)).action == "Try again"
    assert error_text(EN, AppError(ErrorCode.OFFLINE)).action is None


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (AppError(ErrorCode.WRONG_PIN, tries_left=2), "Wrong PIN. 2 tries left, then a pause."),
        (AppError(ErrorCode.WRONG_PIN, tries_left=1), "Wrong PIN. 1 try left, then a pause."),
        (AppError(ErrorCode.WRONG_PIN, tries_left=None), "Wrong PIN. Try again."),
        (AppError(ErrorCode.LOCKED), "Your wallet is locked. Open it with your PIN, then go on."),
        (AppError(ErrorCode.REFUSED, status=422), REFUSAL),
        (AppError(ErrorCode.PIN_PAUSED, seconds=61), "Too many wrong PINs. Wait 2 minutes, then try again."),
        (
            AppError(ErrorCode.PHRASE_WORD, position=3, word="ancor"),
            "Word 3 is not a recovery word: “ancor”.",
        ),
        (
            AppError(ErrorCode.NOT_ENOUGH, have="0.20", need="0.25042", symbol="ETH"),
            "There is not enough for this payment. Send less, or receive some first.",
        ),
        (
            AppError(ErrorCode.INVALID_ADDRESS, network="Ethereum", reason="too_short", missing=2),
            "This is not an address on Ethereum: 2 characters are missing.",
        ),
        (
            AppError(ErrorCode.INVALID_ADDRESS, network="Ethereum", reason="too_long", extra=1),
            "This is not an address on Ethereum: 1 character too many.",
        ),
        (
            AppError(ErrorCode.INVALID_ADDRESS, network="IOTA", reason="prefix"),
            "An address on IOTA starts with 0x.",
        ),
        (
            AppError(ErrorCode.INVALID_AMOUNT, reason="too_precise", places=6),
            "The network knows 6 decimal places",
        ),
        (AppError(ErrorCode.OTHER_ACCOUNT, got="mia", expected="lena"), "You signed in as mia"),
        (AppError(ErrorCode.INTERNAL, reference="A1B2C3"), "tell support the reference A1B2C3"),
    ],
)
def test_parameters_fill_the_sentence(error: AppError, expected: str) -> None:
    assert expected in error_text(EN, error).sentence()


def test_waiting_times_are_rounded_up() -> None:
    assert [waiting_time(EN, s) for s in (0, 1, 59, 60, 61, 3600, 3601)] == [
        "1 second",
        "1 second",
        "59 seconds",
        "1 minute",
        "2 minutes",
        "1 hour",
        "2 hours",
    ]
