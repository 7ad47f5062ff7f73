"""Samples of every component for the catalogue and the tests; the figures are made up."""

from __future__ import annotations

from collections.abc import Callable

import flet as ft

from app.design import components as d
from app.design.base import Tone, Ui, component, use_dialog, use_state, use_ui

ADDRESS = "0x71C7656EC7ab88b098defB751B7401B5f6d8976F"
RISING = (4, 4.3, 4.1, 5.4, 5.2, 4.7, 5.1, 6.6, 6.3, 7.6, 7.2, 8.6, 9)
FALLING = (8.6, 9, 8.8, 8.1, 8.3, 6.4, 6.7, 6.1, 5, 5.3, 5.9, 5.2, 4.9)
WEEKS = (
    12295,
    12257,
    12313,
    12258,
    12283,
    12325,
    12249,
    12301,
    12396,
    12388,
    12479,
    12443,
    12411,
    12490,
    12480,
)


def _hero(ui: Ui, shrink: float) -> ft.Text:
    return d.amount_text(ui, "12,479.68", "EUR", "hero", about=True, shrink=shrink)


def nothing() -> None:
    """What the samples' buttons do."""


def type_scale(ui: Ui) -> ft.Control:
    """All steps of the scale and the three sizes of an amount."""
    return d.column(
        ui,
        [
            d.text(ui, "Your money, your own key", "display"),
            d.title(ui, "Sent to Anna Berger"),
            d.heading(ui, "Assets"),
            d.text(ui, "Hold, receive and send. Nobody else can move your funds."),
            d.muted(ui, "Last on 23 November · ₳ ≈ −"),
            d.text(ui, "Caption", "caption"),
            d.fitted(ui, lambda shrink: _hero(ui, shrink)),
            d.amount_text(ui, "0.25", "ETH", "panel"),
            d.amount_text(ui, "0.0800", "ETH", sign="+", color=ui.look.c.success),
        ],
    )


def buttons(ui: Ui) -> ft.Control:
    """Buttons, quick actions, chips and tags."""
    tones: tuple[Tone, ...] = ("info", "success", "warning", "error", "neutral")
    return d.column(
        ui,
        [
            d.button(ui, "Send 0.25 ETH", nothing, icon=ft.Icons.LOCK_ROUNDED, id="filled"),
            d.button(ui, "Sending", nothing, busy=True),
            d.button(ui, "Choose an address to go on", nothing, disabled=True),
            d.side_by_side(
                ui,
                d.button(ui, "Send again", nothing, kind="tonal", icon=ft.Icons.REPLAY_ROUNDED),
                d.button(ui, "Receipt", nothing, kind="outlined", icon=ft.Icons.DOWNLOAD_ROUNDED),
            ),
            d.side_by_side(
                ui,
                d.button(ui, "Do not pay", nothing, kind="text"),
                d.button(ui, "Delete", nothing, kind="danger"),
            ),
            ft.Row(
                [
                    d.quick_action(ui, ft.Icons.SOUTH_WEST_ROUNDED, "Receive", nothing),
                    d.quick_action(ui, ft.Icons.NORTH_EAST_ROUNDED, "Send", nothing, primary=True),
                    d.quick_action(ui, ft.Icons.STOREFRONT_ROUNDED, "Pay", nothing, disabled=True),
                    d.quick_action(ui, ft.Icons.SWAP_HORIZ_ROUNDED, "Exchange", nothing),
                ],
                spacing=0,
            ),
            ft.Row(
                [
                    d.chip(ui, "All", True, nothing),
                    d.chip(ui, "Payments", False, nothing),
                    d.chip(
                        ui,
                        "ETH",
                        False,
                        nothing,
                        leading=d.coin(ui, "ETH", 22),
                        trailing=ft.Icons.EXPAND_MORE_ROUNDED,
                    ),
                    d.icon_button(ui, ft.Icons.NOTIFICATIONS_NONE_ROUNDED, "Inbox", nothing, badge=True),
                ],
                spacing=8,
                wrap=True,
            ),
            ft.Row(
                [d.tag(ui, tone.title(), tone=tone, icon=ft.Icons.VERIFIED_ROUNDED) for tone in tones],
                spacing=8,
                wrap=True,
            ),
        ],
    )


def rows(ui: Ui) -> ft.Control:
    """Rows, facts, settings."""
    k = ui.look
    positions: tuple[tuple[str, str, str, str, tuple[float, ...], Tone, str], ...] = (
        ("ETH", "Ethereum", "1.8042 ETH", "4,418.67", RISING, "success", "+2.4 %"),
        ("IOTA", "IOTA", "18,240.5 IOTA", "3,410.97", FALLING, "error", "−1.1 %"),
    )
    asset_rows = [
        d.row_item(
            ui,
            leading=d.coin(ui, symbol),
            title=name,
            subtitle=held,
            middle=d.sparkline(ui, points, tone),
            trailing_top=d.amount_text(ui, fiat, "EUR", about=True),
            trailing_bottom=d.text(ui, change, "label", color=k.paint(tone).strong),
            on_click=nothing,
        )
        for symbol, name, held, fiat, points, tone, change in positions
    ]
    return d.column(
        ui,
        [
            d.allocation_bar(ui, [(k.coin(s), p) for s, p in (("ETH", 0.5), ("EURX", 0.3), ("IOTA", 0.2))]),
            d.list_card(ui, asset_rows),
            d.list_card(
                ui,
                [
                    d.row_item(
                        ui,
                        leading=d.icon_disc(ui, ft.Icons.SOUTH_WEST_ROUNDED, "success"),
                        title="Jonas Weber",
                        subtitle="Received · 09:12",
                        selected=True,
                        on_click=nothing,
                        trailing_top=d.amount_text(ui, "0.0800", "ETH", sign="+", color=k.c.success),
                        trailing_bottom="≈ 195.93 EUR",
                    ),
                    d.row_item(
                        ui,
                        leading=d.avatar(ui, "Anna Berger"),
                        title="Anna Berger",
                        subtitle="Sent · 11:03",
                        trailing_top=d.amount_text(ui, "0.2500", "ETH", sign="−"),
                        on_click=nothing,
                    ),
                ],
            ),
            d.facts_card(
                ui,
                [
                    d.fact(ui, "Network fee", "≈ 0.00042 ETH", "1.03 EUR, at most 0.00063 ETH"),
                    d.fact(
                        ui, "Reference", "0x9f3a … 7c21", copy=d.copy_button(ui, "Copy reference", nothing)
                    ),
                ],
            ),
            d.card(
                ui,
                d.column(
                    ui,
                    [
                        d.text(ui, "Anna Berger", weight=600),
                        d.panel(ui, d.address_block(ui, ADDRESS)),
                        d.panel(ui, d.address_block(ui, ADDRESS, marked={7, 8, 20, 21})),
                    ],
                ),
            ),
            d.list_card(
                ui,
                [
                    d.setting_row(ui, ft.Icons.LANGUAGE_ROUNDED, "Language", nothing, value="English"),
                    d.switch(
                        ui, "Hide amounts", True, print, id="hide", icon=ft.Icons.VISIBILITY_OFF_OUTLINED
                    ),
                    d.setting_row(ui, ft.Icons.LOGOUT_ROUNDED, "Sign out", nothing, tone="error"),
                ],
            ),
        ],
    )


def messages(ui: Ui) -> ft.Control:
    """Banners, progress, skeletons, states."""
    k = ui.look
    steps = [
        d.Step("You confirmed with your PIN", "done", "11:03:02"),
        d.Step("Handed to the network", "done", "11:03:04"),
        d.Step("Waiting to be included", "now", note="Usually within 30 seconds."),
        d.Step("Confirmed", "todo"),
    ]
    return d.column(
        ui,
        [
            d.banner(
                ui,
                "warning",
                "You are offline",
                "Showing figures from 07:48.",
                action=("Try again", nothing),
                icon=ft.Icons.CLOUD_OFF_ROUNDED,
            ),
            d.banner(ui, "info", "Ethereum network only", "Other coins sent here may be lost."),
            d.banner(
                ui, "success", "Paid once, even if the connection drops", "We follow it until it is settled."
            ),
            d.banner(ui, "error", "This did not work", "Nothing was sent. Try again."),
            d.card(ui, d.timeline(ui, steps)),
            ft.Row([d.step_bar(ui, 2, 1, 5), d.ring(ui, 2 / 6, "2/6"), d.ring(ui, 1, "5/5")], spacing=k.s.s6),
            d.progress_bar(ui, 0.32),
            d.password_meter(ui, 2, "Fair. Add another word."),
            d.line_chart(ui, WEEKS),
            d.skeleton(ui, 160, 28),
            d.skeleton_rows(ui, 2),
            d.card(
                ui,
                d.empty_state(
                    ui,
                    "empty",
                    "No payments yet",
                    "Everything you receive or send will be listed.",
                    ("Receive your first payment", nothing),
                ),
            ),
            d.card(
                ui,
                d.error_state(
                    ui,
                    "We cannot reach our service",
                    "Your money is safe. Try again in a minute.",
                    ("Try again", nothing),
                ),
            ),
        ],
    )


@component
def Inputs() -> ft.Control:  # noqa: N802 - a component
    """Fields and choices that work."""
    ui = use_ui()
    word, set_word = use_state("Anna")
    network, set_network = use_state("eth")
    agreed, set_agreed = use_state(True)
    opened, set_opened = use_state(False)
    body = d.column(ui, [d.text(ui, "A sent payment cannot be called back."), d.button(ui, "Send", nothing)])
    use_dialog(d.sheet(ui, "Check before you send", body, lambda: set_opened(False)) if opened else None)
    checks = (
        d.Check(True, "Valid Ethereum address, checksum fits"),
        d.Check(None, "You have never paid this address"),
    )
    networks = [("eth", "Ethereum"), ("iota", "IOTA")]
    return d.column(
        ui,
        [
            d.field(
                ui, "Name", word, set_word, id="name", helper="As it is in your address book.", checks=checks
            ),
            d.field(
                ui,
                "Wallet password",
                "12345",
                set_word,
                id="password",
                secret=True,
                error="12345 is a run. Easy to guess.",
            ),
            d.select(ui, "Network", network, networks, set_network, id="network"),
            d.search_field(ui, "Search payments", "", print, id="search", hint="Address, amount or coin"),
            d.amount_entry(ui, "Amount", "0.25", "ETH", print, id="amount"),
            d.checkbox(
                ui,
                "I have read the terms and the privacy notice and agree to both.",
                agreed,
                set_agreed,
                id="agree",
            ),
            d.button(ui, "Open a sheet", lambda: set_opened(True), kind="tonal", id="open"),
        ],
    )


def pins(ui: Ui) -> ft.Control:
    """The PIN entry and the brand's pictures."""
    pictures = [
        d.Grown(ui, d.spot(ui, "success", 120)),
        d.spot(ui, "identity", 120),
        d.mascot(ui),
        d.logo(ui),
        d.logo(ui, "mark"),
    ]
    people = [d.avatar(ui, "Lena Maurer", strong=True), d.coin(ui, "EURX"), d.coin(ui, "XYZ", test=True)]
    return d.column(
        ui,
        [
            d.PinEntry(lambda _: None, length=None, message="123456 is a run. Easy to guess.", error=True),
            ft.Row([*pictures, *people], wrap=True, spacing=16),
        ],
    )


SECTIONS: dict[str, Callable[[Ui], ft.Control]] = {
    "Type": type_scale,
    "Buttons": buttons,
    "Rows": rows,
    "Messages": messages,
    "Inputs": lambda _: Inputs(),
    "PIN and pictures": pins,
}
