"""A call that is repeated with its key is carried out once."""

import asyncio

import pytest

from sandbox.core.connection import ConnectionDroppedError
from sandbox.core.idempotency import IdempotencyMiddleware
from sandbox.core.instances import current_instance

PATH = "/_sandbox/users"
BODY = {"username": "dora", "password": "x"}
ETH = "0x" + "d0" * 20


def keyed(key, headers=None):
    return {**(headers or {}), "Idempotency-Key": key}


async def post(sandbox, path=PATH, body=None, key="k1", headers=None):
    return await sandbox.http.post(path, json=BODY if body is None else body, headers=keyed(key, headers))


async def paid(sandbox):
    return len(sandbox.chains.log["ETH"])


async def test_the_same_answer_again(sandbox):
    first = await post(sandbox)
    again = await post(sandbox)
    assert first.status_code == again.status_code == 201
    assert first.content == again.content
    assert again.headers["content-type"] == first.headers["content-type"]
    assert "idempotency-replayed" not in first.headers
    assert again.headers["idempotency-replayed"] == "true"


async def test_errors_too(sandbox):
    await post(sandbox, key="other")
    first = await post(sandbox)
    assert first.status_code == 409
    user = (await sandbox.http.get(PATH)).json()["users"][0]
    assert user["username"] == "dora"
    again = await post(sandbox)
    assert (again.status_code, again.content) == (409, first.content)
    wrong = await post(sandbox, body={"username": 1}, key="k2")
    assert wrong.status_code == 422
    assert (await post(sandbox, body={"username": 1}, key="k2")).content == wrong.content


async def test_money_moves_once(sandbox):
    body = {"network_key": "ETH", "amount": "1.5", "address": ETH}
    answers = [await post(sandbox, "/_sandbox/faucet", body) for _ in range(3)]
    assert len({answer.text for answer in answers}) == 1
    assert await paid(sandbox) == 1
    await post(sandbox, "/_sandbox/faucet", body, key="k2")
    assert await paid(sandbox) == 2


async def test_another_call_with_the_key_is_refused(sandbox):
    await post(sandbox)
    for path, body in (
        (PATH, {**BODY, "name": "Dora"}),
        ("/_sandbox/faucet", BODY),
        (PATH + "?x=1", BODY),
    ):
        answer = await post(sandbox, path, body)
        assert answer.status_code == 422
        assert answer.json()["error"] == "idempotency_key_reused"


async def test_at_once_only_the_first_is_carried_out(sandbox, monkeypatch):
    going, go = asyncio.Event(), asyncio.Event()
    real = sandbox.chains.fund

    async def slow(*arguments):
        going.set()
        await go.wait()
        return await real(*arguments)

    monkeypatch.setattr(sandbox.chains, "fund", slow)
    body = {"network_key": "ETH", "amount": "1.5", "address": ETH}
    first = asyncio.create_task(post(sandbox, "/_sandbox/faucet", body))
    await going.wait()
    second = await post(sandbox, "/_sandbox/faucet", body)
    assert (second.status_code, second.json()["error"]) == (409, "idempotency_key_in_use")
    go.set()
    assert (await post(sandbox, "/_sandbox/faucet", body, key="k2")).status_code == 200
    answer = await first
    assert (await post(sandbox, "/_sandbox/faucet", body)).content == answer.content
    assert await paid(sandbox) == 2


async def test_many_at_once(sandbox):
    body = {"network_key": "ETH", "amount": "1.5", "address": ETH}
    answers = await asyncio.gather(*(post(sandbox, "/_sandbox/faucet", body) for _ in range(20)))
    assert {answer.status_code for answer in answers} <= {200, 409}
    assert await paid(sandbox) == 1


async def test_a_lost_answer_is_given_to_who_asks_again(sandbox):
    headers = await sandbox.user("dora")
    await sandbox.user("bo")
    path = "/api/transactions/create"
    fault = {"path": path, "kind": "drop", "stage": "after", "count": 1}
    await sandbox.http.post("/_sandbox/faults", json=fault)
    body = {"receiver": "bo", "network_key": "ETH", "amount": "1"}
    with pytest.raises(ConnectionDroppedError):
        await post(sandbox, path, body, headers=headers)
    answer = await post(sandbox, path, body, headers=headers)
    assert answer.status_code == 201, answer.text
    listed = await sandbox.http.get("/api/transactions/txs-details", headers=headers)
    assert [one["index"] for one in listed.json()["txs"]] == [answer.json()["index"]]


async def test_keys_belong_to_their_user_and_instance(sandbox):
    dora, bo = await sandbox.user("dora"), await sandbox.user("bo")
    path = "/api/transactions/create"
    body = {"receiver": "bo", "network_key": "ETH", "amount": "1"}
    answers = [await post(sandbox, path, body, headers=headers) for headers in (dora, bo)]
    assert answers[0].status_code == answers[1].status_code == 201
    assert answers[0].json() != answers[1].json()
    first = await post(sandbox, body={"username": "eve", "password": "x"})
    token = current_instance.set("second")
    second = await post(sandbox, body={"username": "eve", "password": "x"})
    current_instance.reset(token)
    assert first.status_code == second.status_code == 201
    assert first.json()["id"] != second.json()["id"]


async def test_a_reset_is_made_once(sandbox):
    for _ in range(2):
        answer = await sandbox.http.post("/_sandbox/reset", headers=keyed("again"))
        assert (answer.status_code, answer.content) == (204, b"")
        await post(sandbox, key="new")
    users = (await sandbox.http.get(PATH)).json()["users"]
    assert [one["username"] for one in users] == ["dora"]
    assert answer.headers["idempotency-replayed"] == "true"


async def test_who_is_not_signed_in_leaves_no_answer(sandbox):
    headers = await sandbox.user("dora")
    body = {"index": "nothing", "transaction_id": "0x1"}
    refused = await post(sandbox, "/api/transactions/commit", body, headers={"x-app-name": "standalone"})
    assert refused.status_code == 401
    wrong_app = {**headers, "x-app-name": "nobody"}
    assert (await post(sandbox, "/api/transactions/commit", body, headers=wrong_app)).status_code == 401
    answer = await post(sandbox, "/api/transactions/commit", body, headers=headers)
    assert answer.status_code not in {401, 409}
    assert "idempotency-replayed" not in answer.headers


async def test_a_day_later_it_is_a_new_call(sandbox):
    body = {"network_key": "ETH", "amount": "1.5", "address": ETH}
    await post(sandbox, "/_sandbox/faucet", body)
    sandbox.clock.advance(24 * 3600 - 1)
    await post(sandbox, "/_sandbox/faucet", body)
    assert await paid(sandbox) == 1
    sandbox.clock.advance(1)
    await post(sandbox, "/_sandbox/faucet", {**body, "amount": "2"})
    assert await paid(sandbox) == 2


async def test_an_answer_survives_a_restart(sandbox, make_sandbox):
    first = await post(sandbox)
    again = await post(make_sandbox())
    assert again.content == first.content
    assert again.headers["idempotency-replayed"] == "true"


async def test_a_call_that_broke_off_is_not_made_again(sandbox, monkeypatch):
    async def broken(*_):
        raise RuntimeError("boom")

    body = {"network_key": "ETH", "amount": "1.5", "address": ETH}
    monkeypatch.setattr(sandbox.chains, "fund", broken)
    with pytest.raises(RuntimeError, match="boom"):
        await post(sandbox, "/_sandbox/faucet", body)
    monkeypatch.undo()
    answer = await post(sandbox, "/_sandbox/faucet", body)
    assert (answer.status_code, answer.json()["error"]) == (409, "idempotency_key_interrupted")
    assert await paid(sandbox) == 0


async def test_a_call_of_a_process_that_was_killed_is_not_made_again(sandbox, make_sandbox, monkeypatch):
    """Its row is there, its process is not."""
    going = asyncio.Event()

    async def killed(*_):
        going.set()
        await asyncio.Event().wait()

    body = {"network_key": "ETH", "amount": "1.5", "address": ETH}
    monkeypatch.setattr(sandbox.chains, "fund", killed)
    call = asyncio.create_task(post(sandbox, "/_sandbox/faucet", body))
    await going.wait()
    answer = await post(make_sandbox(), "/_sandbox/faucet", body)
    assert (answer.status_code, answer.json()["error"]) == (409, "idempotency_key_interrupted")
    call.cancel()


class KilledError(BaseException):
    """Stands for the end of the process: nothing is tidied up."""


OPENING = ("/_sandbox/bank/accounts", {"holder": "Dora", "balance": "5"})


async def accounts(sandbox):
    found = (await sandbox.http.get("/_sandbox/bank/accounts")).json()["accounts"]
    return [one["holder"] for one in found]


async def killed_at(sandbox, monkeypatch, name):
    """Make a call whose process ends in one of the bank's steps."""

    def end(*_):
        raise KilledError

    monkeypatch.setattr(sandbox.app.state.bank, name, end)
    monkeypatch.setattr(IdempotencyMiddleware, "_give_up", lambda *_: None)
    with pytest.raises(KilledError):
        await post(sandbox, *OPENING)
    monkeypatch.undo()


async def test_a_call_that_was_killed_before_it_changed_anything_is_made_now(
    sandbox, make_sandbox, monkeypatch
):
    await killed_at(sandbox, monkeypatch, "fund")
    again = make_sandbox()
    assert await accounts(again) == []
    answer = await post(again, *OPENING)
    assert (answer.status_code, await accounts(again)) == (201, ["Dora"])
    repeated = await post(again, *OPENING)
    assert repeated.headers["idempotency-replayed"] == "true"
    assert (repeated.content, await accounts(again)) == (answer.content, ["Dora"])


async def test_a_call_that_was_killed_after_it_changed_something_is_not_made_again(
    sandbox, make_sandbox, monkeypatch
):
    def lost(*_):
        raise KilledError

    monkeypatch.setattr(IdempotencyMiddleware, "_finish", lost)
    with pytest.raises(KilledError):
        await post(sandbox, *OPENING)
    monkeypatch.undo()
    again = make_sandbox()
    answer = await post(again, *OPENING)
    assert (answer.status_code, answer.json()["error"]) == (409, "idempotency_key_interrupted")
    assert await accounts(again) == ["Dora"]


async def test_a_call_that_failed_before_it_changed_anything_can_be_made_again(sandbox, monkeypatch):
    def broken(*_):
        raise RuntimeError("boom")

    monkeypatch.setattr(sandbox.app.state.bank, "fund", broken)
    with pytest.raises(RuntimeError, match="boom"):
        await post(sandbox, *OPENING)
    monkeypatch.undo()
    answer = await post(sandbox, *OPENING)
    assert answer.status_code == 201, answer.text
    assert await accounts(sandbox) == ["Dora"]


async def test_a_call_whose_body_broke_off_can_be_made_again(sandbox):
    """The client left in the middle of its body: nothing was called, so the key is free."""
    messages = [
        {"type": "http.request", "body": b'{"username": ', "more_body": True},
        {"type": "http.disconnect"},
    ]
    headers = [(b"host", b"localhost"), (b"idempotency-key", b"k1"), (b"content-type", b"application/json")]
    scope = {
        "type": "http",
        "method": "POST",
        "path": PATH,
        "raw_path": PATH.encode(),
        "query_string": b"",
        "headers": headers,
    }

    async def receive():
        return messages.pop(0)

    async def send(_message):
        raise AssertionError("nobody listens")

    await sandbox.app(scope, receive, send)
    assert (await post(sandbox)).status_code == 201


@pytest.mark.parametrize("key", ["", "x" * 256, "tab\there"])
async def test_a_key_that_cannot_be_one(sandbox, key):
    answer = await post(sandbox, key=key)
    assert answer.status_code == 422
    assert answer.json()["error"] == "idempotency_key_invalid"
    assert (await sandbox.http.get(PATH)).json()["users"] == []


async def test_the_longest_key(sandbox):
    assert (await post(sandbox, key="x" * 255)).status_code == 201


async def test_other_methods_and_parts_ignore_it(sandbox):
    for _ in range(2):
        answer = await sandbox.http.get("/_sandbox/state", headers=keyed("k1"))
        assert "idempotency-replayed" not in answer.headers
    await post(sandbox)
    token = await sandbox.http.post("/realms/etopay/protocol/openid-connect/token", headers=keyed("k1"))
    assert token.json()["error"] != "idempotency_key_reused"


async def test_it_is_described(sandbox):
    paths = (await sandbox.http.get("/_sandbox/openapi.json")).json()["paths"]
    for path, methods in paths.items():
        named = [one["name"] for one in methods.get("post", {}).get("parameters", ())]
        expected = path.startswith(("/api/", "/_sandbox/")) and "post" in methods
        assert named.count("Idempotency-Key") == expected, path
