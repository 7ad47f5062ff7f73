"""One payment as a row of a list."""

from __future__ import annotations

from decimal import Decimal

import flet as ft

from app.core.model import Direction
from app.core.model.activity import ActivityItem, ActivityStatus
from app.core.money import to_fiat
from app.design.base import Action, Tone, Ui
from app.design.components import icon_disc, row_item
from app.widgets.addresses import short_address
from app.widgets.amounts import about_euro, coin_amount, euro

_WAITING = (ActivityStatus.SUBMITTING, ActivityStatus.UNKNOWN, ActivityStatus.PENDING)


def kind_words(ui: Ui, item: ActivityItem) -> str:
    """What kind of payment it is."""
    return {
        Direction.IN: ui.t("Received"),
        Direction.OUT: ui.t("Sent"),
        Direction.SELF: ui.t("Sent to yourself"),
    }[item.direction]


def status_words(ui: Ui, item: ActivityItem) -> str:
    """How far it is, in words; empty for what is simply done."""
    return {
        ActivityStatus.SUBMITTING: ui.t("Being sent"),
        ActivityStatus.UNKNOWN: ui.t("Not sure yet, we are checking"),
        ActivityStatus.PENDING: ui.t("On its way"),
        ActivityStatus.CONFIRMED: "",
        ActivityStatus.FAILED: ui.t("Failed, nothing left")
        if item.direction is Direction.OUT
        else ui.t("Failed"),
        ActivityStatus.NOT_SENT: ui.t("Not sent"),
    }[item.status]


def kind_icon(ui: Ui, item: ActivityItem, size: float | None = None) -> ft.Container:
    """The disc that tells the kind at a glance: only money in is green."""
    if item.status in (ActivityStatus.FAILED, ActivityStatus.NOT_SENT):
        return icon_disc(ui, ft.Icons.ERROR_ROUNDED, "error", size)
    if item.status is ActivityStatus.UNKNOWN:
        return icon_disc(ui, ft.Icons.HELP_ROUNDED, "warning", size)
    icons: dict[Direction, tuple[ft.IconData, Tone]] = {
        Direction.IN: (ft.Icons.SOUTH_WEST_ROUNDED, "success"),
        Direction.OUT: (ft.Icons.NORTH_EAST_ROUNDED, "neutral"),
        Direction.SELF: (ft.Icons.SYNC_ALT_ROUNDED, "neutral"),
    }
    icon, tone = icons[item.direction]
    return icon_disc(ui, icon, tone, size)


def signed_amount(item: ActivityItem) -> Decimal:
    """The amount with its direction as sign."""
    return item.amount if item.direction is Direction.IN else -item.amount


def transaction_row(
    ui: Ui,
    item: ActivityItem,
    *,
    when: str,
    rate: Decimal | None,
    on_click: Action | None,
    hidden: bool = False,
    selected: bool = False,
    stacked: bool = False,
) -> ft.Control:
    """Who, what and when at the left, how much at the right; the state in words where it is not done.

    ``stacked`` has the amount below, for large texts.
    """
    k = ui.look
    failed = item.status in (ActivityStatus.FAILED, ActivityStatus.NOT_SENT)
    incoming = item.direction is Direction.IN and item.status is ActivityStatus.CONFIRMED
    tone = k.c.on_surface_variant if failed else k.c.success if incoming else None
    worth = _worth(ui, item, rate, failed=failed, hidden=hidden)
    # Without a worth its line has room for the time, which a narrow pane would cut off beside the kind.
    if worth is None:
        worth, when = when, ""
    amount = coin_amount(ui, signed_amount(item), item.network.symbol, signed=True, hidden=hidden, color=tone)
    return row_item(
        ui,
        leading=kind_icon(ui, item),
        title=short_address(item.other),
        subtitle=_subtitle(ui, item, when, most=None if stacked else 1),
        trailing_top=amount,
        trailing_bottom=worth or None,
        on_click=on_click,
        id=f"activity-row-{item.key.replace('/', '-')}",
        selected=selected,
        stacked=stacked,
    )


def _worth(ui: Ui, item: ActivityItem, rate: Decimal | None, *, failed: bool, hidden: bool) -> str | None:
    if failed:
        in_coin = item.network.fee_symbol == item.network.symbol
        if not item.fee or rate is None or hidden or not in_coin:
            return None
        return ui.t("fee {amount}", amount=euro(ui, to_fiat(item.fee, rate)))
    return about_euro(ui, to_fiat(item.amount, rate), hidden=hidden) if rate is not None else None


def _subtitle(ui: Ui, item: ActivityItem, when: str, *, most: int | None) -> ft.Text:
    k = ui.look
    # Beside an amount there is room for a word or two; the details say the rest.
    short = {ActivityStatus.UNKNOWN: ui.t("Not sure yet"), ActivityStatus.FAILED: ui.t("Failed")}
    state = short.get(item.status) or status_words(ui, item)
    when = when.replace(" ", "\u00a0")  # a date that does not fit ends in an ellipsis, not after its day
    color = k.c.warning if item.status in _WAITING else k.c.error
    plain = k.style("label", k.type.weights[0], k.c.on_surface_variant)
    if state:
        # The sign says the kind; together with it the words that matter most would be cut off.
        spans = [ft.TextSpan(state, k.style("label", k.type.emphasis, color))]
    else:
        own = item.direction is Direction.SELF
        kind = ui.t("To yourself") if own else kind_words(ui, item)
        spans = [ft.TextSpan(f"{kind} · {when}" if when else kind, plain)]
    return ft.Text(spans=spans, max_lines=most, overflow=ft.TextOverflow.ELLIPSIS)
