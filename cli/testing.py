"""The parts of the test run: what each starts, and how its result is counted."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

from cli import checks, console
from cli.children import environment
from cli.places import ROOT
from cli.problems import CliError

_OWN_PART = {"contract", "e2e", "desktop", "keycloak", "helm", "support"}
PARTS = ("check", "unit", "contract", "e2e", "desktop", "smoke")
CHOICES = (*PARTS, "all")


@dataclass(frozen=True, slots=True)
class Result:
    """Outcome of one part; a skipped test counts as failed, since nobody would notice it otherwise."""

    part: str
    passed: int
    failed: int
    seconds: float
    note: str = ""

    def line(self) -> str:
        """One line of the closing table."""
        head = f"  {self.part:<10}{self.passed:>5} passed {self.failed:>4} failed {self.seconds:>7.0f} s"
        return f"{head}  {self.note}" if self.note else head

    def as_dict(self) -> dict[str, Any]:
        """The same for a program."""
        return asdict(self)


def run(chosen: Iterable[str]) -> list[Result]:
    """Run the chosen parts one after the other; a part that cannot start is a failure of that part."""
    names = list(chosen)
    if "all" in names:
        names = list(PARTS)
    results = []
    for name in names:
        console.note(f"\n== {name}")
        began = time.monotonic()
        try:
            passed, failed, note = _RUNNERS[name]()
        except CliError as problem:
            for line in problem.lines():
                console.note(line)
            passed, failed, note = 0, 1, problem.sentence
        results.append(Result(name, passed, failed, time.monotonic() - began, note))
    return results


def fast_folders() -> list[str]:
    """The test folders that need no browser, no window and no other process of ours."""
    folders = (path for path in (ROOT / "tests").iterdir() if path.is_dir() and path.name not in _OWN_PART)
    return sorted(f"tests/{path.name}" for path in folders if any(path.rglob("test_*.py")))


def _pytest(*args: str) -> tuple[int, int, str]:
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.xml"
        command = [sys.executable, "-m", "pytest", "-q", f"--junitxml={report}", "-p", "no:cacheprovider"]
        done = subprocess.run(
            [*command, *args], cwd=ROOT, env=environment(), stdin=subprocess.DEVNULL, check=False
        )
        passed, failed, skipped = _count(report)
    failed += skipped
    if done.returncode != 0 and failed == 0:
        failed = 1
    return passed, failed, f"of which {skipped} skipped, which is not allowed" if skipped else ""


def _count(report: Path) -> tuple[int, int, int]:
    if not report.is_file():
        return 0, 0, 0
    # The file was written by the pytest started above.
    suites = list(ElementTree.parse(report).getroot().iter("testsuite"))  # noqa: S314
    total, failures, errors, skipped = (
        sum(int(suite.get(name, "0")) for suite in suites)
        for name in ("tests", "failures", "errors", "skipped")
    )
    failed = failures + errors
    return max(total - failed - skipped, 0), failed, skipped


def _check() -> tuple[int, int, str]:
    names = [name for name in checks.NAMES if name not in {"rust", "sizes"}]
    results = {name: checks.run(name) for name in names}
    failed = [name for name, passed in results.items() if not passed]
    return len(names) - len(failed), len(failed), ", ".join(failed)


def _unit() -> tuple[int, int, str]:
    return _pytest("-n", "2", "--dist", "loadfile", *fast_folders())


def _smoke() -> tuple[int, int, str]:
    from cli.places import brands  # noqa: PLC0415
    from cli.smoke.run import play  # noqa: PLC0415 - loads the browser driver

    out = Path(os.environ.get("ETOPAY_SMOKE_OUT") or ROOT / "smoke-out")
    passed, failed = play(brands(), out)
    return passed, failed, ""


_RUNNERS: dict[str, Callable[[], tuple[int, int, str]]] = {
    "check": _check,
    "unit": _unit,
    "contract": lambda: _pytest("tests/contract"),
    "e2e": lambda: _pytest("tests/e2e"),
    "desktop": lambda: _pytest("tests/desktop"),
    "smoke": _smoke,
}
