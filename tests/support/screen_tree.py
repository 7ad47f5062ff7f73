"""Reading a Flet tree as a user would: what is visible, what it is called, what it says."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator
from typing import Any

import flet as ft
from flet.components.public_utils import unwrap_component
from flet.controls.base_control import BaseControl

NAMES = ("label", "value", "text", "content", "title", "tooltip", "semantics_label", "identifier", "key")


def _roots(page: ft.Page) -> list[Any]:
    views = unwrap_component(page.views) or []
    views = [views] if isinstance(views, ft.View) else [unwrap_component(view) for view in views]
    dialogs: list[Any] = [dialog for dialog in page._dialogs.controls if dialog.open]
    if any(getattr(dialog, "modal", False) for dialog in dialogs):
        return dialogs
    return [*dialogs, *page.overlay, *views[-1:]]


def visible_controls(root: Any) -> Iterator[BaseControl]:
    """Every visible control below a page or a control, itself included, in order."""
    seen: set[int] = set()

    def walk(value: Any) -> Iterator[BaseControl]:
        if isinstance(value, BaseControl):
            if id(value) in seen or not getattr(value, "visible", True):
                return
            seen.add(id(value))
            yield value
            for field in dataclasses.fields(value):
                if not field.metadata.get("skip") and field.name != "_parent":
                    yield from walk(getattr(value, field.name, None))
        elif isinstance(value, (list, tuple)):
            for item in value:
                yield from walk(item)
        elif isinstance(value, dict):
            for item in value.values():
                yield from walk(item)

    for start in _roots(root) if isinstance(root, ft.Page) else [root]:
        yield from walk(start)


def spoken(text: ft.Text) -> str:
    """What a text shows, its spans joined."""
    return (text.value or "") + "".join(span.text or "" for span in text.spans or ())


def names_of(control: BaseControl) -> list[str]:
    """All names a control can be found by."""
    found: list[str] = []
    for attribute in NAMES:
        value = getattr(control, attribute, None)
        if isinstance(value, str):
            found.append(value)
        elif isinstance(value, ft.Text):
            found += [spoken(value), value.semantics_label or ""]
        elif isinstance(value, ft.Icon) and value.semantics_label:
            found.append(value.semantics_label)
    icon = getattr(control, "icon", None)
    if isinstance(icon, ft.Icon) and icon.semantics_label:
        found.append(icon.semantics_label)
    if not isinstance(control, ft.Text) and any(getattr(control, e, None) for e in ("on_click", "on_tap")):
        # A tappable thing is called by the words in it, as screen readers do.
        words = [spoken(c) for c in visible_controls(control) if isinstance(c, ft.Text)]
        icons = [c.semantics_label for c in visible_controls(control) if isinstance(c, ft.Icon)]
        found += [*words, " ".join(words), *(name for name in icons if name)]
    return [name for name in found if name]


def is_disabled(control: BaseControl) -> bool:
    """Whether a control takes no taps."""
    return bool(getattr(control, "disabled", False))


def outline(controls: Iterable[BaseControl]) -> list[str]:
    """The texts among some controls: rich texts joined, and what text fields hold."""
    found: list[str] = []
    for control in controls:
        if isinstance(control, ft.Text):
            found.append(spoken(control))
        elif isinstance(control, ft.TextField):
            found += [control.label if isinstance(control.label, str) else "", control.value or ""]
    return [text for text in found if text]
