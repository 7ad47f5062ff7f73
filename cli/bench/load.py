"""Simulated apps on a running sandbox: what they did, and whether anything was lost or doubled."""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from cli import control
from cli.children import environment
from cli.places import ROOT
from cli.problems import CliError, blocked

APPS = ROOT / "sdk" / "bench" / "apps.py"


@dataclass(frozen=True, slots=True)
class Load:
    """What came of the load."""

    apps: int
    cycles: int
    completed: int
    seconds: float
    backend: dict[str, float]
    """Milliseconds of the backend's answers, as the sandbox wrote them down."""

    nodes: dict[str, float]
    problems: list[str] = field(default_factory=list)


def play(base: str, apps: int, cycles: int) -> Load:
    """Let so many apps buy so many times each, and look through the books."""
    told = _played(base, apps, cycles)
    times = {one.pop("part"): one for one in control.call(base, "GET", "requests/times")["parts"]}
    problems = [*told["problems"], *_differences(base, told, apps, cycles)]
    completed = sum(one["state"] == "completed" for one in told["purchases"])
    return Load(apps, cycles, completed, told["seconds"], times["backend"], times["nodes"], problems)


def _played(base: str, apps: int, cycles: int) -> dict[str, Any]:
    command = [sys.executable, str(APPS), "--sandbox", base, "--apps", str(apps), "--cycles", str(cycles)]
    done = subprocess.run(command, cwd=ROOT, env=environment(), capture_output=True, text=True, check=False)
    if "No module named 'etopay_sdk'" in done.stderr:
        raise blocked("The simulated apps need the package etopay-sdk in this environment.", fix="uv sync")
    if done.returncode:
        raise CliError(f"The simulated apps broke off. They said:\n{done.stderr.strip()[-2000:]}")
    told: dict[str, Any] = json.loads(done.stdout)
    return told


def _differences(base: str, told: dict[str, Any], apps: int, cycles: int) -> list[str]:
    """What the apps, the backend and the chains do not agree on."""
    found = []
    for name, count in told["listed"].items():
        if count != cycles:
            found.append(f"{name} made {cycles} purchases, and the backend has {count}")
    names = set(told["listed"])
    kept = control.call(base, "GET", "purchases?limit=500")["purchases"] if apps * cycles <= 400 else None
    if kept is not None:
        found += unlike(told["purchases"], [one for one in kept if one["sender"] in names])
    books = control.call(base, "GET", "ledger/check")
    return found + [f"the ledger: {problem}" for problem in books["problems"]]


def unlike(bought: list[dict[str, Any]], kept: list[dict[str, Any]]) -> list[str]:
    """What the apps' own notes and the backend's rows do not agree on."""
    found = []
    states = {one["id"]: one["state"].lower() for one in kept}
    for one in bought:
        if (state := states.pop(one["id"], "lost")) != "completed" or one["state"] != "completed":
            found.append(f"purchase {one['id']} is {state}; its app saw {one['state']}")
    found += [f"purchase {number} was ordered by no app" for number in states]
    for end in ("incoming_tx", "outgoing_tx"):
        counts = Counter(one[end] for one in kept)
        found += [f"{tx} is the {end} of {count} purchases" for tx, count in counts.items() if count > 1]
    return found
