"""The Tab key goes through a screen in the order it is read, reaches everything, and leaves it again."""

from __future__ import annotations

import pytest

from cli.smoke.flet_page import FletPage
from cli.smoke.story import SLOW, Story

pytestmark = pytest.mark.e2e

_FOCUSED = (
    "() => document.activeElement?.closest('[flt-semantics-identifier]')"
    "?.getAttribute('flt-semantics-identifier') ?? ''"
)
_TAPPABLE = (
    """() => [...document.querySelectorAll('[flt-tappable], [role="button"], input')]"""
    """.filter(e => e.getAttribute('aria-disabled') !== 'true' && !e.disabled)"""
    ".map(e => e.closest('[flt-semantics-identifier]')?.getAttribute('flt-semantics-identifier'))"
    ".filter(Boolean)"
)
_SETTLED_MS = 120
_MOST = 60


def tab(page: FletPage) -> str:
    """Press Tab and say what has the focus then."""
    page.page.keyboard.press("Tab")
    page.page.wait_for_timeout(_SETTLED_MS)
    return str(page.page.evaluate(_FOCUSED))


def tab_to(page: FletPage, name: str) -> None:
    """Press Tab until a control has the focus."""
    passed = []
    for _ in range(_MOST):
        passed.append(tab(page))
        if passed[-1] == name:
            return
    raise AssertionError(f"Tab never comes to {name}; it passed {passed}.")


def round_trip(page: FletPage, start: str) -> list[str]:
    """What has the focus, in order, from a control until it has it again."""
    tab_to(page, start)
    order = [start]
    while len(order) < _MOST and (name := tab(page)) != start:
        order.append(name)
    return [name for name in order if name]


def test_receive_by_keyboard_alone(wallet: Story) -> None:
    page = wallet.page
    tab_to(page, "home-receive")
    page.page.keyboard.press("Enter")
    page.see_id("receive-address", timeout=SLOW)
    assert round_trip(page, "back") == ["back", "receive-network", "receive-copy"]
    tab_to(page, "receive-network")
    page.page.keyboard.press("Space")
    page.see_id("receive-network-ETH")
    page.page.keyboard.press("Escape")
    page.gone("receive-network-ETH")
    tab_to(page, "back")
    page.page.keyboard.press("Enter")
    wallet.see_home()


def test_tab_reaches_everything_and_is_held_nowhere(wallet: Story) -> None:
    page = wallet.page
    for place, seen in (
        ("nav-home", "home-send"),
        ("nav-activity", "activity-search"),
        ("nav-settings", "settings-pin"),
    ):
        page.tap(place)
        page.see_id(seen)
        page.picture()
        wanted = set(page.page.evaluate(_TAPPABLE))
        reached = {tab(page) for _ in range(_MOST)}
        assert wanted - reached == set(), place
