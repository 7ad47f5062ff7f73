"""Several workers on one database: nothing is lost or doubled, whoever answers."""

import asyncio
import random
import uuid
from contextlib import AsyncExitStack
from decimal import Decimal

import httpx
import pytest

from tests.sandbox.workers.conftest import PASSWORD, TEST_NET, sign_in

PEOPLE, ROUNDS = 6, 3
RECEIVER_ADDRESS = "0x" + "5a" * 32
AMOUNT = Decimal("0.5")
NAMED = {"username": "guessed-0", "exact": "true"}


@pytest.fixture
async def clients(cluster):
    async with AsyncExitStack() as stack:
        yield [await stack.enter_async_context(one.client()) for one in cluster.workers]


def people(cluster, stem, count=PEOPLE):
    names = [f"{stem}-{number}" for number in range(count)]
    for name in names:
        body = {"username": name, "password": PASSWORD, "name": name, "is_verified": True}
        cluster.control("POST", "users", body)
    return names


def order(receiver):
    return {"amount": str(AMOUNT), "network_key": TEST_NET, "receiver": receiver}


async def ordered(clients, headers, body, key):
    """Order with a key, at two workers at once, and again until the answer is known."""

    async def one(http):
        while True:
            try:
                answer = await http.post(
                    "/api/transactions/create", json=body, headers=headers | {"idempotency-key": key}
                )
            except httpx.TransportError:
                return None
            if answer.status_code != 409:
                return answer
            if answer.json()["error"] == "idempotency_key_interrupted":
                return answer
            await asyncio.sleep(0.02)

    return await asyncio.gather(*(one(http) for http in random.sample(clients, 2)))


async def settled(clients, headers, index):
    for _ in range(300):
        http = random.choice(clients)
        answer = await http.get("/api/transactions/details", params={"index": index}, headers=headers)
        found = answer.json()
        state = found["status"] if isinstance(found["status"], str) else str(found["status"])
        if state.split("'")[0] in {"Completed", "Failed", "Invalid"}:
            return state
        await asyncio.sleep(0.1)
    raise AssertionError(f"it stays {found}")


async def test_concurrent_purchases_are_carried_out_once(cluster, clients):
    names = people(cluster, "buyer")
    receiver = people(cluster, "seller", 1)[0]
    body = {"address": RECEIVER_ADDRESS}
    at_seller = await sign_in(clients[0], receiver)
    answer = await clients[1].put(
        "/api/user/address", params={"network_key": TEST_NET}, json=body, headers=at_seller
    )
    assert answer.status_code == 201, answer.text

    async def buys(name):
        bought = []
        for _ in range(ROUNDS):
            headers = await sign_in(random.choice(clients), name)
            answers = await ordered(clients, headers, order(receiver), str(uuid.uuid4()))
            assert {one.status_code for one in answers} == {201}, [one.text for one in answers]
            [index] = {one.json()["index"] for one in answers}
            bought.append(index)
            await pays(index, headers)
            assert await settled(clients, headers, index) == "Completed"
        return bought

    async def pays(index, headers):
        while True:
            http = random.choice(clients)
            found = (
                await http.get("/api/transactions/details", params={"index": index}, headers=headers)
            ).json()
            if found["status"] == "Valid":
                break
            await asyncio.sleep(0.05)
        paid = await http.post(
            "/_sandbox/faucet",
            json={"network_key": TEST_NET, "address": found["system_address"], "amount": found["amount"]},
        )
        commit = {"index": index, "transaction_id": paid.json()["tx_id"]}
        answers = await asyncio.gather(
            *(one.post("/api/transactions/commit", json=commit, headers=headers) for one in clients)
        )
        assert {one.status_code for one in answers} == {202}, [one.text for one in answers]

    bought = [index for each in await asyncio.gather(*(buys(name) for name in names)) for index in each]
    kept = cluster.control("GET", "purchases?limit=500").json()["purchases"]
    ours = [one for one in kept if one["receiver"] == receiver]
    assert sorted(one["id"] for one in ours) == sorted(bought)
    assert len({one["outgoing_tx"] for one in ours}) == PEOPLE * ROUNDS
    assert cluster.control("GET", "ledger/check").json() == {"holds": True, "problems": []}
    wallets = cluster.control("GET", f"users/{receiver}").json()["wallets"]
    [balance] = [Decimal(one["balance"]) for one in wallets if one["network_key"] == TEST_NET]
    assert balance == PEOPLE * ROUNDS * AMOUNT * Decimal("0.95")


async def test_a_worker_killed_in_the_middle_loses_nothing(cluster, clients):
    [name, receiver] = people(cluster, "killed", 2)
    headers = await sign_in(clients[0], name)
    certain, open_ends, going = [], 0, True

    async def keeps_ordering():
        nonlocal open_ends
        while going:
            answers = await ordered(clients, headers, order(receiver), str(uuid.uuid4()))
            found = {one.json()["index"] for one in answers if one is not None and one.status_code == 201}
            assert len(found) <= 1
            assert not any(one.status_code >= 500 for one in answers if one is not None)
            certain.extend(found)
            open_ends += not found

    tasks = [asyncio.create_task(keeps_ordering()) for _ in range(4)]
    victim = cluster.workers[0]
    for _ in range(2):
        await asyncio.sleep(0.7)
        victim.process.kill()
        victim.process.wait()
        victim.start()
        await asyncio.to_thread(victim.wait)
        clients[0].base_url = httpx.URL(victim.url)
    await asyncio.sleep(0.7)
    going = False
    await asyncio.gather(*tasks)
    kept = cluster.control("GET", "purchases?limit=500").json()["purchases"]
    ours = {one["id"] for one in kept if one["sender"] == name}
    assert set(certain) <= ours
    assert len(certain) == len(set(certain)) > 20
    assert len(ours) - len(certain) <= open_ends
    assert cluster.control("GET", "ledger/check").json()["holds"]


async def test_guesses_are_counted_over_all_workers(cluster, clients):
    [name] = people(cluster, "guessed", 1)
    form = {"grant_type": "password", "client_id": "etopay-test", "username": name, "password": "wrong"}

    async def guess(number, password="wrong"):
        http = clients[number % len(clients)]
        answer = await http.post(
            "/realms/etopay/protocol/openid-connect/token", data=form | {"password": password}
        )
        return answer.status_code

    assert set(await asyncio.gather(*(guess(number) for number in range(15)))) == {401}
    # Ten are free; those behind had to wait, and were not counted.
    admin = await clients[0].post(
        "/realms/etopay/protocol/openid-connect/token",
        data=form | {"client_id": "admin-cli", "username": "admin", "password": "sandbox-admin"},
    )
    headers = {"authorization": f"Bearer {admin.json()['access_token']}"}
    [user] = (await clients[1].get("/admin/realms/etopay/users", params=NAMED, headers=headers)).json()
    path = f"/admin/realms/etopay/attack-detection/brute-force/users/{user['id']}"
    assert (await clients[2].get(path, headers=headers)).json()["numFailures"] == 10
    assert [await guess(number, PASSWORD) for number in range(3)] == [401] * 3
