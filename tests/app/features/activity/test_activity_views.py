"""The activity: filters and days as rules, every state as seen, long lists in a window."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import partial

import flet as ft
import pytest

from app.core.errors import Action, AppError, ErrorCode
from app.core.model import Direction
from app.core.model.activity import ActivityItem, ActivityStatus
from app.design.base import Ui
from app.design.look import Width
from app.features.activity.actions import DetailActions, ListActions
from app.features.activity.detail_view import detail_body, detail_bottom, explorer_url
from app.features.activity.list_view import ListState, list_view
from app.features.activity.screens.activity import ActivityView
from app.features.activity.state import DayHead, Filters, Kind, Row, lines_of, matches
from app.gateway.demo.chain import NETWORKS, network_of
from app.widgets.transaction_row import transaction_row
from tests.support.money import FRIEND, STRANGER
from tests.support.screen_tree import spoken
from tests.support.screens import LOOKS, show

NOW = datetime.now(UTC)
ETH, IOTA = network_of("ETH"), network_of("iota_rebased_mainnet")
OFFLINE = AppError(ErrorCode.OFFLINE, Action.RETRY)


def item(number: int, status: ActivityStatus = ActivityStatus.CONFIRMED, **facts: object) -> ActivityItem:
    open_ = status in (ActivityStatus.PENDING, ActivityStatus.UNKNOWN, ActivityStatus.SUBMITTING)
    values: dict[str, object] = {
        "network": ETH,
        "direction": Direction.IN if number % 2 else Direction.OUT,
        "amount": Decimal("0.25"),
        "other": FRIEND,
        "at": None if open_ else NOW - timedelta(hours=10 * number),
        "tx_id": f"0x{number:064x}",
        "fee": Decimal("0.0004"),
        "block": None if open_ else 21483107,
        "started_at": NOW if open_ else None,
    }
    return ActivityItem(key=f"ETH/{number}", status=status, **(values | facts))  # type: ignore[arg-type]


ALL = (
    *tuple(item(number, status) for number, status in enumerate(ActivityStatus)),
    item(8, direction=Direction.SELF),
    item(9, network=IOTA, other="0x" + "c" * 64),
)
RATES = {"ETH": Decimal("2449.10")}
STATES = {
    "loading": ListState(),
    "failed": ListState(error=OFFLINE),
    "empty": ListState(loaded=True),
    "rows": ListState(ALL, NETWORKS, RATES, loaded=True),
    "partly failed": ListState(ALL, NETWORKS, RATES, loaded=True, error=OFFLINE),
    "nothing found": ListState(ALL, NETWORKS, RATES, Filters("zzz"), loaded=True),
    "hidden": ListState(ALL, NETWORKS, RATES, loaded=True, hidden=True),
}


class Calls:
    """Remembers what the view asked for."""

    def __init__(self) -> None:
        self.made: list[tuple[str, tuple[object, ...]]] = []

    def __call__(self, name: str) -> Callable[..., object]:
        async def note(*args: object) -> None:
            self.made.append((name, tuple(arg for arg in args if not isinstance(arg, ft.Event))))

        return note

    def list(self) -> ListActions:
        return ListActions(*(self(name) for name in ListActions.__dataclass_fields__))

    def detail(self) -> DetailActions:
        return DetailActions(*(self(name) for name in DetailActions.__dataclass_fields__))


@pytest.mark.parametrize(
    ("filters", "passes"),
    [
        (Filters(), True),
        (Filters("  "), True),
        (Filters("71c7"), True),
        (Filters("976F eth"), True),
        (Filters("0.25"), True),
        (Filters("0,25"), True),
        (Filters("ethereum"), True),
        (Filters("iota"), False),
        (Filters("0.26"), False),
        (Filters(kind=Kind.IN), False),
        (Filters(kind=Kind.OUT), True),
        (Filters(kind=Kind.OPEN), False),
        (Filters(network="ETH"), True),
        (Filters(network="EURX"), False),
    ],
)
def test_what_passes_a_filter(filters: Filters, passes: bool) -> None:
    assert matches(item(2), filters) is passes


def test_days_group_what_passes_and_know_their_ends() -> None:
    early = NOW.astimezone().replace(hour=12)
    items = [
        item(1, at=early),
        item(3, at=early - timedelta(minutes=1)),
        item(5, at=early - timedelta(days=1)),
    ]
    lines = lines_of(items, Filters())
    assert [type(line) for line in lines] == [DayHead, Row, Row, DayHead, Row]
    rows = [line for line in lines if isinstance(line, Row)]
    assert [(row.first, row.last) for row in rows] == [(True, False), (False, True), (True, True)]
    assert lines_of(items, Filters(kind=Kind.OUT)) == ()
    assert lines_of([item(0, ActivityStatus.UNKNOWN)], Filters())[0] == DayHead(None)


def listed(state: ListState, calls: Calls | None = None) -> Callable[[Ui], ft.Control]:
    return lambda ui: list_view(ui, state, (calls or Calls()).list())


@pytest.mark.parametrize(("brand", "dark", "language"), LOOKS)
@pytest.mark.parametrize("name", STATES)
async def test_each_state_of_the_list(name: str, brand: str, dark: bool, language: str) -> None:
    async with show(listed(STATES[name]), brand=brand, dark=dark, language=language) as app:
        app.assert_mirror()
        assert app.has("activity-search") is (name not in ("failed", "empty"))


@pytest.mark.parametrize("width", [Width.TABLET, Width.DESKTOP])
@pytest.mark.parametrize("name", STATES)
async def test_list_and_details_on_wide_windows(name: str, width: Width) -> None:
    state = STATES[name]
    shown = state.items[3] if state.items else None
    chosen = replace(state, selected=shown.key if shown else None)
    calls = Calls()
    async with show(
        lambda ui: ActivityView(ui, chosen, calls.list(), calls.detail(), shown), width=width, language="de"
    ) as app:
        app.assert_mirror()
        assert app.has("detail-amount") is (shown is not None and width is Width.DESKTOP)


async def test_searching_filtering_and_opening() -> None:
    calls = Calls()
    async with show(listed(STATES["rows"], calls)) as app:
        await app.type("activity-search", "anna")
        await app.tap("activity-kind-in")
        await app.tap("activity-network-ETH")
        await app.tap("activity-row-ETH-3")
    assert calls.made == [
        ("filter", (Filters("anna"),)),
        ("filter", (Filters(kind=Kind.IN),)),
        ("filter", (Filters(network="ETH"),)),
        ("open", (ALL[3],)),
    ]
    async with show(listed(STATES["nothing found"], calls)) as app:
        await app.tap("Show all")
    async with show(listed(STATES["failed"], calls)) as app:
        await app.tap("Try again")
    async with show(listed(STATES["empty"], calls)) as app:
        await app.tap("Receive your first payment")
    assert [name for name, _ in calls.made[4:]] == ["filter", "refresh", "receive"]


async def test_only_incoming_is_green_and_states_are_words() -> None:
    async with show(listed(STATES["rows"])) as app:
        for words in (
            "Being sent",
            "Not sure yet",
            "On its way",
            "Failed",
            "Not sent",
        ):
            assert app.shows(words)
    async with show(listed(STATES["hidden"])) as app:
        assert not any("0.25" in text for text in app.texts())


async def test_a_long_list_exists_only_near_the_window() -> None:
    many = tuple(item(2 * number + 1) for number in range(3000))
    calls = Calls()
    async with show(listed(ListState(many, NETWORKS, RATES, loaded=True), calls)) as app:
        rows = [one for one in app.all(ft.Semantics) if str(one.identifier).startswith("activity-row")]
        assert 10 < len(rows) <= 40


@pytest.mark.parametrize(("brand", "dark", "language"), LOOKS)
@pytest.mark.parametrize("shown", ALL, ids=lambda one: f"{one.status}-{one.direction}")
async def test_each_kind_of_details(shown: ActivityItem, brand: str, dark: bool, language: str) -> None:
    def build(ui: Ui) -> ft.Control:
        bottom = detail_bottom(ui, shown, Calls().detail())
        body = detail_body(ui, shown, RATES.get(shown.network.key), Calls().detail())
        return ft.Column([*body, *([bottom] if bottom else [])])

    async with show(build, brand=brand, dark=dark, language=language) as app:
        app.assert_mirror()
        assert app.has("detail-address")
        assert app.has("detail-again") is (shown.direction is Direction.OUT and shown.settled)


async def test_details_lead_on() -> None:
    calls, shown = Calls(), item(2, other=STRANGER)

    def build(ui: Ui) -> ft.Control:
        bottom = detail_bottom(ui, shown, calls.detail())
        return ft.Column([*detail_body(ui, shown, None, calls.detail()), *([bottom] if bottom else [])])

    async with show(build) as app:
        for name in ("detail-copy-address", "detail-copy-id", "detail-again", "detail-explorer"):
            await app.tap(name)
    url = f"https://explorer.example/eth/tx/{shown.tx_id}"
    assert calls.made == [
        ("copy", (STRANGER,)),
        ("copy", (shown.tx_id,)),
        ("again", (shown,)),
        ("explore", (url,)),
    ]
    assert explorer_url(item(2, tx_id=None)) is None
    assert explorer_url(item(2, network=replace(ETH, explorer_url=None))) is None


async def test_a_time_without_a_worth_goes_below_the_amount() -> None:
    shown = item(9, network=IOTA, amount=Decimal("1234567.123456789"))
    async with show(lambda ui: transaction_row(ui, shown, when="16. Nov.", rate=None, on_click=None)) as app:
        assert app.texts()[-1] == "16. Nov."
        assert "Received" in app.texts()
    async with show(
        lambda ui: transaction_row(ui, shown, when="16. Nov.", rate=Decimal(1), on_click=None)
    ) as app:
        assert "Received · 16.\u00a0Nov." in app.texts()


async def test_every_digit_of_the_details_amount_is_there_to_see() -> None:
    long = item(2, amount=Decimal("1234.123456789012345678"))
    async with show(lambda ui: ft.Column(detail_body(ui, long, None, Calls().detail()))) as app:
        amount = next(text for text in app.all(ft.Text) if "123456789012345678" in spoken(text))
        assert not amount.no_wrap
        assert not amount.max_lines


async def test_a_day_is_as_far_from_the_last_card_as_in_the_drawings() -> None:
    rows = tuple(item(2 * number + 1, at=NOW - timedelta(days=number)) for number in range(3))
    async with show(listed(ListState(rows, NETWORKS, RATES, loaded=True))) as app:
        column = next(one for one in app.all(ft.Column) if one.scroll and one.on_scroll)
        heights = [one.height for one in column.controls if isinstance(one, ft.Container) and one.height]
        assert heights[:4] == [38, 64, 38, 64]


async def test_a_failed_row_says_the_fee_in_few_characters_or_the_time() -> None:
    failed = item(2, ActivityStatus.FAILED, fee=Decimal("0.000042"))
    token = item(4, ActivityStatus.FAILED, network=network_of("EURX"))
    for shown, rate, words in (
        (failed, RATES["ETH"], "fee 0.10\u00a0EUR"),
        (failed, None, "22:10"),
        (token, Decimal(1), "22:10"),
    ):
        row = partial(transaction_row, item=shown, when="22:10", rate=rate, on_click=None)
        async with show(row) as app:
            assert app.texts()[-1] == words
            assert "Failed" in app.texts()
