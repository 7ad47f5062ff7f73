"""Paying in the running app: real shell and stores, the demo gateway below."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from app.core.errors import Action, AppError, ErrorCode
from app.core.model import NetworkKind
from app.gateway.demo import chain
from app.gateway.demo.faults import LostAnswer
from tests.support.app import PIN, AppUnderTest
from tests.support.driver import FletDriver
from tests.support.money import STRANGER
from tests.support.screens import count_redrawn

BUDGET = 300


@asynccontextmanager
async def unlocked(folder: Path, **options: Any) -> AsyncIterator[tuple[AppUnderTest, FletDriver]]:
    """The app of somebody with money, on Home."""
    under_test = AppUnderTest(folder)
    terms = {"terms_version": "2026-11-01/2026-11-01", "pin_lengths": {"alice": len(PIN)}}
    (folder / "preferences.json").write_text(json.dumps(terms), encoding="utf-8")
    await under_test.play("funded")
    async with under_test.driver(**options) as app:
        await app.until_shows("Enter your PIN")
        await app.tap_fast(list(PIN))
        await app.until(lambda: app.has("position-ETH"))
        await app.until(lambda: under_test.services.activity.loaded)
        yield under_test, app


async def reviewed(app: FletDriver) -> None:
    """Fill in the form and look at the review."""
    await app.tap("home-send")
    await app.until(lambda: app.has("send-amount"))
    await app.type("send-amount", "0.25")
    await app.type("send-recipient", STRANGER)
    await app.tap("send-review")
    await app.until(lambda: app.has("send-confirm"))


async def confirmed(app: FletDriver) -> None:
    """Go on to the PIN and enter it."""
    await app.tap("send-confirm")
    await app.until(lambda: app.has("send-pin"))
    await app.tap_fast(list(PIN))


def sent(under_test: AppUnderTest) -> int:
    return sum(one.receiver == STRANGER for one in under_test.world.chains.transfers)


async def test_a_payment_is_sent_once_however_fast_it_is_tapped(tmp_path: Path) -> None:
    async with unlocked(tmp_path) as (under_test, app):
        await reviewed(app)
        await app.tap_fast(["send-confirm", "send-confirm", "send-confirm"])
        await app.until(lambda: app.has("send-pin"))
        await app.end_closing()
        assert app.has("send-pin")
        await app.tap_fast(list(PIN) * 2)
        await app.until(lambda: app.has("send-progress"))
        under_test.world.clock.step(60)
        await app.until(lambda: app.has("send-success"), 6)
        assert sent(under_test) == 1
        await app.tap("send-done")
        await app.until(lambda: app.has("home-total"))
        assert under_test.services.activity.items[0].other == STRANGER


async def test_a_wrong_pin_is_said_and_the_right_one_still_sends(tmp_path: Path) -> None:
    async with unlocked(tmp_path) as (under_test, app):
        await reviewed(app)
        await app.tap("send-confirm")
        await app.until(lambda: app.has("send-pin"))
        await app.tap_fast(list("000000"))
        await app.until_shows("Wrong PIN.")
        assert sent(under_test) == 0
        await app.tap_fast(list(PIN))
        await app.until(lambda: app.has("send-progress"))
        assert sent(under_test) == 1


@pytest.mark.parametrize(
    ("code", "said"),
    [
        (ErrorCode.OFFLINE, "Nothing was sent."),
        (ErrorCode.FEE_RISEN, "The network fee has risen"),
        (ErrorCode.PAYMENT_REFUSED, "The network did not take this payment"),
        (ErrorCode.OUTCOME_UNKNOWN, "We do not know yet whether it went out"),
        (ErrorCode.TIMEOUT, "We do not know yet whether it went out"),
        (ErrorCode.SERVICE, "We do not know yet whether it went out"),
    ],
)
async def test_each_failure_of_sending_has_its_own_sentence(
    tmp_path: Path, code: ErrorCode, said: str
) -> None:
    async with unlocked(tmp_path) as (under_test, app):
        await reviewed(app)
        under_test.world.faults.fail_next("send", AppError(code, Action.RETRY, payment_id="p", status=500))
        under_test.world.faults.fail_next(
            "resolve_payment", AppError(ErrorCode.OFFLINE, Action.RETRY), times=99
        )
        await confirmed(app)
        await app.until_shows(said)
        assert sent(under_test) == 0


async def test_a_risen_fee_is_shown_before_it_is_paid(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with unlocked(tmp_path) as (under_test, app):
        await reviewed(app)
        dear = (Decimal("0.0042"), Decimal("0.0063"))
        monkeypatch.setitem(chain._FEES, NetworkKind.EVM, dear)
        await confirmed(app)
        await app.until_shows("The network fee has risen")
        assert app.shows("Nothing was sent.")
        assert sent(under_test) == 0
        await app.tap("send-again")
        await app.until(lambda: app.has("send-confirm"))
        assert app.shows("0.0063")
        await confirmed(app)
        await app.until(lambda: app.has("send-progress"))
        assert sent(under_test) == 1


async def test_an_unknown_outcome_is_followed_to_its_end(tmp_path: Path) -> None:
    async with unlocked(tmp_path) as (under_test, app):
        await reviewed(app)
        under_test.world.faults.lose_answer(LostAnswer.SENT)
        await confirmed(app)
        await app.until(lambda: app.has("send-progress") or app.has("send-unknown"))
        under_test.world.clock.step(60)
        await app.until(lambda: app.has("send-success"), 6)
        assert sent(under_test) == 1


async def test_leaving_the_screen_does_not_stop_a_payment(tmp_path: Path) -> None:
    async with unlocked(tmp_path) as (under_test, app):
        await reviewed(app)
        under_test.world.faults.hold("send")
        await confirmed(app)
        await app.until(lambda: app.has("send-progress"))
        await app.tap("send-done")
        await app.until(lambda: app.has("home-total"))
        under_test.world.faults.release("send")
        await asyncio.sleep(0.05)
        assert sent(under_test) == 1


async def test_a_resized_window_keeps_what_was_entered(tmp_path: Path) -> None:
    async with unlocked(tmp_path) as (_, app):
        await app.tap("home-send")
        await app.until(lambda: app.has("send-amount"))
        await app.type("send-amount", "0.25")
        for size in ((820, 1180), (1280, 860), (390, 844)):
            await app.resize(*size)
            assert app.shows("0.25")


async def test_the_amount_of_everything_and_sending_again(tmp_path: Path) -> None:
    async with unlocked(tmp_path) as (_, app):
        await app.go("/activity")
        row = next(name for name in _names(app) if name.startswith("activity-row-EURX"))
        await app.tap(row)
        await app.until(lambda: app.has("detail-amount"))
        await app.tap("detail-again")
        await app.until(lambda: app.has("send-recipient-address"))
        await app.tap("send-max")
        await app.until_shows("3950")


def _names(app: FletDriver) -> list[str]:
    return [str(getattr(control, "identifier", "")) for control in app.walk()]


@pytest.mark.parametrize("size", [(390, 844), (820, 1180), (1280, 860)])
async def test_no_reading_redraws_more_than_the_budget(tmp_path: Path, size: tuple[int, int]) -> None:
    async with unlocked(tmp_path, size=size) as (under_test, app):
        services = under_test.services
        for route in ("/", "/activity", "/send", "/receive"):
            await app.go(route)
            await asyncio.sleep(0.05)
            await app.settle()
            for refresh in (services.balances.refresh, services.activity.refresh):
                under_test.world.clock.step(60)
                with count_redrawn() as redrawn:
                    await refresh()
                    await app.settle()
                    assert redrawn() <= BUDGET, (route, refresh.__qualname__, redrawn())
