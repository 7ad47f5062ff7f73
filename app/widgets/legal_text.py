"""A legal text of the brand, set in the app's own type."""

from __future__ import annotations

from typing import Literal

import flet as ft

from app.design.base import Ui
from app.design.components import column, heading, muted, text


def legal_text(ui: Ui, name: Literal["terms", "privacy"]) -> ft.Control:
    """Headings, paragraphs and lists of the brand's Markdown file, without its title."""
    lines = ui.brand.legal_text(name, ui.locale.language).strip().split("\n")
    if lines[0].startswith("# "):
        lines = lines[1:]
    parts: list[ft.Control] = []
    paragraph: list[str] = []

    def flush() -> None:
        if paragraph:
            parts.append(muted(ui, " ".join(paragraph), "body", selectable=True))
            paragraph.clear()

    for line in (line.strip() for line in lines):
        if line.startswith(("#", "- ")) or not line:
            flush()
        if line.startswith("#"):
            parts.append(
                ft.Container(heading(ui, line.lstrip("# ")), padding=ft.Padding.only(top=ui.look.s.s2))
            )
        elif line.startswith("- "):
            parts.append(_bullet(ui, line.removeprefix("- ")))
        elif line:
            paragraph.append(line)
    flush()
    return column(ui, parts, spacing=ui.look.s.s2)


def _bullet(ui: Ui, words: str) -> ft.Control:
    return ft.Row(
        [text(ui, "·", weight=ui.look.type.strong), muted(ui, words, "body", expand=True)],
        spacing=ui.look.s.s2,
        vertical_alignment=ft.CrossAxisAlignment.START,
    )
