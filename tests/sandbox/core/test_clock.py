"""One clock: the machine's, standing still, moved, or faster; it survives a restart."""

import asyncio
import threading
from datetime import UTC, datetime, timedelta

import pytest

from sandbox.core.clock import FixedClock, SandboxClock
from sandbox.core.errors import InvalidError
from sandbox.services.transactions.engine import PurchaseEngine

START = datetime(2026, 3, 1, 12, tzinfo=UTC)
PATH = "/_sandbox/clock"


class Machine:
    """The machine's clock, under the test's control."""

    def __init__(self):
        self.time = START

    def __call__(self):
        return self.time

    def tick(self, seconds):
        self.time += timedelta(seconds=seconds)


class Memory(dict):
    """What is remembered, as the database does."""

    fact = dict.get
    remember = dict.__setitem__


@pytest.fixture
def machine():
    return Machine()


@pytest.fixture
def store():
    return Memory()


@pytest.fixture
def clock(machine, store):
    return SandboxClock(store, machine=machine)


def passed(clock):
    return (clock.now() - START).total_seconds()


def test_it_begins_as_the_machine_s(clock, machine):
    assert passed(clock) == 0
    machine.tick(5)
    assert passed(clock) == 5
    assert clock.now().tzinfo is UTC


def test_frozen_it_stands_still(clock, machine):
    clock.freeze()
    machine.tick(60)
    assert passed(clock) == 0
    clock.advance(3600)
    machine.tick(60)
    assert passed(clock) == 3600


def test_faster(clock, machine):
    clock.run(60)
    machine.tick(10)
    assert passed(clock) == 600
    clock.advance(100)
    machine.tick(1)
    assert passed(clock) == 760
    assert clock.setting.rate == 60


def test_the_machine_s_time_jumped_ahead_goes_on(clock, machine):
    clock.advance(1000)
    machine.tick(10)
    assert passed(clock) == 1010
    clock.follow_machine()
    assert passed(clock) == 10


def test_at_a_moment(clock, machine):
    clock.freeze(START + timedelta(days=3))
    assert passed(clock) == 3 * 86400
    clock.run(2, START + timedelta(days=4))
    machine.tick(1)
    assert passed(clock) == 4 * 86400 + 2


def test_it_goes_back_only_where_that_is_said(clock, machine):
    clock.freeze(START + timedelta(hours=1))
    for back in (lambda: clock.freeze(START), lambda: clock.run(1, START), lambda: clock.advance(-1)):
        with pytest.raises(InvalidError, match="back"):
            back()
    assert passed(clock) == 3600
    clock.freeze(START, back=True)
    assert passed(clock) == 0


def test_a_machine_that_is_set_back_does_not_take_it_along(clock, machine):
    clock.now()
    machine.tick(-30)
    assert passed(clock) == 0
    clock.run(60)
    machine.tick(-30)
    assert passed(clock) == 0


@pytest.mark.parametrize("rate", [0, -1, 100_001, float("nan"), float("inf")])
def test_rates_have_limits(clock, rate):
    with pytest.raises(InvalidError):
        clock.run(rate)


def test_it_ends_somewhere(clock, machine):
    with pytest.raises(InvalidError, match="ends with 2999"):
        clock.advance(1e11)
    with pytest.raises(InvalidError, match="ends with 2999"):
        clock.advance(1e15)
    clock.run(100_000)
    machine.tick(1e9)
    assert clock.now().year == 2999


@pytest.mark.parametrize(
    "change",
    [
        lambda clock: clock.freeze(),
        lambda clock: clock.run(60),
        lambda clock: clock.advance(777),
        lambda clock: (clock.freeze(), clock.advance(5.25)),
        lambda clock: (clock.run(60), clock.follow_machine()),
    ],
)
def test_a_restart_changes_nothing(clock, machine, store, change):
    change(clock)
    machine.tick(3)
    reborn = SandboxClock(store, machine=machine)
    assert reborn.now() == clock.now()
    machine.tick(3)
    assert reborn.now() == clock.now()
    assert reborn.setting == clock.setting


def test_it_is_kept_in_the_database(sandbox):
    clock = SandboxClock(sandbox.db)
    clock.freeze(START + timedelta(days=365))
    assert SandboxClock(sandbox.db).now() == START + timedelta(days=365)


async def idle():
    """Let everybody who can go on do so."""
    for _ in range(50):
        await asyncio.sleep(0)


async def test_who_sleeps_wakes_when_it_is_moved():
    clock = FixedClock(START)
    woken = []

    async def sleep(seconds):
        await clock.sleep(seconds)
        woken.append(seconds)

    tasks = [asyncio.create_task(sleep(seconds)) for seconds in (3600, 60, 7200)]
    await idle()
    assert woken == []
    clock.advance(3599)
    await idle()
    assert woken == [60]
    # From another thread, as a call of the control room.
    threading.Thread(target=clock.advance, args=(1,)).start()
    await asyncio.wait_for(tasks[0], 5)
    assert woken == [60, 3600]
    clock.run(100_000)
    await asyncio.wait_for(tasks[2], 5)


async def test_sleep_takes_the_rate_into_account(clock, machine, monkeypatch):
    slept = []

    async def pass_time(waiting, seconds):
        waiting.close()
        slept.append(seconds)
        machine.tick(seconds)
        raise TimeoutError

    monkeypatch.setattr(asyncio, "wait_for", pass_time)
    clock.run(10_000)
    await clock.sleep(2000)
    assert slept == [0.2]
    assert passed(clock) == 2000


async def test_a_clock_that_is_slowed_down_lets_sleep_longer(clock, machine):
    task = asyncio.create_task(clock.sleep(0.05))
    await asyncio.sleep(0)
    clock.freeze()
    machine.tick(10)
    await idle()
    assert not task.done()
    clock.advance(1)
    await asyncio.wait_for(task, 5)


async def test_waiting_for_a_change_says_whether_there_was_one():
    clock = SandboxClock()
    assert await clock.wait_for_change(clock.now() + timedelta(milliseconds=10)) is False
    waiting = asyncio.create_task(clock.wait_for_change())
    await asyncio.sleep(0)
    clock.follow_machine()
    assert await asyncio.wait_for(waiting, 5) is True


async def test_a_clock_that_is_moved_while_a_sleep_begins(monkeypatch):
    clock = FixedClock(START)
    real = clock._real_seconds

    def moved_meanwhile(until):
        found = real(until)
        monkeypatch.undo()
        clock.advance(60)
        return found

    monkeypatch.setattr(clock, "_real_seconds", moved_meanwhile)
    await asyncio.wait_for(clock.sleep(60), 5)


async def test_purchases_move_as_soon_as_the_clock_does(sandbox):
    engine = PurchaseEngine(sandbox.app.state.context, pause=60)
    steps = []
    engine.step = lambda: _noted(steps)
    sandbox.chains.wait_for_change = asyncio.sleep
    engine.start()
    await idle()
    assert len(steps) == 1
    sandbox.clock.advance(3600)
    await idle()
    assert len(steps) == 2
    await engine.stop()


async def _noted(steps):
    steps.append(1)


class TestOverHttp:
    async def test_show(self, sandbox):
        shown = (await sandbox.http.get(PATH)).json()
        assert shown["now"] == "2026-03-01T12:00:00.000Z"
        assert (shown["mode"], shown["rate"]) == ("frozen", 0)
        machine = datetime.fromisoformat(shown["machine_now"])
        assert shown["ahead_seconds"] == pytest.approx((START - machine).total_seconds(), abs=0.01)

    async def test_advance(self, sandbox):
        answer = await sandbox.http.post(f"{PATH}/advance", json={"seconds": 86400})
        assert answer.json()["now"] == "2026-03-02T12:00:00.000Z"
        assert answer.json()["mode"] == "frozen"

    async def test_set(self, sandbox):
        body = {"mode": "running", "at": "2026-12-31T23:59:59+01:00", "rate": 60}
        answer = (await sandbox.http.put(PATH, json=body)).json()
        assert answer["now"].startswith("2026-12-31T22:59:59")
        assert (answer["mode"], answer["rate"]) == ("running", 60)
        answer = (await sandbox.http.put(PATH, json={"mode": "frozen"})).json()
        assert answer["mode"] == "frozen"
        answer = (await sandbox.http.put(PATH, json={"mode": "real"})).json()
        assert (answer["mode"], answer["rate"], answer["ahead_seconds"]) == ("real", 1, 0)
        assert answer["now"][:16] == answer["machine_now"][:16]

    async def test_back(self, sandbox):
        body = {"mode": "frozen", "at": "2026-01-01T00:00:00Z"}
        refused = await sandbox.http.put(PATH, json=body)
        assert (refused.status_code, refused.json()["error"]) == (422, "invalid")
        answer = await sandbox.http.put(PATH, json={**body, "back": True})
        assert answer.json()["now"] == "2026-01-01T00:00:00.000Z"

    @pytest.mark.parametrize(
        "body",
        [
            {"mode": "slow"},
            {"mode": "running", "rate": 0},
            {"mode": "running", "rate": 1e6},
            {"mode": "frozen", "rate": 2},
            {"mode": "real", "at": "2026-12-31T23:59:59Z"},
            {"mode": "frozen", "at": "2026-12-31T23:59:59"},
            {"mode": "frozen", "at": "9999-12-31T23:59:59Z"},
            {"mode": "frozen", "speed": 1},
        ],
    )
    async def test_refused(self, sandbox, body):
        answer = await sandbox.http.put(PATH, json=body)
        assert answer.status_code == 422
        assert (await sandbox.http.get(PATH)).json()["now"] == "2026-03-01T12:00:00.000Z"

    async def test_tokens_end_by_it(self, sandbox):
        headers = await sandbox.user("dora")
        assert (await sandbox.http.get("/api/user/network", headers=headers)).status_code == 200
        await sandbox.http.post(f"{PATH}/advance", json={"seconds": sandbox.settings.access_token_seconds})
        assert (await sandbox.http.get("/api/user/network", headers=headers)).status_code == 401
