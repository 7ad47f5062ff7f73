"""Several workers on one database: nothing is lost or doubled, whoever answers."""

import asyncio
import random
import uuid
from contextlib import AsyncExitStack

import httpx
import pytest

from cli.bench import load
from tests.sandbox.workers.conftest import PASSWORD, TEST_NET, sign_in
from tests.support.campaign import campaign

__all__ = ["campaign"]

PEOPLE, ROUNDS = 6, 3
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
    return {"amount": "0.5", "network_key": TEST_NET, "receiver": receiver}


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


async def test_orders_that_are_repeated_at_other_workers_are_carried_out_once(cluster, clients):
    [receiver, *names] = people(cluster, "buyer", PEOPLE + 1)

    async def buys(name):
        found = []
        for _ in range(ROUNDS):
            headers = await sign_in(random.choice(clients), name)
            answers = await ordered(clients, headers, order(receiver), str(uuid.uuid4()))
            assert {one.status_code for one in answers} == {201}, [one.text for one in answers]
            [index] = {one.json()["index"] for one in answers}
            found.append(index)
        return found

    bought = [index for each in await asyncio.gather(*(buys(name) for name in names)) for index in each]
    kept = cluster.control("GET", "purchases?limit=500").json()["purchases"]
    ours = [one["id"] for one in kept if one["receiver"] == receiver]
    assert sorted(ours) == sorted(bought)
    assert len(ours) == PEOPLE * ROUNDS


@pytest.mark.campaign("workers")
def test_apps_that_meet_any_worker_lose_and_double_nothing(cluster, campaign):
    found = load.play(cluster.url, campaign.runs, ROUNDS)
    for _ in range(campaign.runs):
        campaign.count()
    campaign.figures["purchases"] = found.completed
    assert found.problems == []
    assert found.completed == campaign.runs * ROUNDS


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

    async def more(count):
        enough = len(certain) + count
        async with asyncio.timeout(60):
            while len(certain) < enough and not any(one.done() for one in tasks):
                await asyncio.sleep(0.02)

    for _ in range(2):
        await more(8)
        victim.process.kill()
        victim.process.wait()
        victim.start()
        await asyncio.to_thread(victim.wait)
        clients[0].base_url = httpx.URL(victim.url)
    await more(8)
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
