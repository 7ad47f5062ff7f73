"""Movement: content that comes in, data that arrives, a skeleton that waits, a mark that grows."""

from __future__ import annotations

import asyncio
from time import monotonic

import flet as ft

from app.design.base import Ui, component, keyed, use_effect, use_ref, use_state

PATIENCE = 0.15
"""Seconds before a skeleton shows: what loads faster than this does not flash."""
# The client has to draw the first state before the second, or there is nothing to move between.
_FRAME = 0.03
# An update can get lost with the connection; whatever is drawn again after this long is simply there.
_OVERDUE = 0.5


def use_later(seconds: float) -> bool:
    """False at first, true some time after the component came on the screen; then never false again."""
    there, arrive = use_state(False)
    born = use_ref(monotonic)

    async def wait() -> None:
        await asyncio.sleep(seconds)
        arrive(True)

    use_effect(wait, [])
    return there or monotonic() - born.current > seconds + _OVERDUE


@component
def Entrance(  # noqa: N802 - a component
    ui: Ui, content: ft.Control, *, height: float | None = None, expand: bool = False
) -> ft.Control:
    """Content that fades in once when it comes on the screen, and rises where its ``height`` is known."""
    here = use_later(_FRAME)
    # As it was at the start: another animation later would build everything inside anew.
    fade, rise = use_ref(lambda: (ui.fading(), ui.entering())).current
    away = ui.look.motion.shift / height if height and rise else 0
    return ft.Container(
        content,
        expand=expand,
        opacity=1 if here else 0,
        animate_opacity=fade,
        offset=ft.Offset(0, 0 if here else away),
        animate_offset=rise,
    )


@component
def Arrival(ui: Ui, ready: bool, content: ft.Control) -> ft.Control:  # noqa: N802 - a component
    """Where data arrives: what replaces the skeleton fades in, what was there at the start does not."""
    at_once = use_ref(ready)
    if at_once.current:
        return keyed("content", ft.Container(content))
    if not ready:
        return keyed("waiting", ft.Container(content))
    return keyed("arrived", Entrance(ui, content))


@component
def Patient(ui: Ui, content: ft.Control, *, expand: bool = False) -> ft.Control:  # noqa: N802 - a component
    """A skeleton: it has its place from the start, and shows when the wait has become noticeable."""
    waited = use_later(PATIENCE)
    fade = use_ref(ui.fading).current
    return ft.Container(content, expand=expand, opacity=1 if waited else 0, animate_opacity=fade)


@component
def Grown(ui: Ui, content: ft.Control) -> ft.Control:  # noqa: N802 - a component
    """A mark of success, which grows into its place once."""
    here = use_later(_FRAME)
    k = ui.look
    fade, grow = use_ref(lambda: (ui.fading(), ui.entering(k.motion.slow))).current
    return ft.Container(
        content,
        opacity=1 if here else 0,
        animate_opacity=fade,
        scale=1 if here or grow is None else 0.6,
        animate_scale=grow,
    )
