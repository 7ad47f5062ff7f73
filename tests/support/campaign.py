"""Campaigns: how many runs, from which seed, and what came of them.

In the ordinary tests a campaign does its `sample`; `etopay test long` asks for more through the environment.
"""

from __future__ import annotations

import json
import os
import random
import time
import tomllib
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

FILE = Path(__file__).parents[1] / "campaigns" / "campaigns.toml"


class Campaign:
    """One campaign: hands out runs, counts what happens, reports."""

    def __init__(self, name: str, runs: int, seed: int, minutes: float, report: Path | None) -> None:
        self.name = name
        self.runs = runs
        self.seed = seed
        self.chance = random.Random(seed)
        self.figures: Counter[str] = Counter()
        self.done = 0
        self._report = report
        self._began = self._told = time.monotonic()
        self._ends = self._began + minutes * 60
        if report is not None and report.is_file():
            # Several tests, or one with parameters, may make up a campaign.
            before = json.loads(report.read_text(encoding="utf-8"))
            self.done = before["runs"]
            self.figures.update(before["figures"])

    @property
    def is_over(self) -> bool:
        """Whether the time it was given is used up."""
        return time.monotonic() > self._ends

    def each(self, runs: int | None = None) -> Iterator[int]:
        """The numbers of the runs, until all are done or the time is over."""
        for number in range(self.runs if runs is None else runs):
            if self.is_over:
                return
            yield number
            self.count()

    def count(self) -> None:
        """One more run is done."""
        self.done += 1
        if time.monotonic() - self._told > 1:
            self.tell()

    def tell(self) -> None:
        """Write down how far it is."""
        self._told = time.monotonic()
        if self._report is None:
            return
        content: dict[str, Any] = {
            "campaign": self.name,
            "runs": self.done,
            "seed": self.seed,
            "seconds": round(self._told - self._began, 1),
            "figures": dict(sorted(self.figures.items())),
        }
        part = self._report.with_suffix(".part")
        part.write_text(json.dumps(content), encoding="utf-8")
        part.replace(self._report)


@pytest.fixture
def campaign(request: pytest.FixtureRequest) -> Iterator[Campaign]:
    marker = request.node.get_closest_marker("campaign")
    assert marker is not None, "the test has no marker `campaign`"
    (name,) = marker.args
    asked = os.environ.get("ETOPAY_CAMPAIGN_RUNS")
    runs = int(asked or tomllib.loads(FILE.read_text(encoding="utf-8"))[name]["sample"])
    seed = int(os.environ.get("ETOPAY_CAMPAIGN_SEED") or random.SystemRandom().randrange(2**32))
    minutes = float(os.environ.get("ETOPAY_CAMPAIGN_MINUTES") or 24 * 60)
    report = os.environ.get("ETOPAY_CAMPAIGN_REPORT")
    print(f"campaign {name}, seed {seed}")
    one = Campaign(name, runs, seed, minutes, Path(report) if report else None)
    yield one
    one.tell()
