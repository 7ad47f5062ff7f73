"""The whole measurement: starts, memory, tokens, and simulated apps."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from cli import console
from cli.bench import keycloak, load, tokens
from cli.bench.processes import resident_bytes
from cli.children import Children
from cli.places import open_places
from cli.stack import Stack

WARM_STARTS = 3
SETTLE_SECONDS = 2.0
CLIENTS = 8
GOALS = {"warm_start_seconds": 3.0, "idle_megabytes": 150.0, "backend_p99_ms": 250.0}


@dataclass(frozen=True, slots=True)
class Provider:
    """An identity provider's figures."""

    start_seconds: float
    idle_megabytes: float
    tokens_per_second: float
    tokens_per_second_to_many: float
    refreshes_per_second: float


def measure(folder: Path, apps: int, cycles: int, seconds: float, *, beside: bool) -> dict[str, Any]:
    """Measure a sandbox that is started for this, and a Keycloak where wished."""
    found: dict[str, Any] = {}
    with Children() as children:
        stack = Stack(open_places(folder / "sandbox", usual=False), "etopay", children)
        with console.progress("Starting the sandbox for the first time and again"):
            found["cold_start_seconds"] = _start(stack)
            warm = []
            for _ in range(WARM_STARTS):
                stack.stop_sandbox()
                warm.append(_start(stack))
            found["warm_start_seconds"] = min(warm)
            found["idle_megabytes"] = _idle(stack)
        with console.progress("Asking the sandbox for tokens"):
            rates = _tokens(stack.issuer, seconds)
            sandbox = Provider(found["warm_start_seconds"], found["idle_megabytes"], *rates)
            found["sandbox"] = asdict(sandbox)
        if apps:
            with console.progress(f"{apps} apps buy {cycles} times each"):
                found["load"] = asdict(load.play(stack.base, apps, cycles))
    if beside:
        with console.progress("Measuring Keycloak"):
            found["keycloak"] = asdict(_keycloak(folder, seconds))
    found["missed"] = missed(found)
    return found


def _start(stack: Stack) -> float:
    began = time.monotonic()
    stack.start_sandbox()
    return round(time.monotonic() - began, 2)


def _idle(stack: Stack) -> float:
    assert stack.sandbox is not None
    time.sleep(SETTLE_SECONDS)
    return round(resident_bytes(stack.sandbox.process.pid) / 2**20, 1)


def _tokens(issuer: str, seconds: float) -> tuple[float, float, float]:
    tokens.password_tokens_per_second(issuer, min(seconds, 3.0))
    return (
        round(tokens.password_tokens_per_second(issuer, seconds), 1),
        round(tokens.password_tokens_per_second(issuer, seconds, CLIENTS), 1),
        round(tokens.refreshed_tokens_per_second(issuer, seconds), 1),
    )


def _keycloak(folder: Path, seconds: float) -> Provider:
    with keycloak.running(folder, guarded=False) as one:
        time.sleep(SETTLE_SECONDS)
        idle = round(resident_bytes(one.pid) / 2**20, 1)
        return Provider(round(one.start_seconds, 2), idle, *_tokens(one.issuer, seconds))


def missed(found: dict[str, Any]) -> list[str]:
    """Which goals were missed."""
    values = {name: found[name] for name in ("warm_start_seconds", "idle_megabytes")}
    if "load" in found:
        values["backend_p99_ms"] = found["load"]["backend"]["p99_ms"]
    missed = [
        f"{name} is {value}, not below {GOALS[name]:g}"
        for name, value in values.items()
        if value >= GOALS[name]
    ]
    return missed + list(found.get("load", {}).get("problems", ()))


def lines(found: dict[str, Any]) -> Iterator[str]:
    """Return the figures for people."""
    yield f"Start: {found['cold_start_seconds']} s on a new folder, {found['warm_start_seconds']} s again"
    yield f"Memory: {found['idle_megabytes']} MB idle"
    beside = found.get("keycloak")
    yield ""
    yield f"{'':<34}{'sandbox':>10}" + (f"{'Keycloak':>10}" if beside else "")
    for name, text in (
        ("start_seconds", "start, s"),
        ("idle_megabytes", "idle, MB"),
        ("tokens_per_second", "tokens by password, per s"),
        ("tokens_per_second_to_many", f"the same to {CLIENTS} clients at once"),
        ("refreshes_per_second", "tokens by refresh, per s"),
    ):
        yield f"{text:<34}{found['sandbox'][name]:>10}" + (f"{beside[name]:>10}" if beside else "")
    if "load" in found:
        yield from _load_lines(found["load"])
    yield ""
    yield from (f"Missed: {one}" for one in found["missed"])


def _load_lines(one: dict[str, Any]) -> Iterator[str]:
    yield ""
    yield (
        f"{one['apps']} apps, {one['completed']} of {one['apps'] * one['cycles']} purchases completed "
        f"in {one['seconds']} s"
    )
    yield f"{'answers, ms':<16}{'count':>8}{'p50':>8}{'p95':>8}{'p99':>8}{'longest':>9}"
    for part in ("backend", "nodes"):
        figures = (one[part][f"{name}_ms"] for name in ("p50", "p95", "p99", "longest"))
        p50, p95, p99, longest = figures
        yield f"{part:<16}{one[part]['count']:>8}{p50:>8}{p95:>8}{p99:>8}{longest:>9}"
