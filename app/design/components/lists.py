"""Long lists: only the rows near the window exist."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Sequence
from itertools import accumulate
from typing import TypeVar

import flet as ft

from app.design.base import Ui, component, handler, keyed, use_state
from app.design.components.scale import LARGE, use_text_scale

T = TypeVar("T")
ROWS = 40
AHEAD = 12
STRIDE = 10


@component
def windowed_list(
    ui: Ui,
    rows: Sequence[T],
    height: Callable[[T], float],
    build: Callable[[T, bool], ft.Control],
    key: Callable[[T], str],
    *,
    header: ft.Control | None = None,
    on_end: Callable[[], object] | None = None,
    clear: float = 0,
) -> ft.Control:
    """A scrolling list of rows of known heights; ``on_end`` is called when the last ones come near.

    ``build`` is also told whether texts are so large that a row should put below each other what it has side
    by side. Then rows are as high as they need to be, and the list grows with the scrolling instead.
    """
    near, set_near = use_state(0)
    scale, probe = use_text_scale(ui)
    large = scale >= LARGE
    tops = [0.0, *accumulate(height(row) * max(1.0, scale) for row in rows)]
    start = 0 if large else max(0, min(near, len(rows) - ROWS))
    end = min(len(rows), (near if large else start) + ROWS)

    def scrolled(event: ft.OnScrollEvent) -> object:
        nearest = max(0, bisect_right(tops, event.pixels) - 1 - AHEAD) // STRIDE * STRIDE
        if large:
            # Heights are not known, so what is left below says when more rows are wanted.
            nearest = (
                near + ROWS if event.extent_after < event.viewport_dimension and end < len(rows) else near
            )
        if nearest != near:
            set_near(nearest)
        if on_end and tops[-1] - tops[end] + event.extent_after < 3 * AHEAD * (tops[-1] / max(1, len(rows))):
            return on_end()
        return None

    # Spacers in a Column: a ListView would remember the height of the spacer above and show blank rows.
    above = keyed("above", ft.Container(height=tops[start]))
    below = keyed("below", ft.Container(height=(0 if large else tops[-1] - tops[end]) + clear + ui.look.s.s6))
    built = [
        ft.Container(
            build(rows[place], large),
            height=None if large else tops[place + 1] - tops[place],
            key=key(rows[place]),
        )
        for place in range(start, end)
    ]
    return ft.Column(
        [probe, *([header] if header else []), above, *built, below],
        spacing=0,
        scroll=ft.ScrollMode.AUTO,
        expand=True,
        on_scroll=handler(scrolled),
        scroll_interval=50,
        horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
    )
