"""A browser for all tests, a wallet that most of them share, and fresh stacks for those that break things."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext

from cli.children import Children
from cli.places import open_places
from cli.smoke.browser import browser, context
from cli.smoke.flet_page import FletPage
from cli.smoke.story import SLOW, STEPS, Story
from cli.stack import Stack


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    with browser() as opened:
        yield opened


@contextmanager
def running(data: Path, brand: str = "etopay", **env: str) -> Iterator[Stack]:
    with Children() as children:
        stack = Stack(open_places(data, usual=False), brand, children, sandbox_env=env)
        yield stack


@pytest.fixture
def story_of(chromium: Browser, tmp_path: Path) -> Iterator[Callable[..., Story]]:
    """Makes a story on data of its own."""
    open_now: list[tuple[Children, BrowserContext]] = []

    def make(brand: str = "etopay", *, language: str = "en-US", **env: str) -> Story:
        children = Children()
        stack = Stack(open_places(tmp_path / "data", usual=False), brand, children, sandbox_env=env)
        tab = context(chromium, language=language)
        open_now.append((children, tab))
        return Story(stack, FletPage(tab.new_page()))

    yield make
    for children, tab in open_now:
        tab.close()
        children.stop_all()


def play_until(story: Story, last: str) -> Story:
    """The story up to and with the named step."""
    for name, step in STEPS:
        step(story)
        if name == last:
            return story
    raise AssertionError(f"there is no step {last!r}")


@pytest.fixture(scope="session")
def shared(chromium: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Story]:
    """One funded wallet; its app and sandbox run for the whole session."""
    with running(tmp_path_factory.mktemp("shared")) as stack:
        tab = context(chromium)
        story = play_until(Story(stack, FletPage(tab.new_page())), "home with coins")
        story.page.page.close()
        yield story
        tab.close()


@pytest.fixture
def locked(shared: Story, chromium: Browser) -> Iterator[Story]:
    """The shared wallet at its lock screen, in a browser of its own, with everything in order."""
    shared.control("DELETE", "faults")
    tab = context(chromium)
    shared.page = FletPage(tab.new_page())
    shared.open()
    shared.page.see_id("unlock-pin", timeout=SLOW)
    yield shared
    shared.start_missing()
    shared.control("DELETE", "faults")
    tab.close()


@pytest.fixture
def wallet(locked: Story) -> Story:
    """The shared wallet, unlocked, with coins."""
    locked.unlock()
    locked.page.see_id("home-send", timeout=SLOW)
    return locked
