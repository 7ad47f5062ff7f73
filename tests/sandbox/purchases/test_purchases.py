"""Purchases: from their creation to the receiver's balance."""

from dataclasses import replace
from decimal import Decimal

import pytest
from sqlalchemy import select

from sandbox.services.transactions.repository import SystemPayment
from sandbox.services.transactions.service import payout_of

ALICE = {"ETH": "0x" + "a1" * 20, "iota_rebased_testnet": "0x" + "a1" * 32}
BOB = {"ETH": "0x" + "b0" * 20, "iota_rebased_testnet": "0x" + "b0" * 32}
TEST_NET = "iota_rebased_testnet"
METADATA = {"product_hash": "2cf2", "reason": "LIKE", "purchase_model": "CLIK", "app_data": '{"imageId":"1"}'}


class Shop:
    """Two users, and short ways to buy."""

    def __init__(self, sandbox, alice, bob):
        self.sandbox, self.alice, self.bob = sandbox, alice, bob
        self.chains = sandbox.chains

    async def create(self, network=TEST_NET, amount="2", **changes):
        body = {
            "amount": amount,
            "network_key": network,
            "receiver": "bob",
            "application_metadata": METADATA,
            **changes,
        }
        return await self.sandbox.http.post("/api/transactions/create", json=body, headers=self.alice)

    async def valid(self, network=TEST_NET, amount="2"):
        index = (await self.create(network, amount)).json()["index"]
        await self.sandbox.step()
        assert await self.status(index) == "Valid"
        return index

    async def details(self, index, headers=None):
        url = f"/api/transactions/details?index={index}"
        return await self.sandbox.http.get(url, headers=headers or self.alice)

    async def status(self, index):
        return (await self.details(index)).json()["status"]

    async def commit(self, index, tx_id, headers=None):
        body = {"index": index, "transaction_id": tx_id}
        return await self.sandbox.http.post(
            "/api/transactions/commit", json=body, headers=headers or self.alice
        )

    def pay(self, network=TEST_NET, amount="2", sender=None, data=b""):
        system = self.chains.address("purchases", network)
        return self.chains.pay(network, sender or ALICE[network], system, Decimal(amount), data)

    async def listed(self, headers=None, query=""):
        url = f"/api/transactions/txs-details?is_sender=false&start=0&limit=10{query}"
        return (await self.sandbox.http.get(url, headers=headers or self.alice)).json()["txs"]


@pytest.fixture
async def shop(sandbox):
    return await open_shop(sandbox)


async def open_shop(sandbox):
    people = Shop(sandbox, await sandbox.user("alice"), await sandbox.user("bob"))
    for headers, addresses in ((people.alice, ALICE), (people.bob, BOB)):
        for key, address in addresses.items():
            await sandbox.http.put(
                f"/api/user/address?network_key={key}", json={"address": address}, headers=headers
            )
    return people


class TestWholeWay:
    @pytest.mark.parametrize("network", [TEST_NET, "ETH"])
    async def test_committed_payment_reaches_the_receiver_less_the_fee(self, sandbox, shop, network):
        await sandbox.http.put("/_sandbox/users/bob/kyc", json={"is_verified": True})
        created = await shop.create(network)
        assert created.status_code == 201
        index = created.json()["index"]
        assert await shop.status(index) == "Pending"
        await sandbox.step()
        details = (await shop.details(index)).json()
        assert details["status"] == "Valid"
        assert details["amount"] == "2"
        assert details["network"]["key"] == network
        assert details["system_address"] == shop.chains.address("purchases", network)

        tx_id = shop.pay(network)
        assert (await shop.commit(index, tx_id)).status_code == 202
        assert await shop.status(index) == "ProcessingIncoming"
        await sandbox.step()
        assert await shop.status(index) == "ProcessingOutgoing"
        await sandbox.step()
        await sandbox.step()
        assert await shop.status(index) == "Completed"

        assert await shop.chains.balance(network, BOB[network]) == Decimal("1.9")
        row = (await shop.listed())[0]
        assert row["fee_rate"] == "0.05"
        assert row["incoming"]["transaction_id"] == tx_id
        assert (row["incoming"]["username"], row["incoming"]["amount"]) == ("alice", "2")
        assert (row["outgoing"]["username"], row["outgoing"]["amount"]) == ("bob", "1.9")
        assert row["outgoing"]["transaction_id"].startswith("0x")
        assert row["application_metadata"] == METADATA

    async def test_ethereum_payment_that_names_the_purchase_needs_no_commit(self, sandbox, shop):
        await sandbox.http.put("/_sandbox/users/bob/kyc", json={"is_verified": True})
        index = await shop.valid("ETH")
        tx_id = shop.pay("ETH", data=index.encode())
        await sandbox.step(0)
        assert await shop.status(index) == "ProcessingIncoming"
        assert (await shop.commit(index, tx_id)).status_code == 202
        for _ in range(3):
            await sandbox.step()
        assert await shop.status(index) == "Completed"
        assert await shop.chains.balance("ETH", BOB["ETH"]) == Decimal("1.9")

    async def test_payment_seen_before_its_commit(self, sandbox, shop):
        index = await shop.valid()
        tx_id = shop.pay()
        await sandbox.step()
        assert await shop.status(index) == "Valid"
        await shop.commit(index, tx_id)
        for _ in range(3):
            await sandbox.step()
        assert await shop.status(index) == "Completed"

    async def test_both_sides_see_it_and_nobody_else(self, sandbox, shop):
        index = await shop.valid()
        carol = await sandbox.user("carol")
        assert len(await shop.listed(shop.bob)) == 1
        assert await shop.listed(shop.bob, "&partner=alice") != []
        assert await shop.listed(shop.bob, "&partner=carol") == []
        assert await shop.listed(carol) == []
        assert (await shop.details(index, shop.bob)).status_code == 200
        assert (await shop.details(index, carol)).status_code == 404
        assert (await shop.commit(index, "0x" + "a" * 64, shop.bob)).status_code == 404
        assert (await shop.commit(index, "0x" + "a" * 64, carol)).status_code == 404

    async def test_pages(self, sandbox, shop):
        for number in range(5):
            await shop.create(amount=str(number + 1))

        async def amounts(query):
            url = f"/api/transactions/txs-details?is_sender=false&{query}"
            answer = await sandbox.http.get(url, headers=shop.alice)
            return [row["incoming"]["amount"] for row in answer.json()["txs"]]

        assert await amounts("start=0&limit=2") == ["5", "4"]
        assert await amounts("start=2&limit=2") == ["1"]
        assert await amounts("start=4294967295&limit=4294967295") == []
        assert await amounts("start=0&limit=0") == []


class TestJudgement:
    async def test_main_networks_want_a_verified_receiver(self, sandbox, shop):
        index = (await shop.create("ETH")).json()["index"]
        await sandbox.step()
        assert await shop.status(index) == {"Invalid": ["ReceiverNotVerified"]}

    async def test_or_wait_for_one_if_set_so(self, make_sandbox):
        sandbox = make_sandbox(unverified_receiver="wait")
        shop = await open_shop(sandbox)
        index = (await shop.create("ETH")).json()["index"]
        await sandbox.step()
        assert await shop.status(index) == {"WaitingForVerification": ["ReceiverNotVerified"]}
        await sandbox.http.put("/_sandbox/users/bob/kyc", json={"is_verified": True})
        await sandbox.step()
        assert await shop.status(index) == "Valid"

    async def test_receiver_without_address(self, sandbox, shop):
        await sandbox.user("carol")
        index = (await shop.create(receiver="carol")).json()["index"]
        await sandbox.step()
        assert await shop.status(index) == {"Invalid": ["ReceiverHasNoAddress"]}

    async def test_takes_its_time(self, make_sandbox):
        sandbox = make_sandbox(purchase_delay_seconds=10)
        shop = await open_shop(sandbox)
        index = (await shop.create()).json()["index"]
        await sandbox.step(9)
        assert await shop.status(index) == "Pending"
        await sandbox.step(1)
        assert await shop.status(index) == "Valid"

    @pytest.mark.parametrize(
        ("changes", "status"),
        [
            ({"receiver": "nobody"}, 404),
            ({"network": "BTC"}, 404),
            ({"amount": "0"}, 422),
            ({"amount": "-1"}, 422),
            ({"amount": "1e3"}, 422),
            ({"amount": " 1"}, 422),
            ({"amount": "NaN"}, 422),
            ({"amount": "١"}, 422),
            ({"amount": 1}, 422),
            ({"amount": "0.0000000001"}, 422),
            ({"amount": "0.000000001"}, 422),
            ({"amount": "79228162514264337593543950336"}, 422),
            ({"amount": "9" * 60}, 422),
        ],
    )
    async def test_what_cannot_be_created(self, shop, changes, status):
        assert (await shop.create(**changes)).status_code == status
        assert await shop.listed() == []

    def test_fee_never_rounds_in_the_receivers_favour(self):
        assert payout_of(Decimal("0.000003"), Decimal("0.05"), 6) == Decimal("0.000002")
        assert payout_of(Decimal(100), Decimal("0.05"), 6) == Decimal(95)
        assert f"{payout_of(Decimal(1000), Decimal(0), 9):f}" == "1000"


class TestTrouble:
    async def test_commit_may_be_repeated_but_not_with_another_payment(self, sandbox, shop):
        index = await shop.valid()
        first, second = shop.pay(), shop.pay()
        assert (await shop.commit(index, first)).status_code == 202
        assert (await shop.commit(index, first)).status_code == 202
        again = await shop.commit(index, second)
        assert again.status_code == 409
        assert "Do not pay again" in again.json()["detail"]
        for _ in range(4):
            await sandbox.step()
        assert (await shop.commit(index, first)).status_code == 202
        assert await shop.status(index) == "Completed"
        assert await shop.chains.balance(TEST_NET, BOB[TEST_NET]) == Decimal("1.9")

    async def test_only_a_valid_one_can_be_committed(self, shop):
        index = (await shop.create()).json()["index"]
        answer = await shop.commit(index, "0x" + "a" * 64)
        assert answer.status_code == 409
        assert "Pending" in answer.json()["detail"]

    async def test_one_payment_pays_one_purchase(self, sandbox, shop):
        first, second = await shop.valid(), await shop.valid()
        tx_id = shop.pay()
        await shop.commit(first, tx_id)
        await shop.commit(second, tx_id)
        for _ in range(4):
            await sandbox.step()
        assert sorted([await shop.status(first), await shop.status(second)]) == [
            "Completed",
            "ProcessingIncoming",
        ]
        await sandbox.step(181)
        assert sorted([await shop.status(first), await shop.status(second)]) == ["Completed", "Failed"]
        assert await shop.chains.balance(TEST_NET, BOB[TEST_NET]) == Decimal("1.9")

    async def test_somebody_elses_payment_does_not_count(self, sandbox, shop):
        index = await shop.valid()
        tx_id = shop.pay(sender="0x" + "c3" * 32)
        await shop.commit(index, tx_id)
        await sandbox.step()
        assert await shop.status(index) == "ProcessingIncoming"
        await sandbox.step(181)
        assert await shop.status(index) == "Failed"

    async def test_too_small_a_payment_fails(self, sandbox, shop):
        index = await shop.valid()
        await shop.commit(index, shop.pay(amount="1.999999999"))
        await sandbox.step()
        assert await shop.status(index) == "Failed"

    async def test_payment_that_never_comes_fails_in_the_end(self, sandbox, shop):
        index = await shop.valid()
        await shop.commit(index, "0x" + "e" * 64)
        await sandbox.step(179)
        assert await shop.status(index) == "ProcessingIncoming"
        await sandbox.step(2)
        assert await shop.status(index) == "Failed"

    async def test_refused_payout_fails(self, sandbox, shop):
        index = await shop.valid()
        await shop.commit(index, shop.pay())
        shop.chains.refuse = "too little"
        for _ in range(3):
            await sandbox.step()
        assert await shop.status(index) == "Failed"

    async def test_payout_whose_answer_was_lost_is_not_sent_twice(self, sandbox, shop):
        await shop.chains.fund(TEST_NET, shop.chains.address("purchases", TEST_NET), Decimal(10))
        index = await shop.valid()
        await shop.commit(index, shop.pay())
        shop.chains.lose_next_answer = True
        with pytest.raises(ConnectionError):
            await sandbox.step()
        assert await shop.status(index) == "ProcessingOutgoing"
        for _ in range(2):
            await sandbox.step()
        assert await shop.status(index) == "Completed"
        assert await shop.chains.balance(TEST_NET, BOB[TEST_NET]) == Decimal("1.9")

    @pytest.mark.parametrize("trouble", ["drop_next", "unreachable"])
    async def test_complete_only_once_the_chain_shows_the_payout(self, sandbox, shop, trouble):
        index = await shop.valid()
        await shop.commit(index, shop.pay())
        setattr(shop.chains, trouble, 3)
        for _ in range(3):
            await sandbox.step()
            assert await shop.status(index) == "ProcessingOutgoing"
        setattr(shop.chains, trouble, 0)
        for _ in range(3):
            await sandbox.step()
        assert await shop.status(index) == "Completed"
        assert shop.chains.signed == 1
        assert await shop.chains.balance(TEST_NET, BOB[TEST_NET]) == Decimal("1.9")

    async def test_a_payment_that_a_reorganisation_moves_in_the_log_is_one(self, sandbox, shop):
        index = await shop.valid()
        tx_id = shop.pay()
        await sandbox.step()
        log = shop.chains.log[TEST_NET]
        log.append(replace(log.pop(), sequence=len(log) + 2))
        await sandbox.step()
        await shop.commit(index, tx_id)
        for _ in range(3):
            await sandbox.step()
        with sandbox.db.read() as session:
            seen = session.scalars(select(SystemPayment).where(SystemPayment.tx_id == tx_id)).all()
        assert [payment.purchase_id for payment in seen] == [index]
        assert await shop.status(index) == "Completed"

    async def test_two_equal_payouts_are_two(self, sandbox, shop):
        indexes = [await shop.valid(), await shop.valid()]
        for index in indexes:
            await shop.commit(index, shop.pay())
        for _ in range(4):
            await sandbox.step()
        assert [await shop.status(index) for index in indexes] == ["Completed", "Completed"]
        assert await shop.chains.balance(TEST_NET, BOB[TEST_NET]) == Decimal("3.8")

    async def test_restart_in_every_state(self, make_sandbox):
        sandbox = make_sandbox()
        shop = await open_shop(sandbox)
        index = (await shop.create()).json()["index"]
        chains, seen = sandbox.chains, []
        for round_ in range(6):
            restarted = make_sandbox()
            restarted.app.state.engine._context.chains.log.update(chains.log)
            restarted.clock.advance(10 * (round_ + 1))
            chains, shop.sandbox, shop.chains = restarted.chains, restarted, restarted.chains
            await restarted.step(0)
            seen.append(await shop.status(index))
            if seen[-1] == "Valid":
                await shop.commit(index, shop.pay())
        assert seen[0] == "Valid"
        assert seen[-1] == "Completed"
        assert await chains.balance(TEST_NET, BOB[TEST_NET]) == Decimal("1.9")
