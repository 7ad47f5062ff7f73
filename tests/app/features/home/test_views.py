"""Home in every state, layout and width."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import flet as ft
import pytest

from app.core.errors import Action, AppError, ErrorCode
from app.core.model import Direction, ExchangeRate
from app.core.model.activity import ActivityItem, ActivityStatus
from app.core.model.position import Position
from app.design.base import Ui
from app.design.look import Width
from app.features.home.actions import HomeActions
from app.features.home.history import History
from app.features.home.position_pane import PaneActions, position_pane
from app.features.home.screens.home import HomeView
from app.features.home.state import HomeState, Phase
from app.gateway.demo.chain import NETWORKS, RATES
from tests.support.driver import FletDriver
from tests.support.money import FRIEND
from tests.support.screen_tree import spoken, visible_controls
from tests.support.screens import LOOKS, show

NOW = datetime.now(UTC)
OFFLINE = AppError(ErrorCode.OFFLINE, Action.RETRY)
POSITIONS = tuple(
    Position(network, Decimal("1.8042"), NOW, ExchangeRate(network.key, RATES[network.key], NOW))
    for network in NETWORKS
)
ITEMS = tuple(
    ActivityItem(
        f"ETH/0x{number}",
        NETWORKS[0],
        Direction.IN if number % 2 else Direction.OUT,
        status,
        Decimal("0.25"),
        FRIEND,
        None if status is ActivityStatus.PENDING else NOW - timedelta(days=number),
        f"0x{number}",
        fee=Decimal("0.0004"),
    )
    for number, status in enumerate(ActivityStatus)
)
CONTENT = HomeState(
    "Lena Maurer",
    POSITIONS,
    ITEMS,
    Decimal("12479.68"),
    loaded=True,
    activity_loaded=True,
    as_of=NOW,
    rates_as_of=NOW,
    history=History(
        ((NOW - timedelta(days=9), Decimal(1000)), (NOW - timedelta(days=2), Decimal("12479.68")))
    ),
)
OLD = NOW - timedelta(hours=2)
STALE = tuple(replace(one, stale=True, as_of=OLD, error=OFFLINE) for one in POSITIONS)
STATES = {
    "loading": HomeState("Lena Maurer"),
    "failed": HomeState("Lena Maurer", error=OFFLINE),
    "empty": HomeState(
        "Lena Maurer",
        tuple(Position(one, Decimal(0), NOW) for one in NETWORKS),
        loaded=True,
        activity_loaded=True,
    ),
    "content": CONTENT,
    "nudge": replace(CONTENT, nudge=True),
    "hidden": replace(CONTENT, hidden=True),
    "offline": replace(
        CONTENT, positions=STALE, offline=True, as_of=OLD, rates_as_of=OLD, activity_error=OFFLINE, items=()
    ),
    "no rates": replace(
        CONTENT,
        positions=tuple(replace(one, rate=None) for one in POSITIONS),
        total=None,
        rates_as_of=None,
    ),
    "activity on its way": replace(CONTENT, items=(), activity_loaded=False),
    "nothing happened": replace(CONTENT, items=()),
}


class Calls:
    """Remembers what the view asked for."""

    def __init__(self) -> None:
        self.made: list[tuple[str, tuple[object, ...]]] = []

    def __call__(self, name: str) -> Callable[..., object]:
        async def note(*args: object) -> None:
            self.made.append((name, tuple(arg for arg in args if not isinstance(arg, ft.Event))))

        return note

    def actions(self) -> HomeActions:
        return HomeActions(*(self(name) for name in HomeActions.__dataclass_fields__))


def home(state: HomeState, calls: Calls | None = None) -> Callable[[Ui], ft.Control]:
    return lambda ui: HomeView(ui, state, (calls or Calls()).actions())


@pytest.mark.parametrize(("brand", "dark", "language"), LOOKS)
@pytest.mark.parametrize("name", STATES)
async def test_each_state_on_a_phone(name: str, brand: str, dark: bool, language: str) -> None:
    async with show(home(STATES[name]), brand=brand, dark=dark, language=language) as app:
        app.assert_mirror()
        phase = STATES[name].phase
        assert app.has("home-send") is (phase in (Phase.CONTENT, Phase.LOADING))
        assert app.has("home-nudge") is STATES[name].nudge
        assert app.has("home-offline") is STATES[name].offline


@pytest.mark.parametrize("width", [Width.TABLET, Width.DESKTOP])
@pytest.mark.parametrize("brand", ["etopay", "juno"])
@pytest.mark.parametrize("name", STATES)
async def test_each_state_on_wide_windows(name: str, brand: str, width: Width) -> None:
    async with show(home(STATES[name]), brand=brand, width=width, language="de") as app:
        app.assert_mirror()


async def test_figures_and_their_age() -> None:
    async with show(home(CONTENT)) as app:
        assert app.shows("12,479.68")
        assert app.shows("Rates from")
        assert app.shows("test networks included")
        assert app.shows("this week, at today’s rates")
        await app.tap("home-range-all")
        assert app.shows("+12,479.68\u00a0EUR since the start, at today’s rates")
    async with show(home(STATES["offline"])) as app:
        assert app.shows("You are offline")
        assert app.shows("Rates are 2 hours old")
        assert app.shows("Receiving works offline. Sending needs a connection.")
        assert app.shows("Latest activity did not load")
        with pytest.raises(AssertionError, match="disabled"):
            await app.tap("home-send")


@pytest.mark.parametrize("brand", ["etopay", "juno"])
async def test_hidden_amounts_are_nowhere(brand: str) -> None:
    async with show(home(STATES["hidden"]), brand=brand) as app:
        assert not any("12,479" in text or "1.8042" in text or "4,418" in text for text in app.texts())
        assert app.shows("••••")


@pytest.mark.parametrize("brand", ["etopay", "juno"])
async def test_everything_that_can_be_tapped_answers(brand: str) -> None:
    calls = Calls()
    async with show(home(replace(CONTENT, nudge=True), calls), brand=brand) as app:
        for name in (
            "home-hide",
            "home-lock",
            "home-send",
            "home-receive",
            "home-nudge",
            "home-see-all",
            "position-ETH",
        ):
            await app.tap(name)
        await app.tap("activity-row-ETH-0x1")
    names = [name for name, _ in calls.made]
    assert names == ["hide", "lock", "send", "receive", "nudge", "activity", "open_position", "open_item"]
    assert calls.made[6][1] == ("ETH",)
    assert calls.made[7][1] == (ITEMS[1],)


async def test_the_first_thing_to_do_is_to_receive() -> None:
    calls = Calls()
    async with show(home(STATES["empty"], calls)) as app:
        await app.tap("Receive your first payment")
        assert calls.made == [("receive", ())]


@pytest.mark.parametrize(("brand", "dark", "language"), LOOKS)
@pytest.mark.parametrize("position", [POSITIONS[0], STALE[1], Position(NETWORKS[2])])
async def test_a_position_in_detail(position: Position, brand: str, dark: bool, language: str) -> None:
    calls = Calls()
    pane = PaneActions(FRIEND, calls("send"), calls("receive"), calls("copy"))
    async with show(
        lambda ui: position_pane(ui, position, CONTENT, calls.actions(), pane),
        brand=brand,
        dark=dark,
        language=language,
    ) as app:
        await app.tap("position-receive")
        await app.tap("position-copy")
        assert [name for name, _ in calls.made] == ["receive", "copy"]
        app.assert_mirror()


async def larger_texts(app: FletDriver, ui: Ui) -> None:
    """What the client tells every probe when the reader has asked for texts of twice the size."""
    for probe in [one for one in app.all(ft.Container) if one.on_size_change]:
        await app.fire(probe, "size_change", {"w": 20.0, "h": 2.0 * ui.look.step("body").line})


@pytest.mark.parametrize("brand", ["etopay", "juno"])
async def test_rows_and_pockets_cut_nothing_at_twice_the_text_size(brand: str) -> None:
    looks: list[Ui] = []

    def build(ui: Ui) -> ft.Control:
        looks.append(ui)
        return HomeView(ui, CONTENT, Calls().actions())

    def cut(app: FletDriver) -> list[str]:
        names = ("position-", "activity-row-")
        rows = [one for one in app.all(ft.Semantics) if (one.identifier or "").startswith(names)]
        texts = [text for row in rows for text in visible_controls(row) if isinstance(text, ft.Text)]
        return [spoken(text) for text in texts if text.max_lines and spoken(text) not in {"", "Test"}]

    async with show(build, brand=brand, language="de") as app:
        assert cut(app)
        await larger_texts(app, looks[0])
        assert cut(app) == []


async def test_the_total_says_what_it_leaves_out() -> None:
    unread = (replace(POSITIONS[0], amount=None, as_of=None, error=OFFLINE), *POSITIONS[1:])
    async with show(home(replace(CONTENT, positions=unread))) as app:
        assert app.shows("without what could not be read")
        assert not app.shows("without what has no rate")
    no_rate = (replace(POSITIONS[0], rate=None), *POSITIONS[1:])
    async with show(home(replace(CONTENT, positions=no_rate))) as app:
        assert app.shows("without what has no rate")
        assert not app.shows("without what could not be read")


async def test_a_network_that_never_answered_promises_no_figure() -> None:
    unread = replace(POSITIONS[0], amount=None, as_of=None, error=OFFLINE)
    pane = PaneActions(None, Calls()("send"), Calls()("receive"), Calls()("copy"))
    async with show(lambda ui: position_pane(ui, unread, CONTENT, Calls().actions(), pane)) as app:
        assert app.shows("There is no figure yet that we could show.")
    async with show(lambda ui: position_pane(ui, STALE[0], CONTENT, Calls().actions(), pane)) as app:
        assert app.shows("The figure is the last one we know.")


async def test_beside_a_rail_the_person_is_not_said_twice() -> None:
    for width, there in ((Width.PHONE, True), (Width.TABLET, False), (Width.DESKTOP, False)):
        async with show(home(STATES["empty"]), width=width) as app:
            assert app.has("home-lock") is there


@pytest.mark.parametrize("brand", ["etopay", "juno"])
async def test_the_blocks_stand_in_two_lines_at_twice_the_text_size(brand: str) -> None:
    looks: list[Ui] = []

    def build(ui: Ui) -> ft.Control:
        looks.append(ui)
        return HomeView(ui, CONTENT, Calls().actions())

    def beside(app: FletDriver, name: str) -> int:
        rows = [row for row in app.all(ft.Row) if any(name == found for found in identifiers(row))]
        return len(rows[-1].controls)  # the innermost

    def identifiers(row: ft.Row) -> list[str]:
        return [one.identifier or "" for one in visible_controls(row) if isinstance(one, ft.Semantics)]

    async with show(build, brand=brand, language="de") as app:
        assert beside(app, "home-activity") == 3
        await larger_texts(app, looks[0])
        assert beside(app, "home-receive") == 2
        assert not any(row.wrap for row in app.all(ft.Row) if "home-activity" in identifiers(row))
