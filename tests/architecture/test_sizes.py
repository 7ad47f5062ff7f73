"""No file grows past the size at which it should have been split by meaning."""

from __future__ import annotations

import tomllib
from pathlib import Path

from tests.architecture.source_files import ROOT, lines, tracked

ALLOWED = tomllib.loads((ROOT / "tests/architecture/sizes.toml").read_text(encoding="utf-8"))
EMPTY_NAMES = {"utils", "helpers", "manager", "common", "misc"}


def limit(path: Path) -> int | None:
    if path.suffix == ".rs":
        return 450
    if path.suffix != ".py":
        return None
    if path.parts[0] == "tests":
        return 500
    if "screens" in path.parts or path.parts[:3] == ("app", "design", "components"):
        return 150
    if path.parts[:2] == ("app", "stores") or path.name == "store.py":
        return 200
    return 300


def test_no_file_is_too_long() -> None:
    sized = [(path, limit(path)) for path in tracked()]
    found = [
        f"{path} has {lines(path)} lines of {most}"
        for path, most in sized
        if most is not None and lines(path) > ALLOWED.get(path.as_posix(), {}).get("lines", most)
    ]
    assert found == []


def test_the_rule_reads_files_at_all() -> None:
    assert lines(Path("tests/architecture/test_sizes.py")) > 30
    assert limit(Path("app/features/home/screens/home.py")) == 150


def test_an_exception_cites_its_adr_and_is_needed() -> None:
    for name, entry in ALLOWED.items():
        assert (ROOT / "docs/adr" / entry["adr"]).is_file(), f"{name}: no ADR {entry['adr']}"
        assert lines(Path(name)) > (limit(Path(name)) or 0), f"{name} is small again: remove it from the list"


def test_no_file_has_a_name_that_says_nothing() -> None:
    assert [p for p in tracked() if EMPTY_NAMES & {p.stem, *p.parts[:-1]} and p.suffix == ".py"] == []
