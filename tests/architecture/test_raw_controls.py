"""Screens and widgets use nothing below the design system."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

APP = Path(__file__).resolve().parents[2] / "app"
ROOMS = ("features", "widgets")
FILES = sorted(path for room in ROOMS for path in (APP / room).rglob("*.py"))
RAW = {
    "component": "app.design.base.component (it has the error boundary)",
    "use_effect": "app.design.base.use_effect (it reports errors)",
    "IconButton": "icon_button (it has a name)",
    "Dropdown": "select",
    "TextField": "field",
    "Switch": "switch",
    "Checkbox": "checkbox",
    "FilledButton": "button",
    "OutlinedButton": "button",
    "TextButton": "button",
    "Button": "button",
    "Card": "card",
    "ListTile": "row_item",
    "AppBar": "app_bar",
    "SnackBar": "banner",
    "BottomSheet": "sheet",
    "AlertDialog": "sheet",
}
SAFE_COLORS = {"TRANSPARENT", "with_opacity"}
PIXELS = {"size", "font_family", "letter_spacing", "elevation"}
HANDLERS = ("on_click", "on_tap", "on_change", "on_submit", "on_select", "on_dismiss", "on_close", "on_back")


def flet_name(node: ast.AST) -> str | None:
    if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "ft":
        return node.attr
    return None


def async_names(tree: ast.AST) -> set[str]:
    return {node.name for node in ast.walk(tree) if isinstance(node, ast.AsyncFunctionDef)}


def complaints(path: Path) -> Iterator[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    coroutines = async_names(tree)
    for node in ast.walk(tree):
        place = f"{path.relative_to(APP.parent)}:{getattr(node, 'lineno', 0)}"
        name = flet_name(node)
        if name in RAW:
            yield f"{place}: ft.{name}: use {RAW[name]}"
        if (
            isinstance(node, ast.Attribute)
            and flet_name(node.value) == "Colors"
            and node.attr not in SAFE_COLORS
        ):
            yield f"{place}: ft.Colors.{node.attr}: take a role of ui.look.c"
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and is_color(node.value):
            yield f"{place}: {node.value}: take a role of ui.look.c"
        if isinstance(node, ast.Call) and flet_name(node.func) in {"TextStyle", "Text", "TextSpan"}:
            yield from type_literals(node, place)
        if isinstance(node, ast.keyword) and node.arg in HANDLERS and isinstance(node.value, ast.Lambda):
            body = node.value.body
            called = body.func if isinstance(body, ast.Call) else None
            if isinstance(called, ast.Name) and called.id in coroutines:
                yield f"{place}: a lambda around the coroutine {called.id}: pass the function"


def type_literals(call: ast.Call, place: str) -> Iterator[str]:
    for keyword in call.keywords:
        if keyword.arg in PIXELS and isinstance(keyword.value, ast.Constant):
            yield f"{place}: {keyword.arg}={keyword.value.value!r}: use text() or ui.look.style()"


def is_color(text: str) -> bool:
    return (
        text.startswith("#")
        and len(text) in {4, 7, 9}
        and all(c in "0123456789abcdefABCDEF" for c in text[1:])
    )


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(APP)))
def test_screens_use_the_design_system(path: Path) -> None:
    assert list(complaints(path)) == []


def test_the_rule_finds_what_it_forbids(tmp_path: Path) -> None:
    bad = tmp_path / "bad.py"
    bad.write_text(
        "import flet as ft\n"
        "async def send(): ...\n"
        "@ft.component\n"
        "def Screen():\n"
        "    return ft.Column([ft.IconButton(on_click=lambda: send()), ft.Text('x', size=13),\n"
        "                      ft.Container(bgcolor='#FF0000'), ft.Container(bgcolor=ft.Colors.BLUE)])\n",
        encoding="utf-8",
    )
    found = "\n".join(complaints_of(bad))
    for part in ("ft.component", "ft.IconButton", "lambda around", "size=13", "#FF0000", "ft.Colors.BLUE"):
        assert part in found


def complaints_of(path: Path) -> list[str]:
    global APP  # noqa: PLW0603 - the sample lies outside the project
    kept, APP = APP, path.parent / "app"
    try:
        return list(complaints(path))
    finally:
        APP = kept
