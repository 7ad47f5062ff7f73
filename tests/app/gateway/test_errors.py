"""The table of the SDK's error codes."""

from __future__ import annotations

import asyncio
import logging

import etopay_sdk as sdk
import pytest
from etopay_sdk import exceptions

from app.core.errors import Action, AppError, ErrorCode
from app.gateway.etopay.errors import app_error, known_codes, translated

CANARY = "canary-phrase-and-pin"


def test_every_code_of_the_sdk_has_its_line() -> None:
    codes = {code for kind in sdk.EtopayError.__subclasses__() for code in kind.sentences}
    assert len(codes) > 30
    assert codes <= known_codes()


@pytest.mark.parametrize(
    ("code", "details", "expected"),
    [
        ("wrong_pin", {"attempts_left": 9, "retry_after": 0}, AppError(ErrorCode.WRONG_PIN, tries_left=3)),
        (
            "wrong_pin",
            {"attempts_left": 6, "retry_after": 9.5},
            AppError(ErrorCode.WRONG_PIN, tries_left=None),
        ),
        ("pin_locked", {"retry_after": 9.2}, AppError(ErrorCode.PIN_PAUSED, seconds=10)),
        ("unauthorized", {}, AppError(ErrorCode.SESSION_EXPIRED, Action.SIGN_IN)),
        ("backend_error", {"status": 503}, AppError(ErrorCode.SERVICE, Action.RETRY, status=503)),
        ("backend_refused", {"status": 422}, AppError(ErrorCode.REFUSED, status=422)),
        ("locked", {}, AppError(ErrorCode.LOCKED)),
        ("network_timeout", {}, AppError(ErrorCode.TIMEOUT, Action.RETRY)),
        ("storage_in_use", {}, AppError(ErrorCode.OPEN_ELSEWHERE)),
        ("storage_corrupt", {}, AppError(ErrorCode.STORAGE_DAMAGED, Action.SUPPORT)),
        (
            "uncertain_outcome",
            {"payment_id": "p1"},
            AppError(ErrorCode.OUTCOME_UNKNOWN, Action.ACTIVITY, payment_id="p1"),
        ),
        (
            "invalid_mnemonic",
            {"reason": "word", "position": 3},
            AppError(ErrorCode.PHRASE_WORD, position=3, word=""),
        ),
    ],
)
def test_lines_of_the_table(code: str, details: dict[str, object], expected: AppError) -> None:
    made = app_error(exceptions._BY_CODE[code](code, details))
    assert (made.code, made.action, made.params) == (expected.code, expected.action, expected.params)


def test_a_code_of_a_later_sdk_is_internal_and_findable(caplog: pytest.LogCaptureFixture) -> None:
    made = app_error(sdk.EtopayError("brand_new"))
    assert made.code is ErrorCode.INTERNAL
    assert str(made.params["reference"]) in caplog.text


def test_nothing_else_passes_the_wall(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.ERROR), pytest.raises(AppError) as caught, translated("Testing"):
        raise KeyError(CANARY)
    assert caught.value.code is ErrorCode.INTERNAL
    assert CANARY not in repr(caught.value)
    assert caught.value.__cause__ is None
    assert str(caught.value.params["reference"]) in caplog.text


def test_cancelling_passes_the_wall() -> None:
    with pytest.raises(asyncio.CancelledError), translated("Testing"):
        raise asyncio.CancelledError
