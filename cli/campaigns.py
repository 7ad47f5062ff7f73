"""Long campaigns: tests that repeat themselves as often as they are asked to, and tell how far they are."""

from __future__ import annotations

import json
import random
import subprocess
import sys
import tempfile
import time
import tomllib
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from cli.children import environment
from cli.places import ROOT
from cli.problems import usage

TABLE = ROOT / "tests" / "campaigns" / "campaigns.toml"
_POLL_SECONDS = 0.5
_TAIL_LINES = 100


@dataclass(frozen=True, slots=True)
class Campaign:
    """One entry of the table."""

    name: str
    about: str
    test: str
    unit: str
    sample: int
    long: int


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one campaign; `figures` are its own counts."""

    campaign: str
    passed: bool
    runs: int
    wanted: int
    unit: str
    seed: int
    seconds: float
    figures: dict[str, int] = field(default_factory=dict)
    output: str = ""

    def line(self) -> str:
        """One line of the closing table."""
        counts = ", ".join(f"{count} {name}" for name, count in self.figures.items())
        verdict = "passed" if self.passed else "FAILED"
        head = f"  {self.campaign:<12} {verdict}  {self.runs} {self.unit}"
        head += f"  {self.seconds:.0f} s  seed {self.seed}"
        return f"{head}  ({counts})" if counts else head

    def as_dict(self) -> dict[str, Any]:
        """The same for a program, without what pytest printed."""
        return {name: value for name, value in asdict(self).items() if name != "output"}


def known() -> dict[str, Campaign]:
    """All campaigns of this checkout, by name."""
    table = tomllib.loads(TABLE.read_text(encoding="utf-8"))
    return {name: Campaign(name=name, **entry) for name, entry in table.items()}


def chosen(names: list[str]) -> list[Campaign]:
    """The named campaigns, or all of them."""
    all_of_them = known()
    for name in names:
        if name not in all_of_them:
            raise usage(f"There is no campaign “{name}”; known campaigns: {', '.join(all_of_them)}.")
    return [all_of_them[name] for name in names or all_of_them]


def run(
    campaign: Campaign,
    *,
    runs: int | None,
    seed: int | None,
    minutes: float | None,
    tell: Callable[[str], None],
) -> Outcome:
    """Run one campaign in a process of its own; `tell` hears how far it is."""
    wanted = runs or campaign.long
    seed = random.SystemRandom().randrange(2**32) if seed is None else seed
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        report, log = Path(folder) / "report.json", Path(folder) / "output.txt"
        asked = {
            "ETOPAY_CAMPAIGN_RUNS": str(wanted),
            "ETOPAY_CAMPAIGN_SEED": str(seed),
            "ETOPAY_CAMPAIGN_REPORT": str(report),
            "ETOPAY_TEST_PROFILE": "long",
        }
        if minutes is not None:
            asked["ETOPAY_CAMPAIGN_MINUTES"] = str(minutes)
        command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--show-capture=stdout"]
        with log.open("wb") as output:
            process = subprocess.Popen(
                [*command, campaign.test],
                cwd=ROOT,
                env=environment(asked),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
            )
            try:
                _watch(process, campaign, report, wanted, tell)
            finally:
                if process.poll() is None:
                    process.terminate()
                    process.wait()
        found = _read(report)
        said = log.read_text(encoding="utf-8", errors="replace").splitlines()
    done = int(found.get("runs", 0))
    passed = process.returncode == 0 and done > 0
    return Outcome(
        campaign=campaign.name,
        passed=passed,
        runs=done,
        wanted=wanted,
        unit=campaign.unit,
        seed=seed,
        seconds=round(time.monotonic() - began, 1),
        figures=found.get("figures", {}),
        output="" if passed else "\n".join(said[-_TAIL_LINES:]),
    )


def _watch(
    process: subprocess.Popen[bytes],
    campaign: Campaign,
    report: Path,
    wanted: int,
    tell: Callable[[str], None],
) -> None:
    while True:
        with suppress(subprocess.TimeoutExpired):
            process.wait(_POLL_SECONDS)
            return
        done = int(_read(report).get("runs", 0))
        tell(f"{campaign.name}: {done} of {wanted} {campaign.unit}")


def _read(report: Path) -> dict[str, Any]:
    with suppress(OSError, ValueError):
        return dict(json.loads(report.read_text(encoding="utf-8")))
    return {}
