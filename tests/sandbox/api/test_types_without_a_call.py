"""Calls for the types that the SDK has but never asks for."""

ADDRESS = "0x" + "a1" * 20


async def test_health_needs_no_token(sandbox):
    answer = await sandbox.http.get("/api/health")
    assert (answer.status_code, answer.json()) == (200, {"version": sandbox.app.version})


async def test_the_address_that_was_registered(sandbox):
    headers = await sandbox.user("dora")
    query = {"network_key": "ETH"}
    assert (await sandbox.http.get("/api/user/address", params=query, headers=headers)).status_code == 404
    body = {"address": ADDRESS}
    await sandbox.http.put("/api/user/address", params=query, json=body, headers=headers)
    answer = await sandbox.http.get("/api/user/address", params=query, headers=headers)
    assert (answer.status_code, answer.json()) == (200, body)
    elsewhere = {"network_key": "iota_rebased_testnet"}
    assert (await sandbox.http.get("/api/user/address", params=elsewhere, headers=headers)).status_code == 404


async def test_status_and_purchases_of_a_day(sandbox):
    payer, receiver = await sandbox.user("payer"), await sandbox.user("receiver")
    body = {"receiver": "receiver", "network_key": "ETH", "amount": "2"}
    body["application_metadata"] = {
        "product_hash": "",
        "reason": "LIKE",
        "purchase_model": "CLIK",
        "app_data": "",
    }
    for headers in (payer, receiver):
        address = {"address": ADDRESS}
        await sandbox.http.put(
            "/api/user/address", params={"network_key": "ETH"}, json=address, headers=headers
        )
    created = await sandbox.http.post("/api/transactions/create", json=body, headers=payer)
    index = created.json()["index"]

    async def status(headers):
        return await sandbox.http.get("/api/transactions/status", params={"index": index}, headers=headers)

    assert (await status(payer)).json() == {"status": "Pending"}
    assert (await status(await sandbox.user("stranger"))).status_code == 404

    async def of_day(day):
        query = {"is_sender": "false", "start": 0, "limit": 10, "date": day}
        answer = await sandbox.http.get("/api/transactions/txs-details", params=query, headers=payer)
        assert answer.status_code == 200, answer.text
        return [one["index"] for one in answer.json()["txs"]]

    assert await of_day("2026-03-01") == [index]
    assert await of_day("2026-02-28") == await of_day("2026-03-02") == await of_day("9999-12-31") == []
