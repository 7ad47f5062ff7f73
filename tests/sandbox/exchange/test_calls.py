"""The calls the SDK makes, and what they refuse."""

import pytest

from sandbox.core.outbox import events

from .conftest import COINS, IBAN


class TestDetails:
    async def test_are_kept_letter_by_letter(self, customer):
        spaced = "DE89 3704 0044 0532 0130 00"
        added = await customer.add_detail("SEPA", spaced)
        assert added == {"id": added["id"], "address": spaced, "is_verified": None}
        assert (await customer.add_detail("SEPA", spaced))["id"] == added["id"]
        listed = (await customer.call("GET", "/details?payment_method_key=SEPA")).json()["payment_detail"]
        assert [detail["address"] for detail in listed] == [IBAN, spaced]

    async def test_replacing_one_leaves_the_new(self, customer):
        old = customer.details["SEPA"]["id"]
        new = await customer.add_detail("SEPA", "AT611904300234573201")
        url = f"/details?payment_method_key=SEPA&payment_detail_id={old}"
        assert (await customer.call("DELETE", url)).json()["payment_detail"]["address"] == IBAN
        assert (await customer.call("DELETE", url)).status_code == 404
        listed = (await customer.call("GET", "/details?payment_method_key=SEPA")).json()["payment_detail"]
        assert listed == [new]

    @pytest.mark.parametrize(
        ("key", "address"),
        [
            ("SEPA", "DE88370400440532013000"),
            ("SEPA", COINS["ETH"]),
            ("SEPA", ""),
            ("ETH", IBAN),
            ("ETH", COINS["IOTA"]),
            ("IOTA", COINS["ETH"]),
            ("IOTA", COINS["IOTA"].upper()),
            ("BTC", "x"),
            ("sepa", IBAN),
        ],
    )
    async def test_what_is_no_detail(self, customer, key, address):
        answer = await customer.call("POST", f"/details?payment_method_key={key}", json={"address": address})
        assert answer.status_code == 422

    async def test_nobody_sees_those_of_somebody_else(self, customer):
        stranger = await customer.sandbox.user("mallory")
        mine, customer.headers = customer.headers, stranger
        assert (await customer.call("GET", "/details?payment_method_key=SEPA")).json() == {
            "payment_detail": []
        }
        url = f"/details?payment_method_key=SEPA&payment_detail_id={customer.details['SEPA']['id']}"
        assert (await customer.call("DELETE", url)).status_code == 404
        customer.headers = mine
        assert (
            len((await customer.call("GET", "/details?payment_method_key=SEPA")).json()["payment_detail"])
            == 1
        )


class TestMethods:
    async def test_ids_never_change(self, customer):
        assert {key: method["id"][-4:] for key, method in customer.methods.items()} == {
            "SEPA": "1001",
            "IOTA": "1002",
            "ETH": "1003",
        }

    async def test_members_are_those_of_the_sdk(self, customer):
        assert customer.methods["ETH"] == {
            "id": customer.methods["ETH"]["id"],
            "key": "ETH",
            "min_amount": 0.001,
            "max_amount": 100.0,
            "supported_deposit_currencies": ["EUR"],
            "supported_withdrawal_method_keys": ["SEPA"],
            "contract_type": "Crypto",
            "is_incoming_payment_detail_required": False,
            "is_incoming_amount_required": True,
            "network_identifier": "ETH",
        }

    async def test_currencies(self, customer):
        currencies = (await customer.call("GET", "/currencies")).json()["currencies"]
        assert [currency["short"] for currency in currencies] == ["EUR", "IOTA", "ETH"]
        assert currencies[2]["networks"][0]["identifier"] == "ETH"
        assert currencies[2]["course"] > currencies[1]["course"] > 0


class TestContracts:
    async def test_a_deposit_names_the_account_to_pay_into(self, customer):
        contract = await customer.contract("SEPA", "IOTA")
        bank = contract["details"]["BankAccount"]
        assert bank["address"] == "DE93999999990000000001"
        assert bank["bic"] == "ETOSDEM0XXX"
        assert all(bank.values())
        assert contract["incoming_payment_detail_id"] == customer.details["SEPA"]["id"]

    async def test_read_again_and_listed(self, customer):
        contract = await customer.contract("ETH", "SEPA", amount="0.1")
        assert (await customer.call("GET", f"/contracts/{contract['id']}")).json()["contract"] == contract
        listed = (await customer.call("GET", "/contracts")).json()["contracts"]
        assert listed == [{name: value for name, value in contract.items() if name != "details"}]
        stranger = await customer.sandbox.user("mallory")
        mine, customer.headers = customer.headers, stranger
        for method in ("GET", "DELETE"):
            assert (await customer.call(method, f"/contracts/{contract['id']}")).status_code == 404
        customer.headers = mine

    async def test_addresses_are_asked_for_outside_of_transactions(self, customer, monkeypatch):
        pool, asked = customer.sandbox.db.engine.pool, []

        def address(name, network_key):
            asked.append((name, pool.checkedout()))
            return COINS["ETH"]

        monkeypatch.setattr(customer.chains, "address", address)
        contract = await customer.contract("ETH", "SEPA", amount="0.1")
        assert (await customer.call("GET", f"/contracts/{contract['id']}")).json()["contract"] == contract
        assert asked == [(f"in:{contract['reference']}", 0)] * 2
        monkeypatch.undo()

    async def test_only_for_those_who_may_trade(self, customer):
        await customer.level(70)
        answer = await customer.create("SEPA", "IOTA")
        assert (answer.status_code, answer.json()["error"]) == (403, "not_trading")
        assert await customer.orders() == []

    @pytest.mark.parametrize(
        ("keys", "changes", "status"),
        [
            (("SEPA", "SEPA"), {}, 422),
            (("IOTA", "ETH"), {}, 422),
            (("SEPA", "IOTA"), {"incoming_payment_detail_id": None}, 422),
            (("SEPA", "IOTA"), {"incoming_payment_detail_id": "nothing"}, 404),
            (("SEPA", "IOTA"), {"outgoing_payment_detail_id": "nothing"}, 404),
            (("SEPA", "IOTA"), {"outgoing_payment_method_id": "nothing"}, 422),
            (("SEPA", "IOTA"), {"amount": "24.99"}, 422),
            (("SEPA", "IOTA"), {"amount": 25}, 422),
            (("IOTA", "SEPA"), {"amount": None}, 422),
            (("IOTA", "SEPA"), {"amount": "0.9"}, 422),
            (("ETH", "SEPA"), {"amount": "101"}, 422),
        ],
    )
    async def test_refusals(self, customer, keys, changes, status):
        assert (await customer.create(*keys, **changes)).status_code == status
        assert await customer.orders() == []


class TestOrders:
    async def test_pages_and_a_bare_one(self, customer):
        for _ in range(3):
            await customer.contract("SEPA", "IOTA")
            customer.sandbox.clock.advance(1)
        page = (await customer.call("GET", "/orders?start=1&limit=2")).json()
        assert (page["count"], page["start"], page["limit"]) == (1, 1, 2)
        order = page["orders"][0]
        assert (await customer.call("GET", f"/orders?id={order['id']}")).json() == order
        assert (await customer.call("GET", "/orders?id=nothing")).status_code == 404
        assert (await customer.call("GET", "/orders?start=4294967295&limit=4294967295")).json()[
            "orders"
        ] == []

    async def test_nobody_sees_those_of_somebody_else(self, customer):
        await customer.contract("SEPA", "IOTA")
        order = await customer.order()
        mine, customer.headers = customer.headers, await customer.sandbox.user("mallory")
        assert await customer.orders() == []
        assert (await customer.call("GET", f"/orders?id={order['id']}")).status_code == 404
        customer.headers = mine

    async def test_changes_are_told_in_the_outbox(self, customer):
        contract = await customer.contract("SEPA", "IOTA")
        await customer.transfer(contract, "100")
        await customer.step(6)
        with customer.sandbox.db.read() as session:
            told = [
                event.payload["state"] for event in events(session, after=0, limit=50, kind="exchange.order")
            ]
        assert told == ["paid_in", "approved", "paying_out", "paid_out"]


@pytest.mark.parametrize(
    "path", ["/details?payment_method_key=SEPA", "/methods", "/orders", "/contracts", "/currencies"]
)
async def test_no_call_without_a_token(customer, path):
    customer.headers, mine = {}, customer.headers
    assert (await customer.call("GET", path)).status_code == 401
    customer.headers = mine


async def test_a_reset_leaves_nothing(customer):
    await customer.contract("SEPA", "IOTA")
    assert (await customer.sandbox.http.post("/_sandbox/reset")).status_code == 204
    assert (await customer.desk("GET", "/bank/accounts")) == {"accounts": []}
    assert all(
        holding["currency"] != "EUR" for holding in (await customer.desk("GET", "/ledger"))["holdings"]
    )
