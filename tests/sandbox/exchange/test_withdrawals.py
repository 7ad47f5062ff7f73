"""Coins into euros."""

from dataclasses import replace
from decimal import Decimal

import pytest

from .conftest import COINS, IBAN, NETWORKS

PENDING, CANCELLED, REFUNDED, FAILED, DONE = range(5)
STRANGER = {"IOTA": "0x" + "b0" * 32, "ETH": "0x" + "b0" * 20}


async def agreed(customer, key="IOTA", amount="500"):
    return await customer.contract(key, "SEPA", amount=amount)


@pytest.mark.parametrize(("key", "amount"), [("IOTA", "500"), ("ETH", "0.05")])
async def test_the_whole_way(customer, key, amount):
    contract = await agreed(customer, key, amount)
    assert set(contract["details"]) == {"Crypto"}
    customer.send_coins(contract, key, amount)
    await customer.step()
    await customer.step()
    order = await customer.order()
    assert (order["status"], order["is_approved"]) == (PENDING, True)
    assert order["incoming_amount"] == float(amount)
    await customer.step(3)
    order = await customer.order()
    assert (order["status"], order["is_payed_out"]) == (DONE, True)
    assert order["outgoing_payment_detail"]["is_verified"] is True
    gross = Decimal(str(float(amount) * order["incoming_course"])).quantize(Decimal("0.01"), "ROUND_DOWN")
    assert order["fees_amount_eur"] == float((gross / 100).quantize(Decimal("0.01")))
    assert Decimal(await customer.balance(IBAN)) == gross - Decimal(str(order["fees_amount_eur"]))
    statement = await customer.desk("GET", f"/bank/accounts/{IBAN}/statement")
    assert statement["transfers"][0]["reference"] == f"Payout {contract['reference']}"


async def test_each_contract_has_an_address_of_its_own(customer):
    addresses = {(await agreed(customer))["details"]["Crypto"]["deposit_address"] for _ in range(3)}
    assert len(addresses) == 3


async def test_what_arrives_counts_not_what_was_said(customer):
    contract = await agreed(customer, amount="500")
    customer.send_coins(contract, "IOTA", "300")
    await customer.step(5)
    order = await customer.order()
    assert (order["status"], order["incoming_amount"]) == (DONE, 300.0)


async def test_who_sent_too_little_may_send_again(customer):
    contract = await agreed(customer)
    customer.send_coins(contract, "IOTA", "0.5")
    await customer.step(4)
    customer.send_coins(contract, "IOTA", "500")
    await customer.step(6)
    assert sorted(order["status"] for order in await customer.orders()) == [REFUNDED, DONE]


@pytest.mark.parametrize("key", ["IOTA", "ETH"])
async def test_coins_that_a_reorganisation_moves_in_the_log_are_paid_out_once(customer, key):
    amount = {"IOTA": "500", "ETH": "0.05"}[key]
    contract = await agreed(customer, key, amount)
    customer.send_coins(contract, key, amount)
    await customer.step(6)
    log = customer.chains.log[NETWORKS[key]]
    log.append(replace(log.pop(0), sequence=len(log) + 2))
    await customer.step(6)
    assert [order["status"] for order in await customer.orders()] == [DONE]
    assert await customer.chains.balance(NETWORKS[key], COINS[key]) == -Decimal(amount)


async def test_one_transaction_may_pay_two_contracts(customer):
    contracts = [await agreed(customer) for _ in range(2)]
    for contract in contracts:
        customer.send_coins(contract, "IOTA", "500")
    log = customer.chains.log[NETWORKS["IOTA"]]
    log[1] = replace(log[1], tx_id=log[0].tx_id)
    await customer.step(6)
    assert [order["status"] for order in await customer.orders()] == [DONE, DONE]


class TestRefunds:
    async def test_too_few_coins_go_back_to_who_sent_them(self, customer):
        contract = await agreed(customer)
        customer.send_coins(contract, "IOTA", "0.5", sender=STRANGER["IOTA"])
        await customer.step(5)
        order = await customer.order()
        assert (order["status"], order["refund_amount"]) == (REFUNDED, 0.5)
        assert order["refund_payment_method_id"] == customer.methods["IOTA"]["id"]
        assert await customer.chains.balance(NETWORKS["IOTA"], STRANGER["IOTA"]) == 0

    async def test_a_second_payment_goes_back(self, customer):
        contract = await agreed(customer)
        customer.send_coins(contract, "IOTA", "500")
        customer.send_coins(contract, "IOTA", "500")
        await customer.step(6)
        assert sorted(order["status"] for order in await customer.orders()) == [REFUNDED, DONE]
        one_left = await customer.chains.balance(
            NETWORKS["IOTA"], contract["details"]["Crypto"]["deposit_address"]
        )
        assert one_left == 500
        assert await customer.chains.balance(NETWORKS["IOTA"], COINS["IOTA"]) == -500

    async def test_a_late_payment_goes_back(self, customer):
        contract = await agreed(customer)
        await customer.step(seconds=31 * 86400)
        customer.send_coins(contract, "IOTA", "500")
        await customer.step(4)
        assert sorted(order["status"] for order in await customer.orders()) == [CANCELLED, REFUNDED]

    async def test_over_the_limit(self, customer):
        contract = await agreed(customer, "ETH", "1")
        await customer.level(60)
        customer.send_coins(contract, "ETH", "1")
        await customer.step(5)
        assert (await customer.order())["status"] == REFUNDED

    async def test_a_refund_the_chain_refuses_is_made_when_it_can_be(self, customer):
        contract = await agreed(customer)
        customer.send_coins(contract, "IOTA", "0.5")
        customer.chains.refuse = "not today"
        await customer.step(4)
        assert (await customer.order())["status"] == PENDING
        customer.chains.refuse = None
        await customer.step()
        assert (await customer.order())["status"] == REFUNDED
        assert await customer.chains.balance(NETWORKS["IOTA"], COINS["IOTA"]) == 0

    async def test_a_refund_whose_answer_was_lost_is_made_once(self, customer):
        contract = await agreed(customer)
        customer.send_coins(contract, "IOTA", "0.5")
        customer.chains.lose_next_answer = True
        with pytest.raises(ConnectionError):
            await customer.step(3)
        await customer.step(6)
        assert (await customer.order())["status"] == REFUNDED
        assert await customer.chains.balance(NETWORKS["IOTA"], COINS["IOTA"]) == 0


async def test_a_payout_that_comes_back_is_a_failure(customer):
    account = await customer.desk("POST", "/bank/accounts", json={"holder": "Alice"})
    detail = await customer.add_detail("SEPA", account["iban"])
    contract = await customer.contract("IOTA", "SEPA", amount="500", outgoing_payment_detail_id=detail["id"])
    await customer.desk("DELETE", f"/bank/accounts/{account['iban']}", 204)
    customer.send_coins(contract, "IOTA", "500")
    await customer.step(5)
    assert (await customer.order())["status"] == FAILED
    statement = await customer.desk("GET", f"/bank/accounts/{account['iban']}/statement")
    assert (statement["transfers"][0]["state"], statement["transfers"][0]["reason"]) == ("returned", "AC04")


async def test_a_deleted_user_gets_back_what_is_not_exchanged_yet(customer):
    contract = await agreed(customer)
    customer.send_coins(contract, "IOTA", "500")
    await customer.step()
    deleted = await customer.sandbox.http.delete("/api/user", headers=customer.headers)
    assert deleted.status_code == 202
    await customer.step(5)
    assert (await customer.call("GET", "/contracts")).json()["contracts"] == []
    assert (await customer.call("GET", "/details?payment_method_key=SEPA")).json()["payment_detail"] == []
    assert (await customer.order())["status"] == REFUNDED
    assert await customer.chains.balance(NETWORKS["IOTA"], COINS["IOTA"]) == 0
