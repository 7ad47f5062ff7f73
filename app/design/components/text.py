"""Texts and amounts: the only places where type meets the screen."""

from __future__ import annotations

from typing import TypedDict, Unpack

import flet as ft

from app.design.base import StepName, Ui
from app.design.look import Look

TRUE_MINUS = "−"


class TextOptions(TypedDict, total=False):
    """How a text differs from its step; with ``max_lines`` it ends in an ellipsis instead of wrapping on."""

    weight: int | None
    color: str | None
    align: ft.TextAlign | None
    max_lines: int | None
    selectable: bool
    expand: bool | int


def text(ui: Ui, value: str, step: StepName = "body", **options: Unpack[TextOptions]) -> ft.Text:
    """A text of the type scale."""
    lines = options.get("max_lines")
    return ft.Text(
        value,
        style=ui.look.style(step, options.get("weight"), options.get("color")),
        text_align=options.get("align") or ft.TextAlign.START,
        max_lines=lines,
        overflow=ft.TextOverflow.ELLIPSIS if lines else ft.TextOverflow.CLIP,
        selectable=options.get("selectable", False),
        expand=options.get("expand", False),
    )


def muted(ui: Ui, value: str, step: StepName = "label", **options: Unpack[TextOptions]) -> ft.Text:
    """A text that steps back: second lines, explanations, dates."""
    options["weight"] = options.get("weight") or ui.look.type.weights[0]
    options["color"] = options.get("color") or ui.look.c.on_surface_variant
    return text(ui, value, step, **options)


def heading(ui: Ui, value: str) -> ft.Control:
    """The title of a block; screen readers jump between headings."""
    return ft.Semantics(content=text(ui, value, "heading"), header=True)


def title(ui: Ui, value: str, *, align: ft.TextAlign | None = None) -> ft.Control:
    """The title of a screen."""
    return ft.Semantics(content=text(ui, value, "title", align=align), header=True)


def gap_span(pixels: float) -> ft.TextSpan:
    """A gap of exact width inside a rich text, whose spans have no margin."""
    return ft.TextSpan(" ", ft.TextStyle(size=1, letter_spacing=pixels))


def amount_text(
    ui: Ui,
    number: str,
    unit: str,
    size: str = "row",
    *,
    about: bool = False,
    sign: str = "",
    color: str | None = None,
    spoken: str | None = None,
    fiat: bool | None = None,
    shrink: float = 1,
) -> ft.Text:
    """An amount with its currency smaller and quieter; ``size`` is row, panel or hero.

    ``about`` puts a sign of approximation before it. ``fiat`` lets brands shrink the cents; when not said,
    the unit decides. ``shrink`` makes the hero smaller where the reader's text size would break it.
    """
    k = ui.look
    rules, row = k.type.amount, size == "row"
    pixels = {"hero": rules.hero * shrink, "panel": rules.panel}.get(size, rules.row)
    weight = k.type.emphasis if row else rules.weight
    small = max(rules.currency_min if not row else 12, round(pixels * (0.8 if row else rules.currency_ratio)))
    tight = 0 if row else pixels * rules.spacing_ratio

    def span(value: str, size: float, weight: int, color: str | None, spacing: float = 0) -> ft.TextSpan:
        return ft.TextSpan(value, k.style("body", weight, color, size=size, line=size * 1.2, spacing=spacing))

    whole, mark, rest = _cents(number, ui) if (unit == "EUR" if fiat is None else fiat) else (number, "", "")
    cents = max(rules.currency_min, round(pixels * (1 if row else rules.fraction_ratio_fiat)))
    spans = [span(f"{sign}{whole}", pixels, weight, color, tight)]
    if rest:
        spans.append(span(f"{mark}{rest}", cents, weight, color, tight * cents / pixels))
    if about:
        soft = color or k.c.on_surface_variant
        spans[:0] = [span("≈", pixels * (1 if row else 0.6), k.type.weights[0], soft), gap_span(3)]
    spans += [gap_span(4 if row else 6), span(unit, small, rules.currency_weight, color or _quieter(k))]
    said = spoken or " ".join(filter(None, [ui.t("about") if about else "", f"{sign}{number}", unit]))
    # The largest figure may break at twice the text size; cut off it would be a different amount.
    return ft.Text(spans=spans, semantics_label=said, no_wrap=size != "hero")


def _quieter(look: Look) -> str:
    return ft.Colors.with_opacity(0.72, look.c.on_surface)


def _cents(number: str, ui: Ui) -> tuple[str, str, str]:
    mark = str(ui.locale.number_symbols["latn"]["decimal"])
    whole, found, rest = number.rpartition(mark)
    return (whole, found, rest) if found else (number, "", "")
