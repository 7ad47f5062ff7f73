"""Navigation at each width, routes, the preview note and what one change redraws."""

from __future__ import annotations

from pathlib import Path

import flet as ft
import pytest
from flet.controls.base_control import BaseControl

from app.core import paths
from app.shell.main_views import all_routes
from app.shell.routes import join_routes
from app.stores.preferences import ThemeChoice
from app.stores.session import Stage
from tests.app.shell.test_guard import unlocked
from tests.support.app import AppUnderTest
from tests.support.driver import FletDriver

BUDGET = 300
"""Controls that may be drawn again at once."""


@pytest.fixture
async def app(tmp_path: Path) -> AppUnderTest:
    app = AppUnderTest(tmp_path)
    await app.play("funded")
    return app


class TestNavigation:
    @pytest.mark.parametrize("brand", ["etopay", "juno"])
    @pytest.mark.parametrize(
        ("size", "wide"), [((390, 844), False), ((820, 1180), True), ((1280, 860), True)]
    )
    async def test_places_of_each_width(
        self, app: AppUnderTest, brand: str, size: tuple[int, int], wide: bool
    ) -> None:
        app.brand = brand
        async with app.driver(size=size) as driver:
            await unlocked(app, driver)
            for place in ("nav-home", "nav-activity", "nav-settings"):
                assert driver.has(place)
            assert driver.has("nav-send") is wide
            await driver.tap("nav-activity")
            assert driver.page.route == paths.ACTIVITY
            await driver.tap("nav-home")
            assert driver.page.route == paths.HOME

    @pytest.mark.parametrize("size", [(390, 844), (820, 1180)])
    async def test_large_texts_keep_the_whole_word(self, app: AppUnderTest, size: tuple[int, int]) -> None:
        async with app.driver(size=size) as driver:
            await unlocked(app, driver)
            (word,) = [c for c in driver.all(ft.Text) if c.value == "Settings"]
            assert word.max_lines is None
            assert word.style is not None
            before = float(word.style.size or 0)
            probes = [c for c in driver.all(ft.Container) if c.on_size_change]
            for probe in probes:
                await driver.fire(probe, "size_change", {"w": 20.0, "h": 48.0})
            (word,) = [c for c in driver.all(ft.Text) if c.value == "Settings"]
            assert word.style is not None
            assert 2 * float(word.style.size or 0) <= 1.2 * before

    async def test_another_width_while_it_runs(self, app: AppUnderTest) -> None:
        async with app.driver(size=(390, 844)) as driver:
            await unlocked(app, driver)
            await driver.resize(1280, 860)
            assert driver.has("nav-send")
            await driver.resize(820, 1180)
            await driver.tap("nav-lock")
            assert app.services.session.stage is Stage.LOCKED

    async def test_a_route_that_leads_nowhere(self, app: AppUnderTest) -> None:
        async with app.driver() as driver:
            await unlocked(app, driver)
            await driver.go("/nothing/here")
            assert driver.shows("There is nothing here")
            await driver.tap("Go to the start")
            assert driver.page.route == paths.HOME

    async def test_another_user_does_not_start_on_the_last_ones_screen(self, app: AppUnderTest) -> None:
        async with app.driver() as driver:
            await unlocked(app, driver)
            await driver.tap("nav-settings")
            await app.services.session.switch_account()
            await driver.settle()
            assert driver.page.route == paths.HOME


class TestShortcuts:
    @pytest.mark.parametrize(("key", "route"), [("2", paths.ACTIVITY), ("5", paths.SETTINGS)])
    async def test_places(self, app: AppUnderTest, key: str, route: str) -> None:
        async with app.driver(size=(1280, 860)) as driver:
            await unlocked(app, driver)
            await driver.press(key, ctrl=True)
            assert driver.page.route == route

    async def test_lock_and_nothing_while_locked(self, app: AppUnderTest) -> None:
        async with app.driver(size=(1280, 860)) as driver:
            await unlocked(app, driver)
            await driver.press("2")
            assert driver.page.route == paths.HOME
            await driver.press("L", ctrl=True)
            assert app.services.session.stage is Stage.LOCKED
            assert driver.page.on_keyboard_event is None


class TestEscape:
    @pytest.mark.parametrize("size", [(390, 844), (1280, 860)])
    @pytest.mark.parametrize("route", [paths.RECEIVE, paths.SEND, f"{paths.SETTINGS}/pin"])
    async def test_leads_where_the_arrow_leads(
        self, app: AppUnderTest, route: str, size: tuple[int, int]
    ) -> None:
        async with app.driver(size=size) as driver:
            await unlocked(app, driver)
            await driver.go(route)
            await escape(driver)
            above = paths.SETTINGS if route.startswith(paths.SETTINGS) else paths.HOME
            assert driver.page.route == above
            await escape(driver)
            assert driver.page.route == above

    async def test_an_open_sheet_keeps_it_for_itself(self, app: AppUnderTest) -> None:
        async with app.driver() as driver:
            await unlocked(app, driver)
            await driver.go(paths.RECEIVE)
            await driver.until(lambda: driver.has("receive-network"))
            await driver.tap("receive-network")
            await escape(driver)
            assert driver.page.route == paths.RECEIVE
            await driver.tap("Close")
            await escape(driver)
            assert driver.page.route == paths.HOME


async def escape(driver: FletDriver) -> None:
    """The page hears a key whatever has the focus."""
    key = {"key": "Escape", "ctrl": False, "shift": False, "alt": False, "meta": False}
    await driver.session.dispatch_event(driver.page._i, "keyboard_event", key)
    await driver.settle()


class TestPreviewNote:
    @pytest.mark.parametrize("web", [True, False])
    async def test_only_the_web_view_says_where_the_keys_are(self, app: AppUnderTest, web: bool) -> None:
        async with app.driver(web=web) as driver:
            assert driver.has("preview-note") is web
            await unlocked(app, driver)
            assert driver.has("preview-note") is web


class TestAppearance:
    async def test_follows_the_system_until_told_otherwise(self, app: AppUnderTest) -> None:
        async with app.driver(dark=True) as driver:
            dark = app.services.brand.theme.colors.dark.surface
            light = app.services.brand.theme.colors.light.surface
            assert driver.find(ft.View).bgcolor == dark
            app.services.preferences.set_theme(ThemeChoice.LIGHT)
            await driver.settle()
            assert driver.find(ft.View).bgcolor == light
            assert driver.page.title == "etopay"


class TestRoutes:
    def test_back_leads_up_along_the_path(self) -> None:
        def screen() -> ft.Control:
            return ft.Text("")

        flat = [
            ft.Route(path="/a/b/:c", component=screen),
            ft.Route(path="/", component=screen),
            ft.Route(path="/a", component=screen),
            ft.Route(path="/z/y", component=screen),
        ]
        (home,) = join_routes(flat, lambda make: make)  # type: ignore[arg-type,return-value]
        assert home.path == "/"
        children = {child.path: child for child in home.children or []}
        assert set(children) == {"a", "z/y"}
        assert [child.path for child in children["a"].children or []] == ["b/:c"]

    def test_every_place_of_the_app_has_a_route(self) -> None:
        known = {"/" + (route.path or "").split(":")[0].strip("/") for route in all_routes()}
        assert {paths.HOME, paths.RECEIVE, paths.SEND, paths.ACTIVITY, paths.SETTINGS} <= known


class TestBudget:
    """A change redraws little, however much the screen shows."""

    @pytest.fixture
    def drawn(self, monkeypatch: pytest.MonkeyPatch) -> list[int]:
        """How many controls each update compared."""
        from flet.components.component import Component  # noqa: PLC0415 - only this test looks inside

        counts: list[int] = []
        plain = Component.update

        def counting(self: Component) -> None:
            plain(self)
            counts.append(_size(self._b))

        monkeypatch.setattr(Component, "update", counting)
        return counts

    async def test_typing_a_pin(self, app: AppUnderTest, drawn: list[int]) -> None:
        async with app.driver() as driver:
            await driver.tap("terms-accept")
            drawn.clear()
            await driver.tap("pin-1")
            assert drawn
            assert max(drawn) <= BUDGET

    async def test_new_balances_and_settings(self, app: AppUnderTest, drawn: list[int]) -> None:
        async with app.driver(size=(1280, 860)) as driver:
            await unlocked(app, driver)
            await driver.tap("nav-settings")
            drawn.clear()
            await app.services.balances.refresh()
            await driver.settle()
            await driver.change("settings-hide-amounts", True)
            assert drawn
            assert max(drawn) <= BUDGET

    async def test_covering(self, app: AppUnderTest, drawn: list[int]) -> None:
        async with app.driver() as driver:
            await unlocked(app, driver)
            drawn.clear()
            app.services.balances.set_visible(True)
            await driver.lifecycle("inactive")
            assert drawn
            assert max(drawn) <= BUDGET


def _size(body: object) -> int:
    """Controls in what a component drew, without those of components inside it."""
    from dataclasses import fields  # noqa: PLC0415

    from flet.components.component import Component  # noqa: PLC0415

    if isinstance(body, Component):
        return 1
    if isinstance(body, list):
        return sum(_size(part) for part in body)
    if not isinstance(body, BaseControl):
        return 0
    return 1 + sum(
        _size(getattr(body, field.name, None))
        for field in fields(body)
        if not field.metadata.get("skip") and field.name != "_parent"
    )
