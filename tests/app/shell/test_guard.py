"""Covering and locking."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from app.shell.guard import Guard
from app.stores.session import Stage
from tests.support.app import PIN, AppUnderTest
from tests.support.driver import FletDriver


@pytest.fixture
async def app(tmp_path: Path) -> AppUnderTest:
    app = AppUnderTest(tmp_path)
    await app.play("locked")
    return app


async def unlocked(app: AppUnderTest, driver: FletDriver) -> None:
    await driver.tap("terms-accept")
    await driver.tap_fast([f"pin-{digit}" for digit in PIN])
    if driver.has("pin-done"):
        await driver.tap("pin-done")
    assert app.services.session.stage is Stage.MAIN


class TestOutOfSight:
    @pytest.mark.parametrize("event", ["inactive", "hide", "pause", "detach"])
    async def test_covers_and_locks_at_once(self, app: AppUnderTest, event: str) -> None:
        async with app.driver() as driver:
            await unlocked(app, driver)
            await driver.lifecycle(event)
            assert driver.has("cover")
            assert app.services.session.wallet is None
            await driver.lifecycle("show")
            assert not driver.has("cover")
            assert app.services.session.stage is Stage.LOCKED

    async def test_a_reload_comes_back_locked(self, app: AppUnderTest) -> None:
        async with app.driver() as driver:
            await unlocked(app, driver)
            driver.dispatch(driver.page, "disconnect")
            driver.dispatch(driver.page, "connect")
            await driver.settle()
            assert app.services.session.stage is Stage.LOCKED
            assert driver.has("unlock-pin")

    async def test_signing_in_again_does_not_lock_what_waits_for_it(self, app: AppUnderTest) -> None:
        app.browser.gate = asyncio.Event()
        async with app.driver() as driver:
            await unlocked(app, driver)
            renewing = asyncio.create_task(app.services.session.renew())
            await driver.until(lambda: app.services.session.browser.waiting)
            await driver.lifecycle("inactive")
            assert driver.has("cover")
            assert app.services.session.wallet is not None
            app.browser.gate.set()
            await renewing
            await driver.lifecycle("show")
            assert app.services.session.stage is Stage.MAIN


class TestIdle:
    @pytest.mark.parametrize(("idle", "stage"), [(59, Stage.MAIN), (60, Stage.LOCKED)])
    async def test_locks_after_the_chosen_minutes(self, app: AppUnderTest, idle: int, stage: Stage) -> None:
        async with app.driver() as driver:
            await unlocked(app, driver)
            services = app.services
            services.preferences.set_auto_lock_minutes(1)
            guard = Guard(
                services.session, services.preferences, services.balances, idle_seconds=lambda: float(idle)
            )
            await guard.look()
            assert services.session.stage is stage

    async def test_a_pin_that_waits_for_the_password_goes_too(self, tmp_path: Path) -> None:
        app = AppUnderTest(tmp_path)
        async with app.driver() as driver:
            for step in ("welcome-create", "terms-accept", "sign-in-start"):
                await driver.tap(step)
            for _ in range(2):
                await driver.tap_fast([f"pin-{digit}" for digit in PIN])
            assert app.services.session.stage is Stage.PASSWORD
            services = app.services
            guard = Guard(
                services.session, services.preferences, services.balances, idle_seconds=lambda: 9999.0
            )
            await guard.look()
            assert services.session.stage is Stage.PIN

    async def test_every_tap_counts_as_activity(
        self, app: AppUnderTest, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        noted: list[bool] = []
        monkeypatch.setattr("app.core.touch.note", lambda: noted.append(True))
        async with app.driver() as driver:
            await driver.tap("terms-accept")
        assert noted


async def test_the_end_of_the_session_is_noticed(app: AppUnderTest) -> None:
    async with app.driver() as driver:
        await unlocked(app, driver)
        services = app.services
        guard = Guard(services.session, services.preferences, services.balances)
        await guard.look()
        assert not driver.has("renew-session")
        app.world.end_session("alice")
        await guard.look()
        await driver.settle()
        assert driver.has("renew-session")
