"""The state under a name, and back: everything comes along, and fits together."""

import asyncio
import os
import stat
from datetime import timedelta

import pytest

from sandbox.core.snapshots import exchange, rows
from sandbox.core.snapshots.manifest import FILES


async def test_everything_comes_back(whole):
    index = await whole.purchase()
    await whole.save("before")
    held = await whole.held()
    head = await whole.hub.run("ETH", lambda node, _: node.chain.head())

    await whole.user("dora")
    await whole.fund("3")
    await whole.settle()
    assert await whole.held() != held

    told = await whole.restore("before")
    assert told["name"] == "before"
    assert await whole.users() == ["alice", "bob"]
    assert await whole.held() == held
    assert await whole.hub.run("ETH", lambda node, _: node.chain.head()) == head
    purchase = await whole.desk("GET", f"purchases/{index}", 200)
    assert purchase["purchase"]["state"] == "Pending"
    await whole.settle()
    assert (await whole.desk("GET", f"purchases/{index}", 200))["purchase"]["state"] == "Valid"
    await whole.adds_up()


async def test_coins_can_be_sent_from_both_lives(whole):
    """Nonces belong to the chain that came back: what was sent meanwhile leaves no gap."""
    await whole.save("before")
    first = [await whole.fund("1") for _ in range(3)]
    await whole.restore("before")
    again = [await whole.fund("1") for _ in range(3)]
    assert again == first
    assert await whole.held() == 8
    await whole.adds_up()


async def test_tokens_keys_and_forms_come_back(whole):
    identity = whole.sandbox.app.state.identity
    before = await whole.token()
    await whole.save("before")
    kid = identity.keys.signing_key()[0]
    identity.keys.rotate()
    identity.keys.retire(kid)
    after = await whole.token()
    await whole.restore("before")
    assert identity.keys.signing_key()[0] == kid
    statuses = [
        (await whole.sandbox.http.get("/api/kyc/check-status", headers=headers)).status_code
        for headers in (before, after, await whole.token())
    ]
    assert statuses == [200, 401, 200]


async def test_positions_of_events_are_never_given_twice(whole):
    await whole.save("before")
    await whole.user("dora")
    last = (await whole.events())[-1]["id"]
    await whole.restore("before")
    told = await whole.events(after=last)
    assert [(one["kind"], one["state"]["snapshot"]) for one in told] == [("sandbox.restored", "before")]
    await whole.user("emil")
    assert all(one["id"] > last for one in await whole.events(kind="account", after=last))
    assert "emil" in str(await whole.events(after=last))


async def test_planned_failures_come_along(whole):
    plan = {"path": "/api/*", "kind": "status", "status": 503, "count": 2, "lasts_seconds": 60}
    await whole.desk("POST", "faults", 201, json=plan)
    await whole.sandbox.http.get("/api/kyc/check-status")
    before = await whole.desk("GET", "faults", 200)
    assert (await whole.save("before"))["faults"] == 1
    await whole.desk("DELETE", "faults", 204)
    await whole.restore("before")
    assert await whole.desk("GET", "faults", 200) == before
    assert before["faults"][0]["hits"] == 1


async def test_a_name_is_taken_once_unless_it_is_replaced(whole):
    await whole.save("x")
    refused = await whole.desk("POST", "snapshots", 409, json={"name": "x"})
    assert refused["error"] == "snapshot_exists"
    await whole.user("dora")
    await whole.save("x", replace=True)
    await whole.desk("DELETE", "users/dora/sessions", 204)
    await whole.restore("x")
    assert await whole.users() == ["alice", "bob", "dora"]
    assert [one["name"] for one in (await whole.desk("GET", "snapshots", 200))["snapshots"]] == ["x"]
    await whole.desk("DELETE", "snapshots/x", 204)
    assert await whole.desk("GET", "snapshots", 200) == {"snapshots": [], "damaged": []}
    for method, path in (("DELETE", "x"), ("POST", "x/restore"), ("GET", "x/export")):
        assert (await whole.desk(method, f"snapshots/{path}", 404))["error"] == "snapshot_unknown"


@pytest.mark.parametrize("name", ["", "A", ".x", "x.", "a/b", "..", "x" * 61, "new-ü"])
async def test_names_that_are_none(whole, name):
    await whole.desk("POST", "snapshots", 422, json={"name": name})


async def test_snapshots_are_for_their_owner_alone(whole, tmp_path):
    await whole.save("x")
    folder = tmp_path / "snapshots"
    for path in (folder, folder / "x", *(folder / "x" / name for name in FILES)):
        # Windows keeps no mode: there, a folder below the user's profile is private.
        assert os.name == "nt" or stat.S_IMODE(path.stat().st_mode) & 0o077 == 0, path


async def test_a_spoiled_snapshot_is_refused_and_changes_nothing(whole, tmp_path):
    await whole.save("x")
    chain = tmp_path / "snapshots" / "x" / "chains" / "eth.sqlite"
    chain.write_bytes(chain.read_bytes()[:-1] + b"!")
    await whole.user("dora")
    refused = await whole.desk("POST", "snapshots/x/restore", 422)
    assert refused["detail"] == "The file chains/eth.sqlite of the snapshot is not as it was written."
    assert await whole.users() == ["alice", "bob", "dora"]
    await whole.fund("1")
    await whole.adds_up()


@pytest.mark.parametrize("content", [None, b"", b"{}", b'{"product": "etopay-sandbox", "format": 9}'])
async def test_one_that_cannot_be_read_hides_no_other_and_can_be_deleted(whole, tmp_path, content):
    await whole.save("good")
    await whole.save("bad")
    manifest = tmp_path / "snapshots" / "bad" / "manifest.json"
    manifest.unlink() if content is None else manifest.write_bytes(content)
    told = await whole.desk("GET", "snapshots", 200)
    assert ([one["name"] for one in told["snapshots"]], told["damaged"]) == (["good"], ["bad"])
    assert (await whole.desk("POST", "snapshots/bad/restore", 422))["error"] == "snapshot_invalid"
    await whole.desk("DELETE", "snapshots/bad", 204)
    assert (await whole.desk("GET", "snapshots", 200))["damaged"] == []


async def test_a_folder_with_an_odd_name(make_whole, tmp_path):
    whole = await make_whole(tmp_path / "a #1 ü")
    await whole.save("x")
    await whole.user("dora")
    await whole.restore("x")
    assert await whole.users() == ["alice", "bob"]


async def test_a_snapshot_of_another_realm_is_refused(make_whole, tmp_path):
    whole = await make_whole()
    await whole.save("x")
    package = (await whole.desk("GET", "snapshots/x/export", 200)).content
    other = await make_whole(tmp_path / "other", realm="elsewhere")
    refused = await other.desk("POST", "snapshots/import", 422, content=package)
    assert "is of the realm 'etopay', this sandbox has 'elsewhere'" in refused["detail"]


async def test_whoever_comes_meanwhile_waits(whole):
    """Requests and a restore at once: every answer is whole, and of one life or the other."""
    await whole.save("before")

    async def ask():
        answer = await whole.sandbox.http.get("/_sandbox/users/alice")
        assert answer.status_code == 200, answer.text
        return len(answer.json()["wallets"])

    found = await asyncio.gather(
        *(ask() for _ in range(5)), whole.restore("before"), *(ask() for _ in range(5))
    )
    assert {one for one in found if isinstance(one, int)} == {4}


async def test_only_one_exchanges_at_a_time(whole):
    await whole.save("x")
    calls = [("snapshots/x/restore", None)] * 3 + [("snapshots", {"name": "y", "replace": True})] * 2
    answers = await asyncio.gather(
        *(whole.sandbox.http.post(f"/_sandbox/{path}", json=body) for path, body in calls)
    )
    told = {(answer.status_code, answer.json().get("error")) for answer in answers}
    assert told <= {(200, None), (201, None), (409, "sandbox_busy")}
    assert told & {(200, None), (201, None)}
    await whole.restore("x")
    await whole.adds_up()


async def test_the_call_may_be_repeated_with_a_key(whole):
    await whole.save("x")
    await whole.user("dora")
    for replayed in (None, "true"):
        answer = await whole.sandbox.http.post(
            "/_sandbox/snapshots/x/restore", headers={"idempotency-key": "k1"}
        )
        assert answer.status_code == 200
        assert answer.headers.get("idempotency-replayed") == replayed
    assert await whole.users() == ["alice", "bob"]


@pytest.mark.parametrize("step", range(6))
async def test_a_kill_between_any_two_steps_is_made_good(whole, tmp_path, monkeypatch, step):
    """Each file moved in or not: whoever starts next finishes the move."""
    await whole.save("before")
    await whole.user("dora")
    await whole.fund("3")
    folder, manifest = whole.sandbox.app.state.keeper.shelf.find("before")
    prepared = exchange.prepare_beside(folder, manifest, tmp_path)
    exchange.adapt(prepared / "sandbox.sqlite", manifest, exchange.Kept(port="1"))
    whole.sandbox.db.close()
    await whole.hub.close()
    if step:
        exchange.decide(tmp_path)
    moved = []
    real = exchange.take_place

    def dying(source, target):
        if len(moved) == step - 1:
            raise KeyboardInterrupt
        moved.append(target)
        real(source, target)

    monkeypatch.setattr(exchange, "take_place", dying)
    if step:
        with pytest.raises(KeyboardInterrupt):
            exchange.finish_files(tmp_path, with_database=True)
    monkeypatch.setattr(exchange, "take_place", real)
    exchange.finish_files(tmp_path, with_database=True)
    assert not (tmp_path / "restoring").exists()
    assert not (tmp_path / "restoring.new").exists()
    found = rows.Database(rows.address_of(tmp_path / "sandbox.sqlite"))
    with found.engine.connect() as connection:
        names = connection.exec_driver_sql("SELECT username FROM users ORDER BY username").scalars().all()
    found.close()
    assert names == (["alice", "bob"] if step else ["alice", "bob", "dora"])


async def test_half_a_snapshot_is_tidied_away(whole, tmp_path):
    await whole.save("x")
    shelf = whole.sandbox.app.state.keeper.shelf
    (tmp_path / "snapshots" / ".new-1").mkdir()
    (tmp_path / "snapshots" / "x").rename(tmp_path / "snapshots" / ".old-x")
    shelf.tidy()
    assert [entry.name for entry in (tmp_path / "snapshots").iterdir()] == ["x"]
    await whole.restore("x")


async def test_the_clock_goes_on_from_the_moment_of_the_snapshot(make_whole, tmp_path):
    from sandbox.core.clock import SandboxClock  # noqa: PLC0415

    whole = await make_whole()
    clock = SandboxClock(whole.sandbox.db)
    context = whole.sandbox.app.state.context
    object.__setattr__(context, "clock", clock)
    clock.run(1000.0, clock.now() + timedelta(days=100))
    await whole.save("x")
    clock.follow_machine()
    await whole.restore("x")
    setting = clock.setting
    assert (setting.mode, setting.rate) == ("running", 1000.0)
    ahead = clock.now() - clock.machine_now
    assert timedelta(days=99) < ahead < timedelta(days=101)
