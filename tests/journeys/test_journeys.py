"""Every operation, status, reason, step, state and planned failure is reached through the real binding."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator
from functools import partial
from pathlib import Path

import pytest
from etopay_sdk import PurchaseModel

from sandbox.testing import Sandbox
from tests.journeys import cases, checks, failures, partners, purchases, swaps, wallets
from tests.journeys.people import World
from tests.journeys.reach import NEVER, Reached, wanted

Journey = Callable[[World], Awaitable[None]]


def _purchases() -> Iterator[tuple[str, str, Journey]]:
    for model in PurchaseModel:
        for walk in purchases.USUAL:
            yield f"{walk.__name__}-{model}", "usual", partial(walk, model=model)
        for walk in purchases.PATIENT:
            yield f"{walk.__name__}-{model}", "patient", partial(walk, model=model)


def _plain() -> Iterator[tuple[str, str, Journey]]:
    for module in (wallets, failures, partners, swaps, checks, cases):
        for walk in module.USUAL:
            yield walk.__name__, "usual", walk


JOURNEYS = [*_purchases(), *_plain()]


@pytest.fixture(scope="module")
def sandboxes(processes: dict[str, str]) -> Iterator[dict[str, Sandbox]]:
    found = {name: Sandbox(url) for name, url in processes.items()}
    yield found
    for sandbox in found.values():
        sandbox.close()


async def travel(sandbox: Sandbox, folder: Path, reached: Reached, walk: Journey) -> None:
    sandbox.reset()
    world = World(sandbox, folder, reached)
    try:
        await walk(world)
        world.adds_up()
    finally:
        await world.close()


DONE: set[str] = set()


@pytest.mark.parametrize(("name", "where", "walk"), JOURNEYS, ids=[name for name, _, _ in JOURNEYS])
async def test_journey(
    sandboxes: dict[str, Sandbox], tmp_path: Path, reached: Reached, name: str, where: str, walk: Journey
) -> None:
    await travel(sandboxes[where], tmp_path, reached, walk)
    DONE.add(name)


async def test_everything_was_reached(
    sandboxes: dict[str, Sandbox], tmp_path: Path, reached: Reached
) -> None:
    for name, where, walk in JOURNEYS:
        if name not in DONE:  # as when this test is run alone
            await travel(sandboxes[where], tmp_path / name, reached, walk)
    assert sorted(wanted() - reached.seen) == []


def test_what_is_never_reached_is_never_seen(reached: Reached) -> None:
    assert set(NEVER) & reached.seen == set()
