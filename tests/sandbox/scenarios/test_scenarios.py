"""Scenario files: read strictly, run step by step, told as they go."""

import asyncio
import time

import pytest

from sandbox.control.scenarios.client import Client
from sandbox.control.scenarios.library import Library
from sandbox.control.scenarios.shape import Scenario
from sandbox.core.toml_file import FileProblemError, parse

HEAD = 'title = "T"\n'


def problems(text):
    with pytest.raises(FileProblemError) as caught:
        parse(HEAD + text, "x.toml", Scenario)
    return str(caught.value)


def step(line, name="one"):
    return f'[[steps]]\nname = "{name}"\n{line}\n'


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "x.toml, line 1: the key `steps` is missing."),
        ("steps = []\n", "x.toml, line 2: `steps`: must not be empty."),
        (step("clck = { real = true }"), "line 4: there is no key `clck` here. Did you mean `clock`?"),
        (step("clock = { relay = true }"), "line 4: there is no key `relay` here. Did you mean `real`?"),
        (step(""), "line 2: `steps.0`: give one of clock, user,"),
        (step("adds_up = true\nclear_faults = true"), "clear_faults and adds_up are given"),
        (step("clock = { real = true, rate = 2 }"), "rate and real are given"),
        (step("clock = { advance = '3 days' }"), "line 4: `steps.0.clock.advance`: “3 days” is no duration"),
        (step("clock = { freeze = 2026-12-24T16:00:00 }"), "line 4: `steps.0.clock.freeze`"),
        (step("clock = { rate = 0 }"), "must be more than 0"),
        (step("user = { name = 'D O' }"), "`steps.0.user.name`: “D O” must be 2 to 64 small letters"),
        (step("user = { name = 'dora', wallet = ['BTC'] }"), "“BTC” must be one of"),
        (step("fund = { user = 'dora', network = 'ETH', amount = 1.5 }"), "write it as text"),
        (step("fault = { kind = 'status' }"), "say which calls are meant"),
        (step("fault = { path = '/x', kind = 'stats' }"), "`kind`: “stats” must be one of"),
        (step("chain = { mine = 0 }"), "must be 1 or more"),
        (step("chain = { network = 'ETH' }"), "give one of mining, mine, reorg, next; none is given"),
        (step("call = { path = 'api' }"), "“api” must be a path that begins with a slash"),
        (step("call = { path = '/x', staff = 'x' }"), "there is no key `staff` here"),
        (step("adds_up = true\nwithin = '2s'"), "`within` goes with `call` only"),
        (step("call = { path = '/x' }\nadvancing = '2s'"), "`advancing` goes with `within` only"),
        (step("call = { path = '/x' }\nexpect = { a = { mini = 3 } }"), "Did you mean `min`?"),
        (step("call = { path = '/x' }\nexpect = { a = { matches = '(' } }"), "“(” is no regular expression"),
        (step("call = { path = '/x' }\nkeep = { 'A b' = 'x' }"), "must be small letters"),
        (step("call = { path = '/${purchase}' }"), "uses “purchase”, which no step before it keeps."),
        (
            step("call = { path = '/x' }\nkeep = { purchase = 'id' }")
            + step("call = { path = '/${purchas}' }", "two"),
            "step 2 (“two”) uses “purchas”, which no step before it keeps. Did you mean `purchase`?",
        ),
        ("[[steps]\n", "not valid TOML"),
    ],
)
def test_what_is_wrong_is_told_with_its_line(text, told):
    assert told in problems(text)


def test_the_folder_of_ones_own_comes_first(tmp_path):
    (tmp_path / "lost-answer.toml").write_text(HEAD + step("clear_faults = true"))
    (tmp_path / "broken.toml").write_text(HEAD + step("clck = 1"))
    (tmp_path / "No Name.toml").write_text("")
    library = Library(tmp_path)
    entries = {entry.name: entry for entry in library.all()}
    assert entries["lost-answer"].scenario.title == "T"
    assert "broken.toml, line 4: there is no key `clck` here" in entries["broken"].problem
    assert "No Name" not in entries
    assert len(entries) > 8


class Play:
    """A sandbox with scenarios of the test's own."""

    def __init__(self, sandbox, folder):
        self.sandbox, self.folder = sandbox, folder

    async def ask(self, method, path, status, **options):
        answer = await self.sandbox.http.request(method, f"/_sandbox/scenarios{path}", **options)
        assert answer.status_code == status, answer.text
        return answer.json() if answer.content else None

    async def run(self, *steps, **body):
        (self.folder / "own.toml").write_text(HEAD + "".join(steps))
        found = await self.ask("POST", "/own/run", 202, json=body)
        ends = time.monotonic() + 20
        while found["state"] == "running" and time.monotonic() < ends:
            await asyncio.sleep(0.02)
            found = await self.ask("GET", f"/runs/{found['id']}", 200)
        return found


@pytest.fixture
async def play(make_sandbox, tmp_path):
    folder = tmp_path / "own"
    folder.mkdir()
    made = Play(make_sandbox(scenarios=folder), folder)
    yield made
    await made.sandbox.app.state.stage.stop()


async def test_steps_follow_each_other_until_one_fails(play):
    found = await play.run(
        step("user = { name = 'dora', verified = true }", "dora"),
        step("call = { path = '/api/kyc/check-status', user = 'dora' }\nkeep = { who = 'username' }", "who"),
        step("call = { path = '/_sandbox/users/${who}' }\nexpect = { is_verified = false }", "wrong"),
        step("clear_faults = true", "never"),
    )
    assert found["state"] == "failed"
    assert [one["state"] for one in found["steps"]] == ["passed", "passed", "failed", "skipped"]
    assert found["steps"][2]["detail"] == "`is_verified` is True, expected False."
    assert found["ended_at"] is not None


async def test_a_refusal_is_told_with_its_reason(play):
    found = await play.run(step("call = { path = '/_sandbox/users/nobody' }"))
    assert "It was refused: 404 The backend knows no user" in found["steps"][0]["detail"]
    found = await play.run(step("fund = { user = 'nobody', network = 'ETH', amount = '1' }"))
    assert "knows no user 'nobody'" in found["steps"][0]["detail"]


async def test_comparisons(play):
    path = "call = { path = '/_sandbox/health' }\nexpect = "
    good = (
        "{ status = 'ok', networks = { length = 4 } }",
        "{ 'networks.-1' = 'EURX', 'networks.0' = { matches = '^iota' } }",
        "{ status = { in = ['ok', 'fine'], not = 'bad' }, nothing = { not = 1 }, took = { max = 5 } }",
    )
    bad = (
        "{ nothing = 1 }",
        "{ status = { min = 1 } }",
        "{ 'networks.7' = 'x' }",
        "{ networks = { length = 3 } }",
    )
    found = await play.run(*(step(path + one) for one in good))
    assert found["state"] == "passed", found
    for one in bad:
        assert (await play.run(step(path + one)))["state"] == "failed", one


async def test_waiting_for_something_and_giving_up(play):
    await play.run(step("clock = { freeze = 2026-03-01T12:00:00Z }"))
    wait = "call = { path = '/_sandbox/clock' }\nexpect = { now = { matches = 'T12:00:08' } }\n"
    found = await play.run(step(wait + "within = '5s'\nadvancing = '4s'"))
    assert found["state"] == "passed", found
    found = await play.run(step(wait.replace("00:08", "00:09") + "within = 0.3"))
    assert found["steps"][0]["detail"].endswith("(for 0.3 s)")


async def test_a_cut_connection_is_an_answer_too(play):
    found = await play.run(
        step("user = { name = 'dora' }"),
        step("fault = { path = '/api/*', kind = 'drop', count = 1 }"),
        step("call = { path = '/api/kyc/check-status', user = 'dora' }\nstatus = 0"),
        step("call = { path = '/api/kyc/check-status', user = 'dora' }"),
    )
    assert found["state"] == "passed", found


@pytest.mark.parametrize("fault", [{"kind": "hang"}, {"kind": "delay", "seconds": 600}])
async def test_no_answer_is_waited_for_only_so_long(sandbox, fault):
    client = Client(sandbox.app, sandbox.app.state.context.settings, patience=0.2)
    await client.control("POST", "faults", {"path": "/api/*", **fault})
    async with asyncio.timeout(5):
        answer = await client.call("GET", "/api/kyc/check-status")
    assert (answer.status, answer.said()) == (0, "No answer within 0.2 s.")
    await client.control("DELETE", "faults")
    assert (await client.call("GET", "/api/kyc/check-status")).status == 401
    await client.close()


async def test_the_control_room_takes_its_time(sandbox):
    client = Client(sandbox.app, sandbox.app.state.context.settings, patience=0)
    assert (await client.control("POST", "clock/advance", {"seconds": 3600}))["now"]
    assert (await client.call("GET", "/api/user/network")).status == 0
    await client.close()


async def test_chance_comes_from_the_seed(play):
    fault = step("fault = { path = '/api/*', kind = 'status', probability = 0.5 }")
    await play.run(fault, seed="7")
    planned = (await play.sandbox.http.get("/_sandbox/faults")).json()["faults"]
    assert planned[0]["seed"] == "7/0"


async def test_one_at_a_time_and_stopped_when_told(play):
    waiting = step("call = { path = '/_sandbox/health' }\nexpect = { status = 'bad' }\nwithin = '1h'")
    (play.folder / "own.toml").write_text(HEAD + waiting)
    running = await play.ask("POST", "/own/run", 202, json={})
    await play.ask("POST", "/own/run", 409, json={})
    await play.ask("DELETE", f"/runs/{running['id']}", 204)
    found = await play.ask("GET", f"/runs/{running['id']}", 200)
    assert (found["state"], found["steps"][0]["state"]) == ("stopped", "skipped")
    assert [one["id"] for one in (await play.ask("GET", "/runs", 200))["runs"]] == [running["id"]]


async def test_names_and_files_that_cannot_be_run(play):
    unknown = await play.ask("POST", "/lost-answr/run", 404, json={})
    assert unknown["detail"] == "There is no scenario 'lost-answr'. Did you mean `lost-answer`?"
    (play.folder / "broken.toml").write_text(HEAD + step("clck = 1"))
    broken = await play.ask("POST", "/broken/run", 422, json={})
    assert "broken.toml, line 4" in broken["detail"]
    await play.ask("GET", "/runs/none", 404)


async def test_a_reset_comes_first_if_wanted(play):
    await play.run(step("user = { name = 'dora' }"))
    found = await play.run(
        step("call = { path = '/_sandbox/users' }\nexpect = { users = { length = 0 } }"), reset=True
    )
    assert found["state"] == "passed", found
