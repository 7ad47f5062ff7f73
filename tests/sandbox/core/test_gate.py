"""The door in front of the services."""

import asyncio

import httpx
import pytest
from starlette.responses import PlainTextResponse

from sandbox.core import gate as door
from sandbox.core.gate import BusyError, Gate, GateMiddleware


async def test_whoever_wants_to_be_alone_waits_for_the_others():
    gate, order = Gate(), []

    async def other():
        await gate.enter()
        await asyncio.sleep(0.05)
        order.append("other left")
        gate.leave()

    running = asyncio.create_task(other())
    await asyncio.sleep(0)
    await gate.enter()
    async with gate.alone():
        order.append("alone")
    gate.leave()
    await running
    assert order == ["other left", "alone"]


async def test_those_who_come_meanwhile_are_held():
    gate, order = Gate(), []

    async def late():
        await gate.enter()
        order.append("late")
        gate.leave()

    await gate.enter()
    async with gate.alone():
        waiting = asyncio.create_task(late())
        await asyncio.sleep(0.02)
        order.append("alone")
    gate.leave()
    await waiting
    assert order == ["alone", "late"]


async def test_a_request_that_never_ends_does_not_close_the_door_for_good():
    gate = Gate(leaving_seconds=0.02)
    await gate.enter()  # the one that never ends
    await gate.enter()
    with pytest.raises(BusyError, match=r"has been running for 0\.02 s"):
        async with gate.alone():
            pass
    await asyncio.wait_for(gate.enter(), 1)


async def test_only_one_is_alone():
    gate = Gate()
    async with gate.alone():
        with pytest.raises(BusyError, match="being saved or restored"):
            async with gate.alone():
                pass
    async with gate.alone():
        pass


async def test_an_error_inside_opens_the_door_again():
    gate = Gate()
    with pytest.raises(RuntimeError):
        async with gate.alone():
            raise RuntimeError
    await asyncio.wait_for(gate.enter(), 1)


async def test_who_is_held_too_long_is_told_to_try_again(monkeypatch):
    monkeypatch.setattr(door, "_HELD_SECONDS", 0.02)
    gate = Gate()
    app = GateMiddleware(PlainTextResponse("in"), gate)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://x") as browser:
        async with gate.alone():
            held = await browser.get("/")
        assert (held.status_code, held.json()["error"]) == (503, "unavailable")
        assert (await browser.get("/")).text == "in"
