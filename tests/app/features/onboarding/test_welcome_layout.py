"""The welcome at every size: the words and the ways in first, the picture in what is left."""

from __future__ import annotations

from pathlib import Path

import flet as ft
import pytest

from app.core.brand import load_brand
from app.design.base import UiContext, Width, component, make_ui
from app.features.onboarding.screens.welcome_picture import product_picture
from tests.support.app import AppUnderTest
from tests.support.driver import FletDriver
from tests.support.screen_tree import visible_controls

BRANDS = ("etopay", "juno")
brands = pytest.mark.parametrize("brand", BRANDS)


@pytest.fixture
def app(tmp_path: Path, brand: str) -> AppUnderTest:
    return AppUnderTest(tmp_path, brand=brand)


def measured(driver: FletDriver, inside: str | None = None) -> ft.Container:
    """The innermost frame that tells its size and holds a control with this test id, or the whole."""
    frames = [box for box in driver.all(ft.Container) if box.on_size_change is not None and box.expand]
    if inside is None:
        return frames[0]
    holding = [
        box
        for box in driver.all(ft.Container)
        if box.on_size_change is not None
        and any(getattr(c, "identifier", None) == inside for c in visible_controls(box.content))
    ]
    return holding[-1]


async def tell(driver: FletDriver, box: ft.Container, height: float) -> None:
    await driver.fire(box, "size_change", {"w": 360.0, "h": height})


def scenes(driver: FletDriver) -> list[ft.Container]:
    """What the picture is drawn in: clipped, and of a height of its own."""
    return [
        box
        for box in driver.all(ft.Container)
        if box.clip_behavior is ft.ClipBehavior.ANTI_ALIAS
        and box.height
        and isinstance(box.content, ft.Stack)
    ]


def words_frame(driver: FletDriver) -> ft.Container:
    for box in driver.all(ft.Container):
        if box.on_size_change is None or box.expand:
            continue
        if any(isinstance(c, ft.Semantics) and c.header for c in visible_controls(box.content)):
            return box
    raise AssertionError("no words")


@brands
@pytest.mark.parametrize(("whole", "words", "ways"), [(612, 220, 150), (700, 260, 150), (816, 180, 150)])
async def test_the_picture_leaves_the_words_their_room(
    app: AppUnderTest, whole: float, words: float, ways: float
) -> None:
    async with app.driver(size=(360, int(whole) + 28)) as driver:
        await tell(driver, measured(driver), whole)
        await tell(driver, words_frame(driver), words)
        await tell(driver, measured(driver, "welcome-create"), ways)
        (scene,) = scenes(driver)
        assert scene.height is not None
        head = 0 if app.brand == "juno" else 56
        assert scene.height + words + ways + head <= whole


@brands
async def test_with_no_room_at_all_the_words_scroll_and_the_ways_in_stay(app: AppUnderTest) -> None:
    async with app.driver(size=(360, 640)) as driver:
        await tell(driver, measured(driver), 612)
        await tell(driver, words_frame(driver), 700)
        await tell(driver, measured(driver, "welcome-create"), 260)
        assert sum(scene.height or 0 for scene in scenes(driver)) <= 90
        scrolling = next(c for c in driver.all(ft.Column) if c.scroll)
        inside = [getattr(c, "identifier", None) for c in visible_controls(scrolling)]
        assert "welcome-create" not in inside
        await tell(driver, measured(driver, "welcome-create"), 400)
        scrolling = next(c for c in driver.all(ft.Column) if c.scroll)
        assert "welcome-create" in [getattr(c, "identifier", None) for c in visible_controls(scrolling)]
        assert driver.has("welcome-restore")


@brands
async def test_a_tablet_has_words_and_ways_in_side_by_side(app: AppUnderTest) -> None:
    async with app.driver(size=(820, 1180)) as driver:
        rows = [
            row
            for row in driver.all(ft.Row)
            if any(isinstance(c, ft.Semantics) and c.header for c in visible_controls(row))
        ]
        assert any(
            getattr(c, "identifier", None) == "welcome-create" for row in rows for c in visible_controls(row)
        )
        (scene,) = scenes(driver)
        assert scene.height is not None
        assert scene.height > 400


@pytest.mark.parametrize("width", [Width.PHONE, Width.TABLET])
@pytest.mark.parametrize("scale", [1.0, 1.3, 2.0])
@pytest.mark.parametrize("height", [120.0, 200.0, 312.0, 600.0])
async def test_the_cards_of_the_picture_never_overlap(width: Width, scale: float, height: float) -> None:
    ui = make_ui(load_brand("etopay"), dark=False, language="de", width=width)
    drawn: list[ft.Control | None] = []

    @component
    def Picture() -> ft.Control:
        drawn.append(product_picture(ui, height, scale))
        return drawn[-1] or ft.Container()

    def main(page: ft.Page) -> None:
        page.render(lambda: UiContext(ui, Picture))

    async with FletDriver(main) as app:
        cards = [box for box in app.all(ft.Container) if box.shadow is not None]
        # Placed by hand, a card would not know how tall its neighbour has become.
        assert all(box.top is None and box.bottom is None for box in cards)
        room = height >= (200 if scale < 2 else 312)
        assert bool(cards) is room
