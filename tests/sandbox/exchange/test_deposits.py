"""Euros into coins."""

from decimal import Decimal

import pytest

from .conftest import COINS, IBAN, NETWORKS, OTHER_IBAN, open_customer

PENDING, CANCELLED, REFUNDED, FAILED, DONE = range(5)


async def coins(customer, key):
    return await customer.chains.balance(NETWORKS[key], COINS[key])


@pytest.mark.parametrize("key", ["IOTA", "ETH"])
async def test_the_whole_way(customer, key):
    contract = await customer.contract("SEPA", key)
    order = await customer.order()
    assert (order["status"], order["is_approved"], order["is_payed_out"]) == (PENDING, False, False)
    await customer.transfer(contract, "100")
    await customer.step(seconds=5)
    assert (await customer.order())["incoming_amount"] == 25.0
    await customer.step(2)
    order = await customer.order()
    assert (order["status"], order["is_approved"], order["incoming_amount"]) == (PENDING, True, 100.0)
    await customer.step(2)
    order = await customer.order()
    assert (order["status"], order["is_payed_out"]) == (DONE, True)
    assert (order["fees_amount_eur"], order["incoming_course"]) == (1.0, 1.0)
    assert (order["incoming_payment_method_currency"], order["outgoing_payment_method_currency"]) == (
        "EUR",
        key,
    )
    assert order["incoming_payment_detail"]["is_verified"] is True
    assert order["outgoing_payment_detail"]["is_verified"] is True
    received = await coins(customer, key)
    assert float(received) == order["outgoing_amount"]
    expected = 99 / order["outgoing_course"] - order["crypto_fees"]
    assert float(received) == pytest.approx(expected, abs=1e-7)
    await customer.step(3)
    assert await coins(customer, key) == received


async def test_the_fee_and_the_rest_stay_at_the_exchange(customer):
    contract = await customer.contract("SEPA", "IOTA")
    await customer.transfer(contract, "100")
    await customer.step(6)
    accounts = (await customer.desk("GET", "/bank/accounts"))["accounts"]
    assert [account["balance"] for account in accounts[:2]] == ["99.00", "1.00"]


async def test_each_transfer_is_an_order_of_its_own(customer):
    contract = await customer.contract("SEPA", "IOTA")
    for amount in ("100", "50", "100"):
        await customer.transfer(contract, amount)
    await customer.step(6)
    orders = await customer.orders()
    assert sorted(order["incoming_amount"] for order in orders) == [50, 100, 100]
    assert {order["status"] for order in orders} == {DONE}
    total = sum(Decimal(str(order["outgoing_amount"])) for order in orders)
    assert await coins(customer, "IOTA") == total


async def test_the_reference_may_be_typed_badly(customer):
    contract = await customer.contract("SEPA", "IOTA")
    await customer.transfer(
        contract, "100", reference=f"my {contract['reference'].lower().replace('-', ' ')} pls"
    )
    await customer.step(6)
    assert (await customer.order())["status"] == DONE


async def test_an_ordinary_transfer_waits_for_the_bank(customer):
    contract = await customer.contract("SEPA", "IOTA")
    sent = await customer.transfer(contract, "100", instant=False)
    assert sent["due_at"] == "2026-03-03T07:00:00.000Z"
    await customer.step(seconds=3600 * 42)
    assert (await customer.order())["incoming_amount"] == 25.0
    await customer.step(5, seconds=3600)
    assert (await customer.order())["status"] == DONE


class TestRefunds:
    @pytest.mark.parametrize(
        ("amount", "changes"),
        [
            ("24.99", {}),
            ("14999.01", {}),
            ("15000.01", {}),
            ("100", {"from_iban": OTHER_IBAN, "from_name": "Bob"}),
        ],
        ids=["too small", "over the limit", "too large", "another account"],
    )
    async def test_go_back_to_the_sender(self, customer, amount, changes):
        contract = await customer.contract("SEPA", "IOTA")
        await customer.transfer(contract, amount, **changes)
        await customer.step(5)
        order = await customer.order()
        assert (order["status"], order["refund_amount"]) == (REFUNDED, float(amount))
        assert order["refund_payment_method_id"] == customer.methods["SEPA"]["id"]
        assert (order["refund_payment_detail"] is None) is ("from_iban" in changes)
        assert await customer.balance(changes.get("from_iban", IBAN)) == f"{Decimal(amount):.2f}"
        assert await coins(customer, "IOTA") == 0

    async def test_a_transfer_that_names_no_contract(self, customer):
        contract = await customer.contract("SEPA", "IOTA")
        sent = await customer.transfer(contract, "100", reference="rent")
        await customer.step(3)
        assert (await customer.order())["incoming_amount"] == 25.0
        statement = await customer.desk("GET", f"/bank/accounts/{IBAN}/statement")
        assert statement["account"]["balance"] == "100.00"
        assert statement["transfers"][0]["returns"] == sent["id"]

    async def test_a_late_one(self, customer):
        contract = await customer.contract("SEPA", "IOTA")
        await customer.step(seconds=31 * 86400)
        assert (await customer.order())["status"] == CANCELLED
        await customer.transfer(contract, "100")
        await customer.step(5)
        assert sorted(order["status"] for order in await customer.orders()) == [CANCELLED, REFUNDED]
        assert await customer.balance(IBAN) == "100.00"

    async def test_one_for_a_contract_that_was_ended(self, customer):
        contract = await customer.contract("SEPA", "IOTA")
        ended = await customer.call("DELETE", f"/contracts/{contract['id']}")
        assert ended.json()["contract"]["reference"] == contract["reference"]
        assert (await customer.order())["is_canceled"] is True
        customer.sandbox.clock.advance(1)
        await customer.transfer(contract, "100")
        await customer.step(5)
        assert await customer.balance(IBAN) == "100.00"

    async def test_a_refund_that_cannot_arrive_is_a_failure(self, customer):
        account = await customer.desk("POST", "/bank/accounts", json={"holder": "Alice", "balance": "500"})
        contract = await customer.contract("SEPA", "IOTA")
        await customer.transfer(contract, "20", from_iban=account["iban"])
        await customer.step()
        await customer.desk("DELETE", f"/bank/accounts/{account['iban']}", 204)
        await customer.step(4)
        assert (await customer.order())["status"] == FAILED

    async def test_coins_that_the_chain_refuses_give_the_euros_back(self, customer):
        contract = await customer.contract("SEPA", "ETH")
        await customer.transfer(contract, "100")
        customer.chains.refuse = "not today"
        await customer.step(6)
        customer.chains.refuse = None
        assert (await customer.order())["status"] == REFUNDED
        assert await customer.balance(IBAN) == "100.00"


class TestLimits:
    async def test_of_a_day_and_of_a_month(self, customer):
        await customer.level(60)
        contract = await customer.contract("SEPA", "IOTA")
        statuses = []
        for amount in ("600", "99", "25"):
            await customer.transfer(contract, amount)
            await customer.step(5)
            statuses.append((await customer.orders())[0]["status"] if amount == "600" else None)
        orders = {order["incoming_amount"]: order["status"] for order in await customer.orders()}
        assert orders == {600.0: DONE, 99.0: DONE, 25.0: REFUNDED}
        customer.sandbox.clock.advance(86400)
        await customer.transfer(contract, "30")
        await customer.step(5)
        orders = {order["incoming_amount"]: order["status"] for order in await customer.orders()}
        assert orders[30.0] == DONE

    async def test_who_lost_her_level_gets_her_money_back(self, customer):
        contract = await customer.contract("SEPA", "IOTA")
        await customer.level(70)
        await customer.transfer(contract, "100")
        await customer.step(5)
        assert (await customer.order())["status"] == REFUNDED


class TestRates:
    @pytest.mark.parametrize("mode", ["missing", "stale"])
    async def test_orders_wait_for_a_rate(self, customer, mode):
        contract = await customer.contract("SEPA", "ETH")
        await customer.desk("PUT", "/rates/ETH", 200, json={"mode": mode})
        await customer.transfer(contract, "100")
        await customer.step(3, seconds=1000)
        order = await customer.order()
        assert (order["status"], order["is_approved"], order["incoming_amount"]) == (PENDING, False, 100.0)
        await customer.desk("PUT", "/rates/ETH", 200, json={"mode": "fixed", "rate": "2000"})
        await customer.step(4)
        order = await customer.order()
        assert (order["status"], order["outgoing_course"]) == (DONE, 2010.0)


class TestCrash:
    async def test_a_payout_whose_answer_was_lost_is_found_again(self, customer):
        contract = await customer.contract("SEPA", "IOTA")
        await customer.transfer(contract, "100")
        await customer.step(2)
        await customer.chains.fund(
            NETWORKS["IOTA"], customer.chains.address("exchange", NETWORKS["IOTA"]), Decimal(9999)
        )
        customer.chains.lose_next_answer = True
        with pytest.raises(ConnectionError):
            await customer.step(3)
        await customer.adds_up()
        await customer.step(8)
        order = await customer.order()
        assert order["status"] == DONE
        assert float(await coins(customer, "IOTA")) == order["outgoing_amount"]

    async def test_one_that_was_never_sent_is_sent_after_a_while(self, customer, monkeypatch):
        contract = await customer.contract("SEPA", "IOTA")
        await customer.transfer(contract, "100")
        await customer.step(2)

        async def killed(*_arguments, **_options):
            raise ConnectionError("killed before sending")

        with monkeypatch.context() as patch:
            patch.setattr(customer.chains, "transfer", killed)
            with pytest.raises(ConnectionError):
                await customer.step(3)
        await customer.step(seconds=20)
        assert await coins(customer, "IOTA") == 0
        await customer.step(2, seconds=20)
        order = await customer.order()
        assert order["status"] == DONE
        assert float(await coins(customer, "IOTA")) == order["outgoing_amount"]

    async def test_two_equal_payouts_are_two(self, customer):
        await customer.desk("PUT", "/rates/ETH", 200, json={"mode": "fixed", "rate": "2000"})
        contract = await customer.contract("SEPA", "ETH")
        for _ in range(2):
            await customer.transfer(contract, "100")
        await customer.step(6)
        orders = await customer.orders()
        assert [order["status"] for order in orders] == [DONE, DONE]
        assert float(await coins(customer, "ETH")) == pytest.approx(2 * orders[0]["outgoing_amount"])

    async def test_a_second_engine_on_the_same_folder_goes_on(self, make_sandbox, tmp_path):
        first = make_sandbox(folder=tmp_path)
        customer = await open_customer(first)
        contract = await customer.contract("SEPA", "IOTA")
        await customer.transfer(contract, "100")
        await customer.step()
        second = make_sandbox(folder=tmp_path, chains=first.chains)
        second.clock.advance((first.clock.now() - second.clock.now()).total_seconds())
        customer.sandbox = second
        customer.engine = second.app.state.exchange
        await customer.step(6)
        assert (await customer.order())["status"] == DONE
        await customer.adds_up()


@pytest.mark.parametrize(("seconds_left", "status"), [(11, DONE), (9, REFUNDED)])
async def test_money_is_late_by_when_it_was_there_however_late_that_is_seen(customer, seconds_left, status):
    contract = await customer.contract("SEPA", "ETH")
    days = customer.sandbox.settings.exchange_contract_days
    customer.sandbox.clock.advance(days * 86400 - seconds_left)
    await customer.transfer(contract, "100")
    await customer.step(6, seconds=60)
    assert (await customer.order())["status"] == status
