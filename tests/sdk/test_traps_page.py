"""The page about the crate's traps has a line for each, and names tests that exist."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "sdk-traps.md").read_text(encoding="utf-8")
FOLDERS = (ROOT / "tests" / "sdk", ROOT / "tests" / "campaigns")
ROWS = re.findall(r"^\| ([BSP]\d+) \| (.+?) \| (.+?) \| (.*?) ?\|$", PAGE, re.MULTILINE)
WANTED = [*(f"B{n}" for n in range(1, 15)), *(f"S{n}" for n in range(1, 7)), *(f"P{n}" for n in range(1, 8))]


def test_no_finding_is_missing() -> None:
    assert sorted({number for number, *_ in ROWS}) == sorted(WANTED)


@pytest.mark.parametrize(("number", "place", "tests"), [(row[0], row[2], row[3]) for row in ROWS])
def test_each_names_its_tests_or_says_why_it_stays(number: str, place: str, tests: str) -> None:
    named = re.findall(r"`(\w+\.py)::(\w+)`", tests)
    assert named or place.startswith("stays: "), number
    for file, test in named:
        source = (ROOT / "tests" / "sdk" / file).read_text(encoding="utf-8")
        assert re.search(rf"def {test}\(", source), f"{file} has no {test}"


def test_the_sources_it_names_exist() -> None:
    sources = ROOT / "sdk" / "src"
    for _, _, place, _ in ROWS:
        for name in re.findall(r"`([\w/]+(?:\.rs|/))`", place):
            assert (sources / name).exists(), name


def test_every_test_file_it_names_exists() -> None:
    for name in set(re.findall(r"`(test_\w+\.py)", PAGE)):
        assert any((folder / name).exists() for folder in FOLDERS), name
