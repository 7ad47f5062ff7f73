"""Rules of the house that no linter knows; each test first shows that its rule can see a breach."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable
from pathlib import Path

from tests.architecture.source_files import ROOT, python_files, text, tracked, tree

# Put together here, so that this file does not hold what it forbids.
HOST_NAMES = [
    ".".join(parts)
    for parts in (
        ("pypi", "org"),
        ("pythonhosted", "org"),
        ("index", "crates", "io"),
        ("static", "crates", "io"),
        ("registry", "npmjs", "org"),
        ("deb", "debian", "org"),
        ("proxy", "golang", "org"),
        ("repo1", "maven", "org"),
    )
]
MACHINE_PATHS = re.compile(r"(?<![\w.}])/(?:work|root|home)/[a-z]" + r"|(?<![\w.])/" + r"tmp/[a-z]")
LEFT_OVER = re.compile(r"#.*\b(TO" + r"DO|FIX" + r"ME|XX" + r"X)\b")
SKIPS = re.compile(r"pytest\.(skip|importorskip|xfail)\b|mark\.(skip|skipif|xfail)\b")
MONEY_NAMES = re.compile(r"amount|balance|fee|price|(^|_)eur$")
RAW_CONTROLS = {"component", "Dropdown", "IconButton", "TextField", "Button", "FilledButton"}
INVISIBLE = {
    *range(0x200B, 0x2010),
    *range(0x202A, 0x202F),
    *range(0x2060, 0x2065),
    *range(0x2066, 0x206A),
    0xFEFF,
}


def texts() -> list[Path]:
    return [path for path in tracked() if path.name != "LICENSE" and text(path) is not None]


def breaches(paths: list[Path], rule: Callable[[ast.Module], list[int]]) -> list[str]:
    return [f"{path}:{line}" for path in paths for line in rule(tree(path))]


def matches(paths: list[Path], pattern: re.Pattern[str]) -> list[str]:
    return [
        f"{path}:{number}"
        for path in paths
        for number, line in enumerate((text(path) or "").splitlines(), 1)
        if pattern.search(line)
    ]


def test_no_registry_host_in_any_file() -> None:
    assert [f"{path}: {host}" for path in texts() for host in HOST_NAMES if host in (text(path) or "")] == []


def test_no_path_of_one_machine() -> None:
    assert MACHINE_PATHS.search('open("/' + 'tmp/x")')
    assert matches([path for path in texts() if path.parts[0] != "tests"], MACHINE_PATHS) == []


def test_each_module_says_in_a_sentence_what_it_is() -> None:
    paths = python_files("app", "sandbox", "build_scripts", "cli", "sdk")
    assert [str(path) for path in paths if not ast.get_docstring(tree(path))] == []


def test_nothing_is_left_to_do() -> None:
    assert matches(python_files(), LEFT_OVER) == []


def money_as_float(module: ast.Module) -> list[int]:
    return [
        node.lineno
        for node in ast.walk(module)
        if isinstance(node, ast.AnnAssign)
        and isinstance(node.target, ast.Name)
        and MONEY_NAMES.search(node.target.id)
        and isinstance(node.annotation, ast.Name)
        and node.annotation.id == "float"
    ]


def test_money_is_never_a_float() -> None:
    assert money_as_float(ast.parse("amount: float = 1")) == [1]
    assert breaches(python_files("app"), money_as_float) == []


def lambdas_around_coroutines(module: ast.Module) -> list[int]:
    coroutines = {node.name for node in ast.walk(module) if isinstance(node, ast.AsyncFunctionDef)}
    found = []
    for node in ast.walk(module):
        if isinstance(node, ast.Lambda) and isinstance(node.body, ast.Call):
            function = node.body.func
            name = function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", None)
            if name in coroutines:
                found.append(node.lineno)
    return found


def test_no_lambda_hides_a_coroutine() -> None:
    """Flet awaits a handler only if the handler itself is async: such a lambda would silently do nothing."""
    assert lambdas_around_coroutines(ast.parse("async def go(): ...\nx = lambda: go()")) == [2]
    assert breaches(python_files("app"), lambdas_around_coroutines) == []


def raw_controls(module: ast.Module) -> list[int]:
    return [
        node.lineno
        for node in ast.walk(module)
        if isinstance(node, ast.Attribute)
        and isinstance(node.value, ast.Name)
        and node.value.id == "ft"
        and node.attr in RAW_CONTROLS
    ]


def test_screens_use_the_house_components() -> None:
    assert raw_controls(ast.parse("ft.IconButton()")) == [1]
    screens = [path for path in python_files("app") if path.parts[1] in {"features", "widgets", "shell"}]
    assert breaches(screens, raw_controls) == []


def test_no_test_is_skipped() -> None:
    here = Path("tests/architecture/test_source.py")
    assert matches([path for path in python_files("tests") if path != here], SKIPS) == []


def test_no_lock_file_and_no_built_file_is_kept() -> None:
    assert Path("uv.lock") not in tracked()
    assert [path for path in tracked() if path.suffix in {".so", ".pyd", ".mo", ".whl"}] == []


def test_no_invisible_character() -> None:
    """Direction marks and zero-width characters make code read differently from what it does."""
    assert [
        f"{path}: U+{ord(char):04X}"
        for path in python_files()
        for char in text(path) or ""
        if ord(char) in INVISIBLE
    ] == []


def test_the_rules_look_at_the_whole_project() -> None:
    assert (ROOT / "pyproject.toml").is_file()
    assert {path.parts[0] for path in python_files()} >= {"app", "cli", "sandbox"}
