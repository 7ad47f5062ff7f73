"""Each status and each reason of a purchase, for both models."""

import pytest

from sandbox.services.transactions import steps
from sandbox.services.transactions.repository import State

from .test_purchases import BOB, METADATA, TEST_NET, open_shop

MODELS = {"CLIK": "LIKE", "CPIC": "PURCHASE"}
REASONS = {value for name, value in vars(steps).items() if name.isupper() and isinstance(value, str)}


class Seen:
    """A shop that notes every status and reason it comes by."""

    def __init__(self, shop, model):
        self.shop = shop
        self.metadata = {**METADATA, "purchase_model": model, "reason": MODELS[model]}
        self.statuses, self.reasons = set(), set()

    async def create(self, network=TEST_NET, receiver="bob"):
        answer = await self.shop.create(network, receiver=receiver, application_metadata=self.metadata)
        assert answer.status_code == 201, answer.text
        index = answer.json()["index"]
        await self.look(index)
        return index

    async def paid(self, amount="2"):
        index = await self.create()
        await self.step(index)
        await self.shop.commit(index, self.shop.pay(amount=amount))
        await self.look(index)
        return index

    async def step(self, index, times=1, seconds=2):
        for _ in range(times):
            await self.shop.sandbox.step(seconds)
            await self.look(index)

    async def look(self, index):
        line = (await self.shop.sandbox.http.get(f"/_sandbox/purchases/{index}")).json()["purchase"]
        told = await self.shop.status(index)
        assert told == line["state"] or told == {line["state"]: line["reasons"]}
        self.statuses.add(line["state"])
        self.reasons |= set(line["reasons"])
        return line


async def to_every_end(seen, shop):
    sandbox, chains = shop.sandbox, shop.chains
    await seen.step(await seen.create("iota_rebased_mainnet"), 2)
    await sandbox.user("carol")
    await seen.step(await seen.create(receiver="carol"), 2)
    await seen.step(await seen.paid(), 4)
    await seen.step(await seen.paid("1"), 2)
    unseen = await seen.create()
    await seen.step(unseen)
    await shop.commit(unseen, "0x" + "e" * 64)
    await seen.step(unseen, 1, 181)
    refused = await seen.paid()
    chains.refuse = "not today"
    await seen.step(refused, 3)
    chains.refuse = None
    await reverted(seen, chains)
    taken = await seen.paid()
    await seen.step(taken, 1, 0)
    chains.log[TEST_NET].pop()
    await seen.step(taken, 2, 181)
    homeless = await seen.paid()
    await seen.step(homeless, 1, 0)
    assert (await sandbox.http.delete("/api/user", headers=shop.bob)).status_code == 202
    await seen.step(homeless, 3)


async def reverted(seen, chains):
    """Let the chain execute a payout so that it moves nothing."""
    real, index, failed = chains.fate, await seen.paid(), set()

    async def fate(key, tx_id):
        failed.update(item.tx_id for item in chains.log[key] if item.recipient == BOB[key])
        chains.log[key] = [item for item in chains.log[key] if item.tx_id not in failed - before]
        return "reverted" if tx_id in failed - before else await real(key, tx_id)

    before = {item.tx_id for item in chains.log[TEST_NET]}
    chains.fate = fate
    await seen.step(index, 3)
    chains.fate = real


@pytest.mark.parametrize("model", MODELS)
async def test_all_of_them_are_reached(make_sandbox, tmp_path, model):
    statuses, reasons = set(), set()
    for unverified in ("invalid", "wait"):
        folder = tmp_path / unverified
        folder.mkdir()
        sandbox = make_sandbox(unverified_receiver=unverified, folder=folder)
        shop = await open_shop(sandbox)
        for headers in (shop.alice, shop.bob):
            url = "/api/user/address?network_key=iota_rebased_mainnet"
            address = {"address": "0x" + ("a1" if headers is shop.alice else "b0") * 32}
            assert (await sandbox.http.put(url, json=address, headers=headers)).status_code == 201
        seen = Seen(shop, model)
        await to_every_end(seen, shop)
        statuses |= seen.statuses
        reasons |= seen.reasons
        check = (await sandbox.http.get("/_sandbox/ledger/check")).json()
        assert check == {"holds": True, "problems": []}
    assert statuses == set(State)
    assert reasons == REASONS
