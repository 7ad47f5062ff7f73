"""Plays the first-user story for brands and tells each step in a line."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from playwright.sync_api import Browser
from playwright.sync_api import Error as BrowserError

from cli import console
from cli.children import Children
from cli.places import open_places
from cli.problems import CliError
from cli.smoke.browser import browser, context
from cli.smoke.flet_page import FletPage
from cli.smoke.story import STEPS, Story
from cli.stack import Stack


def play(brands: Sequence[str], out: Path) -> tuple[int, int]:
    """Play the story for each brand with data of its own; how many steps passed, and how many did not."""
    passed = failed = 0
    with browser() as opened:
        for brand in brands:
            good = _play_one(opened, brand, out / brand)
            passed += good
            failed += len(STEPS) - good
    return passed, failed


def _play_one(opened: Browser, brand: str, out: Path) -> int:
    out.mkdir(parents=True, exist_ok=True)
    for old in out.glob("*.png"):
        old.unlink()
    with tempfile.TemporaryDirectory(prefix="etopay-smoke-") as folder, Children() as children:
        stack = Stack(open_places(Path(folder), usual=False), brand, children)
        tab = context(opened)
        story = Story(stack, FletPage(tab.new_page()))
        try:
            return _steps(story, brand, out)
        finally:
            tab.close()


def _steps(story: Story, brand: str, out: Path) -> int:
    for number, (name, step) in enumerate(STEPS, 1):
        head = f"{brand} {number:>2}/{len(STEPS)} {name}"
        began = time.monotonic()
        try:
            step(story)
        except (AssertionError, BrowserError, CliError) as error:
            picture = out / f"{number:02}-failed.png"
            console.out(f"{head}: failed – {_first_line(error)} (see {_try_picture(story, picture)})")
            console.note(_state(story))
            return number - 1
        story.page.picture(out / f"{number:02}-{name.replace(' ', '-')}.png")
        console.out(f"{head}: passed in {time.monotonic() - began:.1f} s")
    return len(STEPS)


def _first_line(error: Exception) -> str:
    return (str(error) or type(error).__name__).splitlines()[0]


def _try_picture(story: Story, path: Path) -> Path | str:
    try:
        story.page.picture(path)
    except BrowserError as error:
        return f"no picture: {_first_line(error)}"
    return path


def _state(story: Story) -> str:
    """What the parts said last, for whoever looks into the failure."""
    children = [child for child in (story.stack.sandbox, story.stack.app) if child is not None]
    return "\n".join(f"--- {child.name}\n{child.tail()}" for child in children)
