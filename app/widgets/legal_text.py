"""A legal text of the brand, set in the app's own type."""

from __future__ import annotations

from typing import Literal

import flet as ft

from app.design.base import Ui
from app.design.components import column, heading, muted, text


def legal_text(ui: Ui, name: Literal["terms", "privacy"]) -> ft.Control:
    """Headings, paragraphs and lists of the brand's Markdown file."""
    blocks = ui.brand.legal_text(name, ui.locale.language).split("\n\n")
    parts = [_block(ui, " ".join(block.split("\n")).strip(), block) for block in blocks if block.strip()]
    return column(ui, parts, spacing=ui.look.s.s3)


def _block(ui: Ui, joined: str, raw: str) -> ft.Control:
    if joined.startswith("#"):
        return heading(ui, joined.lstrip("# "))
    if joined.startswith("- "):
        lines = [line.removeprefix("- ").strip() for line in raw.strip().split("\n")]
        return column(ui, [_bullet(ui, line) for line in lines], spacing=ui.look.s.s1)
    return muted(ui, joined, "body", selectable=True)


def _bullet(ui: Ui, words: str) -> ft.Control:
    return ft.Row(
        [text(ui, "·", weight=ui.look.type.strong), muted(ui, words, "body", expand=True)],
        spacing=ui.look.s.s2,
        vertical_alignment=ft.CrossAxisAlignment.START,
    )
