"""A title is no sentence: none ends in a full stop, in any language."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import app
from app.core.brand import brand_names, load_brand
from app.core.i18n import load_translator
from app.widgets.error_sentences import ADDRESS_REASONS, AMOUNT_REASONS, TABLE

# Which argument of these is a title.
TITLES = {
    "app_bar": 1,
    "banner": 2,
    "button": 1,
    "empty_state": 2,
    "error_state": 1,
    "heading": 1,
    "pin_head": 1,
    "sheet": 1,
    "step_screen": 2,
    "sub_screen": 1,
    "title": 1,
}


def texts_of(node: ast.expr) -> Iterator[str]:
    """The sentences that an argument may be, in the source language."""
    for inner in ast.walk(node):
        if isinstance(inner, ast.Call) and isinstance(inner.func, ast.Attribute) and inner.func.attr == "t":
            said = (given.value for given in inner.args if isinstance(given, ast.Constant))
            yield from (value for value in said if isinstance(value, str))


def assigned(tree: ast.AST, name: str) -> Iterator[ast.expr]:
    """Everything that is assigned to a name in a module, also in tuples."""
    for node in ast.walk(tree):
        if not isinstance(node, ast.Assign):
            continue
        for target in node.targets:
            if isinstance(target, ast.Name) and target.id == name:
                yield node.value
            elif isinstance(target, ast.Tuple) and isinstance(node.value, ast.Tuple):
                yield from (
                    value
                    for one, value in zip(target.elts, node.value.elts, strict=True)
                    if isinstance(one, ast.Name) and one.id == name
                )


def titles_of(path: Path) -> Iterator[str]:
    """All titles written in a module."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name):
            continue
        place = TITLES.get(node.func.id)
        if place is None or place >= len(node.args):
            continue
        given = node.args[place]
        for value in assigned(tree, given.id) if isinstance(given, ast.Name) else [given]:
            yield from texts_of(value)


def all_titles() -> set[str]:
    folder = Path(app.__file__).parent
    written = {text for path in folder.rglob("*.py") for text in titles_of(path)}
    tables = (TABLE, ADDRESS_REASONS, AMOUNT_REASONS)
    return written | {title for table in tables for title, _ in table.values()}


def test_titles_are_found() -> None:
    assert {
        "Sign in again",
        "Your wallet is open in another window",
        "Remove from this device",
    } <= all_titles()


@pytest.mark.parametrize("brand", brand_names())
@pytest.mark.parametrize("language", ["en", "de"])
def test_no_title_ends_in_a_full_stop(brand: str, language: str) -> None:
    t = load_translator(language, load_brand(brand).texts)
    assert [title for title in sorted(all_titles()) if t(title).endswith(".")] == []
