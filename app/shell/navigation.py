"""Moving between the main places: a bar on phones, a rail on tablets, a sidebar on desktops."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

import flet as ft

from app.core import paths
from app.core.i18n import mark
from app.design.base import Ui, Width, ident, keyed
from app.design.components import Entrance, avatar, icon_button, logo, muted, pressable, text
from app.design.components.scale import snug_text

TOP_LEVEL: Final = (paths.HOME, paths.ACTIVITY, paths.SETTINGS)


@dataclass(frozen=True, slots=True)
class Place:
    """One entry of the navigation."""

    id: str
    path: str
    label: str
    rest: ft.IconData
    chosen: ft.IconData


_HOME: Final = Place("nav-home", paths.HOME, mark("Home"), ft.Icons.HOME_OUTLINED, ft.Icons.HOME_ROUNDED)
_ACTIVITY: Final = Place(
    "nav-activity",
    paths.ACTIVITY,
    mark("Activity"),
    ft.Icons.RECEIPT_LONG_OUTLINED,
    ft.Icons.RECEIPT_LONG_ROUNDED,
)
_SETTINGS: Final = Place(
    "nav-settings", paths.SETTINGS, mark("Settings"), ft.Icons.SETTINGS_OUTLINED, ft.Icons.SETTINGS_ROUNDED
)
_RECEIVE: Final = Place(
    "nav-receive",
    paths.RECEIVE,
    mark("Receive"),
    ft.Icons.SOUTH_WEST_ROUNDED,
    ft.Icons.SOUTH_WEST_ROUNDED,
)
_SEND: Final = Place(
    "nav-send", paths.SEND, mark("Send"), ft.Icons.NORTH_EAST_ROUNDED, ft.Icons.NORTH_EAST_ROUNDED
)

Go = Callable[[str], object]


@dataclass(frozen=True, slots=True)
class Person:
    """Who is signed in, and what the corner of the sidebar does."""

    name: str
    below: str
    lock: Callable[[], object]


def framed(ui: Ui, content: ft.Control, path: str, go: Go, person: Person) -> ft.Control:
    """A screen with the navigation of the present width around it."""
    side: ft.Control = ft.Container(width=0)
    bar: ft.Control = ft.Container(height=0)
    if ui.width_class is not Width.PHONE:
        side = (_rail if ui.width_class is Width.TABLET else _sidebar)(ui, path, go, person)
    elif path in TOP_LEVEL:
        bar = _pill(ui, path, go) if ui.brand.layout.shell == "pill" else _bar(ui, path, go)
    # The content keeps its place in the tree at every width: resizing must not start its screen anew.
    page = ft.context.page
    # A phone's system slides whole pages in by itself.
    if page.platform not in {ft.PagePlatform.ANDROID, ft.PagePlatform.IOS}:
        content = keyed(path, Entrance(ui, content, height=page.height, expand=True))
    column = ft.Column([ft.Container(content, expand=True), bar], spacing=0, expand=True)
    return ft.Row([side, column], spacing=0, expand=True)


def _is_here(place: Place, path: str) -> bool:
    if place.path == paths.HOME:
        return path == paths.HOME
    return path == place.path or path.startswith(f"{place.path}/")


def _target(
    ui: Ui,
    place: Place,
    here: bool,
    go: Go,
    content: ft.Control,
    *,
    radius: float,
    ring: str | None = None,
    **box: Any,
) -> ft.Control:
    def pressed() -> object:
        return go(place.path)

    target = pressable(ui, content, pressed, radius=radius, place="within", ring=ring, shade=ring, **box)
    marked = ft.Semantics(content=target, selected=here, expand=target.expand)
    return ident(place.id, marked, None if ui.width_class is not Width.PHONE else ui.t(place.label))


def _bar(ui: Ui, path: str, go: Go) -> ft.Control:
    k = ui.look
    keys = []
    for place in (_HOME, _ACTIVITY, _SETTINGS):
        here = _is_here(place, path)
        tint = k.c.primary if here else k.c.on_surface_variant
        column = ft.Column(
            [
                ft.Icon(place.chosen if here else place.rest, size=k.z.icon, color=tint),
                snug_text(ui, ui.t(place.label), "caption", color=tint),
            ],
            spacing=3,
            tight=True,
            horizontal_alignment=ft.CrossAxisAlignment.CENTER,
        )
        keys.append(_target(ui, place, here, go, column, radius=k.r.md, expand=True, height=56))
    return ft.Container(
        ft.SafeArea(ft.Row(keys, spacing=0), avoid_intrusions_top=False),
        bgcolor=k.c.surface_container_lowest,
        border=ft.Border(top=ft.BorderSide(1, k.c.outline_variant)),
        padding=ft.Padding.symmetric(horizontal=k.s.s3, vertical=k.s.s1),
    )


def _pill(ui: Ui, path: str, go: Go) -> ft.Control:
    k = ui.look
    keys = []
    for place in (_HOME, _ACTIVITY, _SETTINGS):
        here = _is_here(place, path)
        tint = k.tiles.bar.fg if here else ft.Colors.with_opacity(0.86, k.tiles.bar.fg)
        glyph = ft.Icon(
            place.chosen if here else place.rest, size=k.z.icon, color=tint, semantics_label=ui.t(place.label)
        )
        fill = ft.Colors.with_opacity(0.14, k.tiles.bar.fg) if here else None
        ring = k.tiles.bar.fg
        keys.append(_target(ui, place, here, go, glyph, radius=26, ring=ring, width=72, height=52, fill=fill))
    pill = ft.Container(
        ft.Row(keys, alignment=ft.MainAxisAlignment.SPACE_AROUND),
        height=k.z.bottom_bar,
        border_radius=k.z.bottom_bar / 2,
        bgcolor=k.tiles.bar.bg,
        padding=ft.Padding.symmetric(horizontal=14),
    )
    return ft.Container(
        ft.SafeArea(pill, avoid_intrusions_top=False),
        bgcolor=k.c.surface,
        padding=ft.Padding(ui.margin, k.s.s2, ui.margin, k.s.s4),
    )


def _rail(ui: Ui, path: str, go: Go, person: Person) -> ft.Control:
    k = ui.look
    keys: list[ft.Control] = [ft.Container(logo(ui, "mark", 40), padding=ft.Padding.only(bottom=k.s.s6))]
    for place in (_HOME, _ACTIVITY, _RECEIVE, _SEND, _SETTINGS):
        here = _is_here(place, path)
        block = ft.Container(
            ft.Icon(
                place.chosen if here else place.rest,
                size=k.z.icon,
                color=k.c.on_primary_container if here else k.c.on_surface_variant,
            ),
            width=52,
            height=32,
            border_radius=16,
            alignment=ft.Alignment.CENTER,
            bgcolor=k.c.primary_container if here else None,
        )
        tint = k.c.on_surface if here else k.c.on_surface_variant
        word = snug_text(ui, ui.t(place.label), "caption", color=tint)
        column = ft.Column(
            [block, word], spacing=k.s.s1, tight=True, horizontal_alignment=ft.CrossAxisAlignment.CENTER
        )
        keys.append(_target(ui, place, here, go, column, radius=k.r.md, width=k.z.rail - 2, height=68))
    lock = icon_button(ui, ft.Icons.LOCK_OUTLINE_ROUNDED, ui.t("Lock"), person.lock, id="nav-lock")
    keys += [ft.Container(expand=True), lock, avatar(ui, person.name, strong=True)]
    return ft.Container(
        ft.SafeArea(
            ft.Column(keys, spacing=k.s.s2, horizontal_alignment=ft.CrossAxisAlignment.CENTER, expand=True),
            expand=True,
        ),
        width=k.z.rail,
        bgcolor=k.c.surface_container_lowest,
        border=ft.Border(right=ft.BorderSide(1, k.c.outline_variant)),
        padding=ft.Padding.symmetric(vertical=k.s.s5),
    )


def _sidebar(ui: Ui, path: str, go: Go, person: Person) -> ft.Control:
    k = ui.look

    def entry(place: Place) -> ft.Control:
        here = _is_here(place, path)
        tint = k.c.on_primary_container if here else k.c.on_surface_variant
        row = ft.Row(
            [
                ft.Icon(place.chosen if here else place.rest, size=22, color=tint),
                text(ui, ui.t(place.label), weight=k.type.strong if here else k.type.emphasis, color=tint),
            ],
            spacing=k.s.s3,
        )
        fill = k.c.primary_container if here else None
        inset = ft.Padding.symmetric(horizontal=k.s.s3)
        return _target(ui, place, here, go, row, radius=k.r.md, height=44, fill=fill, padding=inset)

    lock = icon_button(ui, ft.Icons.LOCK_OUTLINE_ROUNDED, ui.t("Lock"), person.lock, id="nav-lock")
    who = ft.Row(
        [
            avatar(ui, person.name, k.z.avatar_small, strong=True),
            ft.Column(
                [
                    text(ui, person.name, weight=k.type.strong, max_lines=1),
                    muted(ui, person.below, "caption", max_lines=1),
                ],
                spacing=0,
                tight=True,
                expand=True,
            ),
            lock,
        ],
        spacing=k.s.s2,
    )
    parts: list[ft.Control] = [
        ft.Container(
            ft.Row([logo(ui)], alignment=ft.MainAxisAlignment.START),
            padding=ft.Padding(k.s.s3, k.s.s2, k.s.s3, k.s.s5),
        ),
        *[entry(place) for place in (_HOME, _ACTIVITY, _RECEIVE, _SEND)],
        ft.Container(expand=True),
        entry(_SETTINGS),
        ft.Container(
            who,
            border=ft.Border(top=ft.BorderSide(1, k.c.outline_variant)),
            padding=ft.Padding(0, k.s.s4, 0, 0),
            margin=ft.Margin.only(top=k.s.s3),
        ),
    ]
    return ft.Container(
        ft.Column(parts, spacing=k.s.s1, horizontal_alignment=ft.CrossAxisAlignment.STRETCH, expand=True),
        width=k.z.sidebar,
        bgcolor=k.c.surface_container_lowest,
        border=ft.Border(right=ft.BorderSide(1, k.c.outline_variant)),
        padding=k.s.s4,
    )
