"""The bank as a tester uses it."""

import pytest

from sandbox.services.bank.iban import issue_iban

ELSEWHERE = "DE89370400440532013000"
NOBODYS = issue_iban(1999)


class Bank:
    def __init__(self, sandbox):
        self.sandbox = sandbox

    async def call(self, method, path, status, **options):
        answer = await self.sandbox.http.request(method, f"/_sandbox/bank{path}", **options)
        assert answer.status_code == status, answer.text
        return answer.json() if answer.content else None

    async def open(self, holder, balance="0"):
        body = {"holder": holder, "balance": balance}
        return (await self.call("POST", "/accounts", 201, json=body))["iban"]

    async def send(self, source, target, amount, status=201, **changes):
        body = {"from_iban": source, "to_iban": target, "to_name": "Somebody", "amount": amount, **changes}
        return await self.call("POST", "/transfers", status, json=body)

    async def balance(self, iban):
        return (await self.call("GET", f"/accounts/{iban}/statement", 200))["account"]["balance"]

    async def newest(self, iban):
        return (await self.call("GET", f"/accounts/{iban}/statement", 200))["transfers"][0]


@pytest.fixture
async def bank(sandbox):
    yield Bank(sandbox)
    found = (await sandbox.http.get("/_sandbox/ledger/check")).json()
    assert found == {"holds": True, "problems": []}


async def test_money_is_under_way_until_its_time(sandbox, bank):
    alice, bob = await bank.open("Alice", "100"), await bank.open("Bob")
    await bank.send(alice, bob, "30.25", reference="rent")
    assert (await bank.balance(alice), await bank.balance(bob)) == ("69.75", "0.00")
    sandbox.clock.advance(9)
    assert await bank.balance(bob) == "0.00"
    sandbox.clock.advance(1)
    assert await bank.balance(bob) == "30.25"
    assert (await bank.newest(bob))["state"] == "settled"


async def test_accounts_have_numbers_of_their_own(bank):
    ibans = [await bank.open(name) for name in ("Alice", "Bob", "Alice")]
    assert len(set(ibans)) == 3
    assert all(iban[4:12] == "99999999" for iban in ibans)


async def test_an_ordinary_transfer_waits_over_easter(sandbox, bank):
    sandbox.clock.advance(32 * 86400)
    assert sandbox.clock.now().isoformat() == "2026-04-02T12:00:00+00:00"
    alice, bob = await bank.open("Alice", "100"), await bank.open("Bob")
    sent = await bank.send(alice, bob, "1", instant=False)
    assert sent["due_at"] == "2026-04-07T07:00:00.000Z"
    sandbox.clock.advance(4 * 86400)
    assert await bank.balance(bob) == "0.00"
    sandbox.clock.advance(86400)
    assert await bank.balance(bob) == "1.00"


async def test_what_is_not_there_cannot_be_sent(bank):
    alice, bob = await bank.open("Alice", "10"), await bank.open("Bob")
    assert (await bank.send(alice, bob, "10.01", 409))["error"] == "no_cover"
    await bank.send(alice, bob, "6")
    await bank.send(alice, bob, "6", 409)
    await bank.call("POST", f"/accounts/{alice}/funds", 200, json={"amount": "2"})
    await bank.send(alice, bob, "6")
    assert await bank.balance(alice) == "0.00"


@pytest.mark.parametrize("closed", [False, True])
async def test_transfers_that_find_no_account_come_back(sandbox, bank, closed):
    alice, bob = await bank.open("Alice", "100"), await bank.open("Bob")
    target = bob if closed else NOBODYS
    if closed:
        await bank.call("DELETE", f"/accounts/{bob}", 204)
    await bank.send(alice, target, "40")
    sandbox.clock.advance(10)
    assert await bank.balance(alice) == "100.00"
    newest = await bank.newest(alice)
    assert (newest["state"], newest["reason"]) == ("returned", "AC04" if closed else "AC01")


async def test_other_banks_send_and_receive(sandbox, bank):
    alice = await bank.open("Alice")
    await bank.send(ELSEWHERE, alice, "70", from_name="Carol")
    sandbox.clock.advance(10)
    await bank.send(alice, ELSEWHERE, "20")
    sandbox.clock.advance(10)
    assert (await bank.balance(alice), await bank.balance(ELSEWHERE)) == ("50.00", "20.00")
    ledger = (await sandbox.http.get("/_sandbox/ledger")).json()["holdings"]
    euros = {one["account"]: one["balance"] for one in ledger if one["currency"] == "EUR"}
    assert euros["faucet"] == "-70.00"


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({"amount": "0"}, 422),
        ({"amount": "0.001"}, 422),
        ({"amount": "-1"}, 422),
        ({"amount": 1}, 422),
        ({"from_iban": "DE00"}, 422),
        ({"to_iban": "x"}, 422),
        ({"to_iban": None}, 422),
        ({"reference": "x" * 141}, 422),
        ({"from_iban": NOBODYS}, 404),
        ({"from_iban": ELSEWHERE, "to_iban": ELSEWHERE}, 422),
    ],
)
async def test_refusals(bank, changes, status):
    alice = await bank.open("Alice", "100")
    body = {"from_iban": alice, "to_iban": ELSEWHERE, "amount": "1", **changes}
    await bank.call("POST", "/transfers", status, json=body)
    assert await bank.balance(alice) == "100.00"


async def test_unknown_accounts(bank):
    await bank.call("GET", f"/accounts/{ELSEWHERE}/statement", 404)
    await bank.call("GET", "/accounts/nonsense/statement", 422)
    await bank.call("DELETE", f"/accounts/{ELSEWHERE}", 404)


async def test_a_closed_account_sends_nothing(bank):
    alice, bob = await bank.open("Alice", "100"), await bank.open("Bob")
    await bank.call("DELETE", f"/accounts/{alice}", 204)
    await bank.send(alice, bob, "1", 409)


class TestRates:
    @pytest.fixture(autouse=True)
    async def _signed_in(self, make_sandbox):
        self.sandbox = make_sandbox(access_token_seconds=10**6)
        self.headers = await self.sandbox.user("alice")

    @pytest.fixture
    def sandbox(self):
        return self.sandbox

    async def rate(self, sandbox, key="ETH"):
        answer = await sandbox.http.get(f"/api/courses?network_key={key}", headers=self.headers)
        return answer.status_code, answer.json()

    async def put(self, sandbox, **body):
        return await sandbox.http.put("/_sandbox/rates/ETH", json=body)

    async def test_fixed_and_live_again(self, sandbox):
        live = await self.rate(sandbox)
        assert (await self.put(sandbox, mode="fixed", rate="1234.5")).json()["rate"] == "1234.5"
        sandbox.clock.advance(60)
        status, body = await self.rate(sandbox)
        assert (status, body["course"]) == (200, {"course": "1234.5", "date": "2026-03-01T12:01:00.000Z"})
        await self.put(sandbox, mode="live")
        sandbox.clock.advance(-60)
        assert await self.rate(sandbox) == live

    async def test_stale_keeps_its_date(self, sandbox):
        _, before = await self.rate(sandbox)
        await self.put(sandbox, mode="stale")
        sandbox.clock.advance(3000)
        assert (await self.rate(sandbox)) == (200, before)

    async def test_missing(self, sandbox):
        await self.put(sandbox, mode="missing")
        status, body = await self.rate(sandbox)
        assert (status, body["error"]) == (503, "rate_missing")
        assert (await self.rate(sandbox, "EURX"))[0] == 200
        listed = (await sandbox.http.get("/_sandbox/rates")).json()["rates"]
        assert {one["network_key"]: one["rate"] is None for one in listed}["ETH"] is True

    @pytest.mark.parametrize(
        "body", [{}, {"mode": "odd"}, {"mode": "fixed", "rate": "0"}, {"mode": "fixed", "rate": 1}]
    )
    async def test_refusals(self, sandbox, body):
        assert (await self.put(sandbox, **body)).status_code == 422
        assert (await sandbox.http.put("/_sandbox/rates/BTC", json={"mode": "live"})).status_code == 404


async def test_a_transfer_that_is_ordered_twice_with_its_key_is_made_once(bank):
    alice, bob = await bank.open("Alice", "100"), await bank.open("Bob")
    body = {"from_iban": alice, "to_iban": bob, "amount": "30"}
    options = {"json": body, "headers": {"Idempotency-Key": "rent of March"}}
    first = await bank.call("POST", "/transfers", 201, **options)
    assert await bank.call("POST", "/transfers", 201, **options) == first
    assert await bank.balance(alice) == "70.00"
