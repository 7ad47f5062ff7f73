"""Screens come in once, and at once to the eye for who wants less motion."""

from __future__ import annotations

from pathlib import Path

import flet as ft
import pytest

from app.core import paths
from tests.app.shell.test_guard import unlocked
from tests.support.app import AppUnderTest
from tests.support.driver import FletDriver

DESKTOP = (1280, 800)


@pytest.fixture
async def app(tmp_path: Path) -> AppUnderTest:
    app = AppUnderTest(tmp_path)
    await app.play("funded")
    return app


def coming(driver: FletDriver) -> ft.Container:
    """The frame that a whole screen comes in with."""
    return next(box for box in driver.all(ft.Container) if box.animate_opacity is not None and box.expand)


async def test_a_stage_comes_in_and_stays(app: AppUnderTest) -> None:
    async with app.driver() as driver:
        assert coming(driver).opacity == 0
        await driver.until(lambda: coming(driver).opacity == 1)
        app.services.preferences.set_language("de")
        await driver.settle()
        assert coming(driver).opacity == 1


async def test_a_place_comes_in_each_time_it_is_gone_to(app: AppUnderTest) -> None:
    async with app.driver(size=DESKTOP, platform="linux") as driver:
        await unlocked(app, driver)
        await driver.until(lambda: coming(driver).opacity == 1)
        await driver.tap("nav-activity")
        assert driver.page.route == paths.ACTIVITY
        assert coming(driver).opacity == 0
        await driver.until(lambda: coming(driver).opacity == 1)
        await driver.resize(800, 1100)
        assert coming(driver).opacity == 1


async def test_phones_slide_their_pages_themselves(app: AppUnderTest) -> None:
    async with app.driver() as driver:
        await unlocked(app, driver)
        assert not [box for box in driver.all(ft.Container) if box.animate_opacity and box.expand]


async def test_less_motion_is_what_the_user_says(app: AppUnderTest) -> None:
    async with app.driver() as driver:
        before = coming(driver).animate_opacity
        assert isinstance(before, ft.Animation)
        assert coming(driver).animate_offset is not None
    app.services.preferences.set_less_motion(True)
    async with app.driver() as driver:
        after = coming(driver).animate_opacity
        assert isinstance(after, ft.Animation)
        assert isinstance(after.duration, int)
        assert isinstance(before.duration, int)
        assert after.duration < before.duration
        assert coming(driver).animate_offset is None
