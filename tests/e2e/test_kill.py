"""A power cut in the middle loses no wallet, sends nothing twice and shows the right balance."""

from __future__ import annotations

import os
import re
import time
from collections.abc import Callable
from decimal import ROUND_DOWN, Decimal

import pytest

from cli.smoke.story import FUNDS, NETWORK, SENT, SLOW, Story
from tests.e2e.conftest import play_until
from tests.support.campaign import Campaign, campaign

__all__ = ["campaign"]
pytestmark = pytest.mark.e2e
# Kills per test, spread over the second after the last tap: before, while and after the request goes out.
KILLS = int(os.environ.get("ETOPAY_CAMPAIGN_RUNS") or 3)
DELAYS = [number / KILLS for number in range(KILLS)]
MOST_FEE = Decimal("0.005")


def written(amount: Decimal) -> re.Pattern[str]:
    """The amount as Home writes it: hundredths that are there, then whatever digits fit."""
    hundredths = amount.quantize(Decimal("0.01"), ROUND_DOWN)
    if hundredths == amount.to_integral_value():
        return re.compile(rf"(?<![\d.]){hundredths.to_integral_value()}\s")
    return re.compile(rf"(?<![\d.]){re.escape(str(hundredths))}\d*\s")


@pytest.mark.campaign("app-kills")
@pytest.mark.parametrize("delay", DELAYS)
def test_killed_while_sending(story_of: Callable[..., Story], delay: float, campaign: Campaign) -> None:
    story = play_until(story_of(), "home with coins")
    story.page.see_id("home-send", timeout=SLOW)
    before = story.chain_balance("bob")
    story.start_payment(story.address_of("bob"), SENT)
    story.review()
    story.confirm()
    story.enter_pin()
    time.sleep(delay)
    story.stack.kill_all()

    story.open()
    story.page.see_id("unlock-pin", timeout=SLOW)
    story.unlock()
    story.page.see_id("home-send", timeout=SLOW)
    moved = story.chain_balance("bob") - before
    assert moved in {Decimal(0), Decimal(SENT)}
    mine = story.chain_balance(story.username)
    assert Decimal(FUNDS) - moved - MOST_FEE <= mine <= Decimal(FUNDS) - moved
    # Home shows what the chain says, to the digit that fits there.
    story.page.see_label_like(f"position-{NETWORK}", written(mine), timeout=SLOW)
    story.page.tap("nav-activity")
    story.page.see_id("activity-search")
    time.sleep(5)
    assert story.chain_balance("bob") - before == moved, "the payment went out after the restart"
    campaign.count()


@pytest.mark.campaign("app-kills")
@pytest.mark.parametrize("delay", DELAYS)
def test_killed_while_creating_a_wallet(
    story_of: Callable[..., Story], delay: float, campaign: Campaign
) -> None:
    story = play_until(story_of(), "wallet choice")
    story.page.tap("wallet-create")
    time.sleep(delay)
    story.stack.kill_all()

    story.open()
    story.page.see_id("unlock-pin", timeout=SLOW)
    story.enter_pin()
    # Either the step starts again, or the wallet is there and its phrase is still to be written down.
    story.page.see_any_id("wallet-create", "phrase-reveal", "password", timeout=SLOW)
    if story.page.shows("wallet-create"):
        story.create_wallet()
    story.read_phrase()
    story.start_check()
    story.home()
    campaign.count()


def test_killed_while_the_phrase_is_shown(story_of: Callable[..., Story]) -> None:
    story = play_until(story_of(), "phrase")
    shown = story.phrase
    story.stack.kill_all()

    story.open()
    story.page.see_id("unlock-pin", timeout=SLOW)
    story.enter_pin()
    story.page.see_id("phrase-reveal", timeout=SLOW)
    story.read_phrase()
    assert story.phrase == shown
    story.start_check()
    story.home()
