"""Screens come in once, and at once to the eye for who wants less motion."""

from __future__ import annotations

import asyncio
from dataclasses import fields
from pathlib import Path

import flet as ft
import pytest
from flet.controls.services.semantics_service import AccessibilityFeatures

from app.core import paths
from app.shell import environment
from app.stores.preferences import ThemeChoice
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


def features(**wishes: bool) -> dict[str, bool]:
    """What a client says about its system."""
    names = (field.name for field in fields(AccessibilityFeatures))
    return {**dict.fromkeys(names, False), **wishes}


@pytest.mark.parametrize("wish", ["disable_animations", "reduce_motion"])
async def test_less_motion_is_what_the_system_says_until_the_user_does(app: AppUnderTest, wish: str) -> None:
    answers = {"get_accessibility_features": features(**{wish: True})}
    async with app.driver(answers=answers) as driver:
        await driver.until(lambda: app.services.preferences.less_motion)
        app.services.session.accept_terms()
        await driver.settle()
        assert coming(driver).animate_offset is None, "the next screen"
        app.services.preferences.set_theme(ThemeChoice.DARK)
    async with app.driver(answers={"get_accessibility_features": features()}) as driver:
        assert not app.services.preferences.less_motion, "another choice does not write this one down"
    async with app.driver(answers=answers) as driver:
        await driver.until(lambda: app.services.preferences.less_motion)
        app.services.preferences.set_less_motion(False)
    async with app.driver(answers=answers) as driver:
        await driver.settle()
        assert not app.services.preferences.less_motion


@pytest.mark.parametrize("answer", [RuntimeError("unknown method"), ["nonsense"]])
async def test_a_client_that_does_not_know_changes_nothing(app: AppUnderTest, answer: object) -> None:
    async with app.driver(answers={"get_accessibility_features": answer}) as driver:
        await driver.settle()
        assert ("SemanticsService", "get_accessibility_features") in {call[:2] for call in driver.calls}
        assert not app.services.preferences.less_motion
        assert coming(driver).animate_offset is not None


async def test_a_client_that_never_answers_changes_nothing(
    app: AppUnderTest, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async def never(_: object) -> None:
        await asyncio.Event().wait()

    caplog.set_level("INFO")
    monkeypatch.setattr(environment, "ANSWER_SECONDS", 0.05)
    monkeypatch.setattr(ft.SemanticsService, "get_accessibility_features", never)
    async with app.driver() as driver:
        await driver.until(lambda: "TimeoutError" in caplog.text)
        assert not app.services.preferences.less_motion


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
