"""Long lists: only the rows near the window exist."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

import flet as ft

from app.design.base import Ui, component, handler, keyed, use_state
from app.design.components.scale import use_text_scale

T = TypeVar("T")
ROWS = 40
AHEAD = 12
STRIDE = 10


@component
def windowed_list(
    ui: Ui,
    rows: Sequence[T],
    row_height: float,
    build: Callable[[T], ft.Control],
    key: Callable[[T], str],
    *,
    header: ft.Control | None = None,
    on_end: Callable[[], object] | None = None,
    clear: float = 0,
) -> ft.Control:
    """A scrolling list of rows of one height; ``on_end`` is called when the last ones come near."""
    first, set_first = use_state(0)
    scale, probe = use_text_scale(ui)
    row_height *= max(1.0, scale)
    start = max(0, min(first, len(rows) - ROWS))
    shown = rows[start : start + ROWS]

    def scrolled(event: ft.OnScrollEvent) -> object:
        nearest = max(0, int(event.pixels // row_height) - AHEAD) // STRIDE * STRIDE
        if nearest != first:
            set_first(nearest)
        if on_end and event.extent_after < 3 * AHEAD * row_height:
            return on_end()
        return None

    # Spacers in a Column: a ListView would remember the height of the spacer above and show blank rows.
    above = keyed("above", ft.Container(height=start * row_height))
    below = keyed(
        "below", ft.Container(height=max(0, len(rows) - start - ROWS) * row_height + clear + ui.look.s.s6)
    )
    built = [ft.Container(build(row), height=row_height, key=key(row)) for row in shown]
    return ft.Column(
        [probe, *([header] if header else []), above, *built, below],
        spacing=0,
        scroll=ft.ScrollMode.AUTO,
        expand=True,
        on_scroll=handler(scrolled),
        scroll_interval=50,
        horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
    )
