"""The keypad and the dots of a PIN."""

from __future__ import annotations

from collections.abc import Callable

import flet as ft

from app.design.base import Ui, handler, ident
from app.design.components.pressable import pressable
from app.design.components.text import text


def pin_dots(ui: Ui, count: int, minimum: int, *, error: bool = False) -> ft.Control:
    """One dot for each digit entered, rings for those that are needed at least."""
    k = ui.look
    size = k.z.pin_dot
    color = k.c.error if error else k.c.on_surface

    def dot(filled: bool) -> ft.Container:
        line = None if filled else ft.Border.all(2, k.c.error if error else k.c.outline)
        return ft.Container(
            width=size, height=size, border_radius=size / 2, bgcolor=color if filled else None, border=line
        )

    dots: list[ft.Control] = [dot(index < count) for index in range(max(count, minimum))]
    row = ft.Row(dots, spacing=k.s.s4 if len(dots) <= 8 else k.s.s2, alignment=ft.MainAxisAlignment.CENTER)
    return ft.Semantics(content=row, label=ui.t("{n} digits entered", n=count), live_region=True)


def pin_pad(
    ui: Ui,
    on_digit: Callable[[str], object],
    on_delete: Callable[[], object],
    *,
    disabled: bool = False,
    extra: ft.Control | None = None,
    focused: set[str] | None = None,
) -> ft.Control:
    """The keypad: borderless digits, delete at the lower right, room for one ``extra`` key at the left.

    ``focused`` is kept up to date with the key that has the keyboard's focus.
    """
    rows: list[ft.Control] = [
        ft.Row(
            [_digit(ui, digit, on_digit, disabled, focused) for digit in digits],
            alignment=ft.MainAxisAlignment.CENTER,
            spacing=ui.look.s.s6,
        )
        for digits in ("123", "456", "789")
    ]
    side = ui.look.z.keypad_key
    glyph = ft.Icon(
        ft.Icons.BACKSPACE_OUTLINED,
        size=ui.look.z.icon,
        color=ui.look.c.on_surface,
        semantics_label=ui.t("Delete"),
    )
    last: list[ft.Control] = [
        ft.Container(extra, width=side, height=side, alignment=ft.Alignment.CENTER),
        _digit(ui, "0", on_digit, disabled, focused),
        tell_focus("pin-delete", ident("pin-delete", _key(ui, glyph, on_delete, disabled)), focused),
    ]
    rows.append(ft.Row(last, alignment=ft.MainAxisAlignment.CENTER, spacing=ui.look.s.s6))
    return ft.Column(
        rows, spacing=ui.look.s.s2, tight=True, horizontal_alignment=ft.CrossAxisAlignment.CENTER
    )


def pin_done(ui: Ui, on_done: Callable[[], object]) -> ft.Control:
    """The tick that ends a PIN whose length is free."""
    k = ui.look
    glyph = ft.Icon(
        ft.Icons.CHECK_ROUNDED, size=k.z.icon, color=k.c.on_primary, semantics_label=ui.t("Continue")
    )
    key = pressable(
        ui, glyph, on_done, radius=28, fill=k.c.primary, shade=k.c.on_primary, width=56, height=56
    )
    return ident("pin-done", key)


def tell_focus(name: str, control: ft.Control, focused: set[str] | None) -> ft.Control:
    """Keep a name in a set while a button that was just built has the keyboard's focus."""
    button: object = control
    while isinstance(button, ft.Semantics):
        button = button.content
    if focused is not None and isinstance(button, ft.TextButton):
        button.on_focus = handler(lambda: focused.add(name))
        button.on_blur = handler(lambda: focused.discard(name))
    return control


def _digit(
    ui: Ui, digit: str, on_digit: Callable[[str], object], disabled: bool, focused: set[str] | None
) -> ft.Control:
    # A keypad is read left to right in every language.
    word = text(ui, digit, "title", weight=ui.look.type.emphasis)
    key = _key(ui, word, lambda: on_digit(digit), disabled)
    return tell_focus(f"pin-{digit}", ident(f"pin-{digit}", key), focused)


def _key(ui: Ui, content: ft.Control, action: Callable[[], object], disabled: bool) -> ft.Control:
    side = ui.look.z.keypad_key
    return pressable(
        ui,
        content,
        action,
        radius=side / 2,
        place="within",
        held=ui.look.c.surface_container_highest,
        width=side,
        height=side,
        disabled=disabled,
        opacity=0.4 if disabled else 1,
    )
