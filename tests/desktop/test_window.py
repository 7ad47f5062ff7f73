"""The app in a real desktop window: it opens, carries the brand's name and paints."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image

from cli.children import Children
from cli.desktop import client
from cli.desktop.screen import Screen, virtual_screen
from cli.places import open_places
from cli.stack import Stack

pytestmark = pytest.mark.desktop
PATIENCE = 60.0


@pytest.fixture(scope="session")
def screen() -> Iterator[Screen]:
    client.require_system()
    with virtual_screen() as started:
        yield started


@pytest.fixture
def window(screen: Screen, tmp_path: Path, brand: str) -> Iterator[Stack]:
    with Children() as children:
        env = {**client.client_environment(), "DISPLAY": screen.display, "XDG_RUNTIME_DIR": str(tmp_path)}
        stack = Stack(open_places(tmp_path / "data", usual=False), brand, children, app_env=env)
        stack.start_sandbox()
        stack.start_app("desktop")
        yield stack


def wait_for_title(screen: Screen, name: str) -> list[str]:
    deadline = time.monotonic() + PATIENCE
    titles: list[str] = []
    while time.monotonic() < deadline:
        titles = screen.titles()
        if any(name in title.lower() for title in titles):
            return titles
        time.sleep(0.2)
    raise AssertionError(f"no window of {name}; there are {titles}")


def at_rest(screen: Screen) -> Image.Image:
    """A picture with the first frame of the app on it, once it has stopped moving."""
    deadline = time.monotonic() + PATIENCE
    last = screen.picture()
    while time.monotonic() < deadline:
        time.sleep(0.5)
        picture = screen.picture()
        if picture.tobytes() == last.tobytes() and variety(picture) > 12:
            return picture
        last = picture
    raise AssertionError(f"the window never painted; it shows {variety(last)} colours")


def variety(picture: Image.Image) -> int:
    """How many colours there are: a blank or one-coloured window has very few."""
    return len(picture.getcolors(picture.width * picture.height) or [])


@pytest.mark.parametrize("brand", ["etopay", "juno"])
def test_the_window_opens_with_the_brands_name_and_paints(window: Stack, screen: Screen, brand: str) -> None:
    wait_for_title(screen, brand)
    picture = at_rest(screen)
    assert variety(picture) > 12
    assert window.app_url is None
    assert window.app is not None
    assert window.app.running
