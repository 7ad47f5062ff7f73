"""The brand's pictures, coins, people and icons in discs."""

from __future__ import annotations

from typing import Literal

import flet as ft

from app.core.assets import coin_picture
from app.design.base import StepName, Tone, Ui
from app.design.components.scale import snug_text

Spot = Literal["success", "empty", "identity"]


def spot(ui: Ui, name: Spot, size: float | None = None) -> ft.Image:
    """One of the brand's illustrations; decoration, so screen readers pass it over."""
    side = size or ui.look.z.spot
    return ft.Image(src=ui.picture(f"spot-{name}"), width=side, height=side, exclude_from_semantics=True)


def logo(ui: Ui, kind: Literal["logo", "mark"] = "logo", height: float | None = None) -> ft.Image:
    """The brand's name as it is drawn, or its mark alone."""
    return ft.Image(
        src=ui.picture(kind),
        height=height or ui.look.z.logo,
        width=height or ui.look.z.logo if kind == "mark" else None,
        fit=ft.BoxFit.CONTAIN,
        semantics_label=ui.brand.name,
    )


def mascot(ui: Ui, size: float | None = None, *, rotate: float = 0) -> ft.Image:
    """The brand's figure, for brands that have one; its illustration for success else."""
    side = size or ui.look.z.mascot
    name = "mascot" if ui.brand.file("assets/svg/mascot.svg") else "spot-success"
    return ft.Image(
        src=ui.picture(name), width=side, height=side, rotate=rotate or None, exclude_from_semantics=True
    )


def coin(ui: Ui, symbol: str, size: float | None = None, *, test: bool = False) -> ft.Control:
    """A coin's sign on its colour; its first letters where it has no sign.

    A coin of a test network is grey with a flask: it is worth nothing and must not look like money.
    """
    k = ui.look
    side = size or k.z.avatar
    picture = coin_picture(symbol)
    content: ft.Control = (
        ft.Image(src=picture, width=side, height=side, exclude_from_semantics=True)
        if picture
        else snug_text(ui, symbol[:3].upper(), "caption", weight=700, color=ft.Colors.WHITE)
    )
    if not test:
        return _disc(content, side, k.coin(symbol))
    disc = _disc(content, side, k.c.on_surface_variant)
    badge = max(14, round(side * 0.42))
    paint = k.paint("warning")
    flask = ft.Container(
        ft.Icon(ft.Icons.SCIENCE_ROUNDED, size=badge * 0.66, color=paint.on_container),
        width=badge,
        height=badge,
        border_radius=badge / 2,
        bgcolor=paint.container,
        border=ft.Border.all(1.5, k.c.surface_container_lowest),
        alignment=ft.Alignment.CENTER,
        right=-badge * 0.22,
        bottom=-badge * 0.22,
    )
    return ft.Stack([disc, flask], width=side, height=side, clip_behavior=ft.ClipBehavior.NONE)


def avatar(ui: Ui, name: str, size: float | None = None, *, strong: bool = False) -> ft.Container:
    """A person's initials on a quiet disc."""
    k = ui.look
    side = size or k.z.avatar
    words = [word for word in name.split() if word[:1].isalnum()]
    initials = (
        "".join(word[0] for word in (words[:1] + words[-1:] if len(words) > 1 else words)).upper() or "?"
    )
    back, ink = (
        (k.c.primary, k.c.on_primary) if strong else (k.c.tertiary_container, k.c.on_tertiary_container)
    )
    step: StepName = "heading" if side >= 56 else "label"
    return _disc(snug_text(ui, initials, step, weight=k.type.strong, color=ink), side, back)


def icon_disc(ui: Ui, icon: ft.IconData, tone: Tone = "neutral", size: float | None = None) -> ft.Container:
    """An icon on a disc of its tone's container colour."""
    k = ui.look
    side = size or k.z.avatar
    paint = k.paint(tone)
    return _disc(ft.Icon(icon, size=side * 0.5, color=paint.on_container), side, paint.container)


def _disc(content: ft.Control, side: float, color: str) -> ft.Container:
    return ft.Container(
        content,
        width=side,
        height=side,
        border_radius=side / 2,
        bgcolor=color,
        alignment=ft.Alignment.CENTER,
        clip_behavior=ft.ClipBehavior.ANTI_ALIAS,
    )
