"""A brand's theme in one mode as builders use it: colours, sizes and text styles."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property, lru_cache
from typing import Literal

import flet as ft

from app.core.brand import Brand
from app.core.theme import (
    Colors,
    Margins,
    Motion,
    Radii,
    Shape,
    Sizes,
    Spacing,
    Step,
    Tile,
    Tiles,
    Typography,
)

StepName = Literal["display", "title", "heading", "body", "label", "caption"]
QR_INK = "#0F1728"
QR_PAPER = "#FFFFFF"
"""Dark on white in both modes of every brand, because scanners need it so."""

Tone = Literal["info", "success", "warning", "error", "neutral", "primary"]


class Width(StrEnum):
    """The three widths every screen is drawn for."""

    PHONE = "phone"
    TABLET = "tablet"
    DESKTOP = "desktop"

    @classmethod
    def of(cls, pixels: float | None) -> Width:
        """The width class of a window."""
        if not pixels or pixels < 600:
            return cls.PHONE
        return cls.TABLET if pixels < 1024 else cls.DESKTOP


@dataclass(frozen=True)
class Paint:
    """Colours of one tone: a strong one for text and marks, a container and what is written on it."""

    strong: str
    on_strong: str
    container: str
    on_container: str


@dataclass(frozen=True, eq=False)
class Look:
    """Everything one brand draws with in one mode; one object per brand and mode."""

    dark: bool
    c: Colors
    r: Radii
    z: Sizes
    s: Spacing
    type: Typography
    motion: Motion
    shape: Shape
    tiles: Tiles
    coins: dict[str, str]
    margins: Margins

    def margin(self, width: Width) -> float:
        """Distance of content from the edge of the window."""
        return {
            Width.PHONE: self.margins.phone,
            Width.TABLET: self.margins.tablet,
            Width.DESKTOP: self.margins.desktop,
        }[width]

    def step(self, name: StepName) -> Step:
        """One step of the type scale."""
        found: Step = getattr(self.type.steps, name)
        return found

    def family(self, weight: int) -> str:
        """The font of a weight; one that was not shipped takes the nearest, the bolder of two."""
        nearest = min(self.type.weights, key=lambda shipped: (abs(shipped - weight), -shipped))
        return f"{self.type.family}-{nearest}"

    def style(
        self,
        step: StepName,
        weight: int | None = None,
        color: str | None = None,
        *,
        size: float | None = None,
        line: float | None = None,
        spacing: float | None = None,
    ) -> ft.TextStyle:
        """Text style of a step; ``size``, ``line`` and ``spacing`` are for parts of an amount only."""
        base = self.step(step)
        pixels = size or base.size
        return ft.TextStyle(
            font_family=self.family(weight or base.weight),
            font_family_fallback=list(self.type.fallback),
            size=pixels,
            height=(line or base.line) / pixels,
            letter_spacing=base.spacing if spacing is None else spacing,
            color=color or self.c.on_surface,
            weight=ft.FontWeight.W_400,  # a family per weight: asking a single face for another smears it
        )

    def paint(self, tone: Tone) -> Paint:
        """The colours of a tone."""
        return self._paints[tone]

    @cached_property
    def _paints(self) -> dict[str, Paint]:
        c = self.c
        return {
            "info": Paint(c.info, c.on_info, c.info_container, c.on_info_container),
            "success": Paint(c.success, c.on_success, c.success_container, c.on_success_container),
            "warning": Paint(c.warning, c.on_warning, c.warning_container, c.on_warning_container),
            "error": Paint(c.error, c.on_error, c.error_container, c.on_error_container),
            "primary": Paint(c.primary, c.on_primary, c.primary_container, c.on_primary_container),
            "neutral": Paint(c.on_surface_variant, c.surface, c.surface_container_high, c.on_surface),
        }

    def tile(self, index: int) -> Tile:
        """The colours of the n-th tile; they repeat."""
        return self.tiles.pockets[index % len(self.tiles.pockets)]

    def coin(self, symbol: str) -> str:
        """The colour of a coin's disc; coins without their own take one from the chart."""
        known = self.coins.get(symbol.upper())
        return known or self.c.chart[sum(map(ord, symbol)) % len(self.c.chart)]


@lru_cache(maxsize=16)
def make_look(brand: Brand, dark: bool) -> Look:
    """The look of a brand by day or by night."""
    theme = brand.theme
    return Look(
        dark=dark,
        c=theme.colors.dark if dark else theme.colors.light,
        r=theme.radius,
        z=theme.size,
        s=theme.spacing,
        type=theme.typography,
        motion=theme.motion,
        shape=theme.shape,
        tiles=theme.tiles.dark if dark else theme.tiles.light,
        coins=theme.coins,
        margins=theme.margin,
    )
