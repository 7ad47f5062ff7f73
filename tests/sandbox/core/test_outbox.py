"""What happened is written with the change, in order, and stays."""

from decimal import Decimal

import pytest
from sqlalchemy.exc import IntegrityError

from sandbox.core import outbox
from sandbox.core.outbox import OutboxEvent, record

PATH = "/_sandbox/events"
ETH = "0x" + "d0" * 20


async def told(sandbox, **filters):
    answer = await sandbox.http.get(PATH, params=filters)
    assert answer.status_code == 200, answer.text
    return answer.json()["events"]


def write(sandbox, number, subject="s", instance=None):
    for index in range(number):
        with sandbox.db.write(instance) as session:
            record(session, "test.done", subject, {"index": index})


async def test_one_tells_kind_time_subject_order_and_state(sandbox):
    write(sandbox, 2)
    first, second = await told(sandbox, kind="test")
    assert first == {
        "id": first["id"],
        "kind": "test.done",
        "at": "2026-03-01T12:00:00.000Z",
        "subject": "s",
        "seq": 1,
        "state": {"index": 0},
    }
    assert second["id"] > first["id"]
    assert (second["seq"], second["state"]) == (2, {"index": 1})


async def test_a_change_that_is_undone_is_not_told(sandbox):
    def change_and_fail():
        with sandbox.db.write() as session:
            record(session, "test.done", "s", {})
            raise RuntimeError

    with pytest.raises(RuntimeError):
        change_and_fail()
    assert await told(sandbox, kind="test") == []


async def test_instances_are_told_apart(sandbox):
    write(sandbox, 1)
    write(sandbox, 2, instance="second")
    assert len(await told(sandbox, kind="test")) == 1
    with sandbox.db.read("second") as session:
        found = outbox.events(session, after=0, limit=10, kind="test")
        assert [(one.seq, one.instance_id) for one in found] == [(1, "second"), (2, "second")]


async def test_filters(sandbox):
    write(sandbox, 3, "a")
    write(sandbox, 2, "b")
    with sandbox.db.write() as session:
        record(session, "tests", "a", {})
        record(session, "test%done", "a", {})
    assert len(await told(sandbox, kind="test")) == 5
    assert len(await told(sandbox, kind="test.done", subject="a")) == 3
    assert [one["kind"] for one in await told(sandbox, kind="tests")] == ["tests"]
    every = await told(sandbox)
    assert await told(sandbox, after=every[-3]["id"]) == every[-2:]
    assert await told(sandbox, limit=2) == every[:2]
    assert await told(sandbox, subject="nobody") == []


@pytest.mark.parametrize("query", ["after=-1", "limit=0", "limit=1001", f"after={2**63}", f"kind={'x' * 61}"])
async def test_wrong_filters(sandbox, query):
    assert (await sandbox.http.get(f"{PATH}?{query}")).status_code == 422


async def test_they_outlive_the_process(sandbox, make_sandbox):
    write(sandbox, 2)
    assert await told(make_sandbox(), kind="test") == await told(sandbox, kind="test")


async def test_the_oldest_go(sandbox, monkeypatch):
    monkeypatch.setattr(outbox, "KEPT", 20)
    monkeypatch.setattr(outbox, "_PRUNED_EVERY", 16)
    write(sandbox, 5, "old")
    write(sandbox, 3, instance="second")
    write(sandbox, 60)
    assert await told(sandbox, subject="old") == []
    left = await told(sandbox, kind="test", limit=1000)
    assert 20 <= len(left) < 20 + 16
    assert left[-1]["seq"] == 60
    with sandbox.db.read("second") as session:
        assert len(outbox.events(session, after=0, limit=10)) == 3


async def test_a_subject_s_count_goes_on_when_its_events_are_gone(sandbox, monkeypatch):
    monkeypatch.setattr(outbox, "KEPT", 4)
    monkeypatch.setattr(outbox, "_PRUNED_EVERY", 1)
    write(sandbox, 2, "quiet")
    write(sandbox, 9, "busy")
    assert await told(sandbox, subject="quiet") == []
    write(sandbox, 1, "quiet")
    assert [one["seq"] for one in await told(sandbox, subject="quiet")] == [3]


async def test_a_reset_begins_anew_and_gives_no_position_twice(sandbox):
    await sandbox.http.post("/_sandbox/users", json={"username": "dora", "password": "x"})
    before = await told(sandbox)
    assert (await sandbox.http.post("/_sandbox/reset")).status_code == 204
    after = await told(sandbox)
    assert after[0]["kind"] == "sandbox.reset"
    assert after[0]["id"] > before[-1]["id"]
    assert await told(sandbox, after=before[-1]["id"]) == after


async def test_a_user_s_story(sandbox):
    headers = await sandbox.user("dora")
    address = {"address": ETH}
    await sandbox.http.put("/api/user/address", params={"network_key": "ETH"}, json=address, headers=headers)
    await sandbox.http.put("/api/user/network", json={"network_key": "ETH"}, headers=headers)
    assert (await sandbox.http.delete("/api/user", headers=headers)).status_code < 300
    account = next(one for one in await told(sandbox, kind="account") if one["state"]["username"] == "dora")
    assert account["kind"] == "account.created"
    events = await told(sandbox, kind="user")
    assert [one["seq"] for one in events] == list(range(1, len(events) + 1))
    assert (events[0]["kind"], events[-1]["kind"]) == ("user.created", "user.archived")
    assert events[0]["state"]["state"] == "active"
    assert events[-1]["state"]["state"] == "archived"
    assert "password" not in str(await told(sandbox))


async def test_a_purchase_s_story(sandbox):
    """Each change of state, in order, with the state it led to."""
    payer, receiver = await sandbox.user("payer"), await sandbox.user("receiver")
    for headers, address in ((payer, "0x" + "a1" * 20), (receiver, "0x" + "b2" * 20)):
        await sandbox.http.put(
            "/api/user/address", params={"network_key": "ETH"}, json={"address": address}, headers=headers
        )
    await sandbox.http.put("/_sandbox/users/receiver/kyc", json={"is_verified": True})
    body = {"receiver": "receiver", "network_key": "ETH", "amount": "2"}
    created = await sandbox.http.post("/api/transactions/create", json=body, headers=payer)
    index = created.json()["index"]
    await sandbox.step()
    system = sandbox.chains.address("purchases", "ETH")
    sandbox.chains.pay("ETH", "0x" + "a1" * 20, system, Decimal(2), index.encode())
    for _ in range(5):
        await sandbox.step()
    events = await told(sandbox, kind="purchase", subject=index)
    story = [(one["kind"], one["state"]["state"]) for one in events]
    assert story == [
        ("purchase.created", "Pending"),
        ("purchase.changed", "Valid"),
        ("purchase.changed", "ProcessingIncoming"),
        ("purchase.changed", "ProcessingOutgoing"),
        ("purchase.paid_out", "ProcessingOutgoing"),
        ("purchase.changed", "Completed"),
    ]
    assert [one["seq"] for one in events] == [1, 2, 3, 4, 5, 6]
    last = events[-1]["state"]
    assert (last["sender"], last["receiver"], last["amount"]) == ("payer", "receiver", "2")
    assert last["outgoing_tx"]
    assert last["incoming_tx"]


def test_a_gap_or_a_double_cannot_be_written(sandbox):
    write(sandbox, 1)
    with pytest.raises(IntegrityError), sandbox.db.write() as session:
        session.add(OutboxEvent(kind="test.done", at=sandbox.clock.now(), subject="s", seq=1, payload={}))


async def test_the_page_shows_the_newest_first(sandbox):
    with sandbox.db.write() as session:
        for number in range(25):
            record(session, "test.done", f"<b>{number}</b>", {"state": f"state {number}"})
    page = (await sandbox.http.get("/")).text
    rows = [line for line in page.splitlines() if "/_sandbox/events?kind=test.done" in line]
    assert len(rows) == 20
    assert "<td>state 24</td>" in rows[0]
    assert "&lt;b&gt;24&lt;/b&gt;" in rows[0]
    assert "<td>state 5</td>" in rows[-1]
    assert "2026-03-01T12:00:00.000Z" in page


async def test_rates_are_told_too(sandbox):
    body = {"mode": "fixed", "rate": "0.25"}
    assert (await sandbox.http.put("/_sandbox/rates/ETH", json=body)).status_code == 200
    (event,) = await told(sandbox, kind="rate")
    assert (event["subject"], event["state"]) == ("ETH", {"state": "fixed", "rate": "0.25"})
