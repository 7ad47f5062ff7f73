"""Purchases, swaps and identity checks in any order: no money is lost or paid twice, no state skipped."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from tests.sandbox.kyc.conftest import ANSWERS, GENERAL, PERSONAL, RESIDENCE, document, file, identity
from tests.sandbox.machine.invariants import Invariants
from tests.sandbox.machine.world import COINS, IBANS, NETWORKS, PEOPLE, Contract, Purchase, Template, World
from tests.support.campaign import Campaign

STEPS = 50
people = st.sampled_from(PEOPLE)
places = st.integers(0, 10**6)
pauses = st.lists(st.sampled_from([0, 1, 2, 2, 3, 11, 40, 190, 3600, 86_400]), min_size=1, max_size=4)
parts = st.sampled_from(["1", "1", "1", "0.5", "1.5"])
NAMES = ("Max Muster", "Nora Nein", "Petra Pruefung", "Lars Langsam", "Rita Risiko", "Sven Sperre")
NUMBERS = ("C01X00T47", "X0000001", "X0000004", "X0000005", "X0000006")
ZIPS = ("70173", "00001", "00002", "00003")
WORDS = ("A side job", "I won the lottery", "It is complicated")
PARTS = (
    "general",
    "personal",
    "residence",
    "identity",
    "amla:occupation",
    "amla:purpose",
    "document:bank-statement",
)


def chosen(found: list[Any], place: int) -> Any:
    return found[place % len(found)]


class Machine(RuleBasedStateMachine):
    """Three people who use everything, chains that give trouble, and a clock that moves."""

    template: Template
    campaign: Campaign

    def __init__(self) -> None:
        super().__init__()
        self.world = World(self.template.copy())
        self.truth = Invariants(self.world)

    def teardown(self) -> None:
        self.campaign.figures.update(self.truth.edges)
        self.world.close()

    @initialize(verified=st.sets(people), rich=st.booleans())
    def begin(self, verified: set[str], rich: bool) -> None:
        for name in PEOPLE:
            self._arrive(name)
            if name in verified:
                self._begin_exchange(name)
                self.world.step(2)
                self.world.call("PUT", f"/_sandbox/users/{name}/kyc", {"is_verified": True})
                self.agree(name, "ETH", is_deposit=rich)

    @invariant()
    def everything_adds_up(self) -> None:
        self.truth.hold()
        self.campaign.count()

    # Purchases

    @rule(
        payer=people,
        receiver=people,
        network=st.sampled_from(NETWORKS),
        amount=st.sampled_from(["1", "2.5", "40"]),
    )
    def ask(self, payer: str, receiver: str, network: str, amount: str) -> None:
        body = {"amount": amount, "network_key": network, "receiver": receiver}
        key = f"key-{len(self.world.purchases)}"
        answer = self.world.call("POST", "/api/transactions/create", body, user=payer, key=key)
        again = self.world.call("POST", "/api/transactions/create", body, user=payer, key=key)
        assert (again.status_code, again.content) == (answer.status_code, answer.content)
        if answer.status_code == 201:
            purchase = Purchase(answer.json()["index"], payer, network, Decimal(amount))
            self.world.purchases.append(purchase)

    @precondition(lambda self: self.world.purchases)
    @rule(
        place=places,
        part=parts,
        is_named=st.booleans(),
        payer=st.sampled_from([None, None, None, *PEOPLE]),
        is_committed=st.booleans(),
    )
    def pay(self, place: int, part: str, is_named: bool, payer: str | None, is_committed: bool) -> None:
        purchase: Purchase = chosen(self.world.purchases, place)
        system = self.world.chains.address("purchases", purchase.network)
        sender = self.world.address(payer or purchase.payer, purchase.network)
        data = purchase.id.encode() if is_named and purchase.network == "ETH" else b""
        tx_id = self.world.chains.pay(purchase.network, sender, system, purchase.amount * Decimal(part), data)
        purchase.transactions.append(tx_id)
        if is_committed:
            self._commit(purchase, purchase, -1)

    @precondition(lambda self: any(one.transactions for one in self.world.purchases))
    @rule(place=places, other=places, number=places)
    def commit(self, place: int, other: int, number: int) -> None:
        paid = [one for one in self.world.purchases if one.transactions]
        self._commit(chosen(self.world.purchases, place), chosen(paid, other), number)

    def _commit(self, purchase: Purchase, paid: Purchase, number: int) -> None:
        tx_id = paid.transactions[number % len(paid.transactions)]
        body = {"index": purchase.id, "transaction_id": tx_id}
        for _ in range(2):  # a client says it twice
            self.world.call("POST", "/api/transactions/commit", body, user=purchase.payer)

    @rule(payer=people, receiver=people, network=st.sampled_from(NETWORKS), pauses=pauses, part=parts)
    def buy(self, payer: str, receiver: str, network: str, pauses: list[float], part: str) -> None:
        """The whole way, with pauses of any length on it."""
        known = len(self.world.purchases)
        self.ask(payer, receiver, network, "2.5")
        self.pause(pauses)
        if len(self.world.purchases) > known:
            self.pay(known, part, is_named=False, payer=None, is_committed=True)
            self.pause(pauses)

    @rule(network=st.sampled_from(NETWORKS), sender=people)
    def stray(self, network: str, sender: str) -> None:
        """Coins arrive that nobody asked for."""
        system = self.world.chains.address("purchases", network)
        self.world.chains.pay(network, self.world.address(sender, network), system, Decimal(3))

    # Swaps

    @rule(name=people, coin=st.sampled_from(sorted(COINS)), is_deposit=st.booleans())
    def agree(self, name: str, coin: str, is_deposit: bool) -> None:
        details = {}
        for key, address in (("SEPA", IBANS[name]), (coin, self.world.address(name, COINS[coin]))):
            path = f"/api/viviswap/details?payment_method_key={key}"
            details[key] = self.world.call("POST", path, {"address": address}, user=name).json()
        if not all(one.get("payment_detail") for one in details.values()):
            return
        incoming, outgoing = ("SEPA", coin) if is_deposit else (coin, "SEPA")
        body = {
            "amount": "25.0",
            "incoming_payment_method_id": self.world.methods[incoming],
            "incoming_payment_detail_id": details["SEPA"]["payment_detail"]["id"] if is_deposit else None,
            "outgoing_payment_method_id": self.world.methods[outgoing],
            "outgoing_payment_detail_id": details[outgoing]["payment_detail"]["id"],
        }
        answer = self.world.call("POST", "/api/viviswap/contracts", body, user=name)
        if answer.status_code == 200:
            found = answer.json()["contract"]
            target = (
                found["details"]["BankAccount"]["address"]
                if is_deposit
                else (found["details"]["Crypto"]["deposit_address"])
            )
            self.world.contracts.append(
                Contract(name, found["id"], incoming, coin, found["reference"], target)
            )

    @precondition(lambda self: self.world.contracts)
    @rule(
        place=places,
        amount=st.sampled_from(["10", "25", "100", "699", "14000", "20000"]),
        coins=st.sampled_from(["0.0005", "0.01", "5", "30", "500"]),
        payer=st.sampled_from([None, None, None, *PEOPLE]),
        is_instant=st.booleans(),
        is_referenced=st.sampled_from([True, True, True, False]),
    )
    def send(
        self, place: int, amount: str, coins: str, payer: str | None, is_instant: bool, is_referenced: bool
    ) -> None:
        contract: Contract = chosen(self.world.contracts, place)
        owner = payer or contract.owner
        if contract.incoming != "SEPA":
            network = COINS[contract.coin]
            sender = self.world.address(owner, network)
            self.world.chains.pay(network, sender, contract.target, Decimal(coins))
            return
        body = {
            "from_iban": IBANS[owner],
            "to_iban": contract.target,
            "amount": amount,
            "reference": contract.reference if is_referenced else "rent",
            "instant": is_instant,
        }
        self.world.call("POST", "/_sandbox/bank/transfers", body)

    @rule(name=people, coin=st.sampled_from(sorted(COINS)), is_deposit=st.booleans(), pauses=pauses)
    def swap(self, name: str, coin: str, is_deposit: bool, pauses: list[float]) -> None:
        """The whole way, with pauses of any length on it."""
        known = len(self.world.contracts)
        self.agree(name, coin, is_deposit)
        if len(self.world.contracts) > known:
            self.send(known, "100", "5", None, is_instant=True, is_referenced=True)
            self.pause(pauses)
            self.pause(pauses)

    @precondition(lambda self: self.world.contracts)
    @rule(place=places)
    def end(self, place: int) -> None:
        contract: Contract = chosen(self.world.contracts, place)
        self.world.call("DELETE", f"/api/viviswap/contracts/{contract.id}", user=contract.owner)

    @rule(name=people, is_closed=st.booleans())
    def close_account(self, name: str, is_closed: bool) -> None:
        """An account at home is closed, and what is paid out to it comes back."""
        if is_closed:
            self.world.call("DELETE", f"/_sandbox/bank/accounts/{IBANS[name]}")

    @rule(
        network=st.sampled_from(sorted(COINS.values())),
        mode=st.sampled_from(["live", "live", "missing", "stale", "fixed"]),
    )
    def rate(self, network: str, mode: str) -> None:
        body = {"mode": mode, **({"rate": "2"} if mode == "fixed" else {})}
        assert self.world.call("PUT", f"/_sandbox/rates/{network}", body).status_code == 200

    # Identity checks

    @rule(name=people, by_post=st.sampled_from([False, False, True]))
    def start_check(self, name: str, by_post: bool) -> None:
        if not by_post:
            self._begin_exchange(name)
            return
        answer = self.world.call("GET", "/api/postident/get-new-case-id", user=name)
        if answer.status_code == 200:
            self.world.cases.append((name, answer.json()["case_id"]))

    def _begin_exchange(self, name: str) -> None:
        body = {"mail": f"{name}@example.org", "terms_accepted": True}
        self.world.call("POST", "/api/viviswap/users", body, user=name)

    @rule(name=people, full_name=st.sampled_from(NAMES), nationality=st.sampled_from(["DE", "BR"]))
    def base(self, name: str, full_name: str, nationality: str) -> None:
        general = GENERAL | {"nationality": nationality}
        self.world.call("POST", "/api/viviswap/kyc/general", general, user=name)
        personal = PERSONAL | {"full_name": full_name}
        self.world.call("POST", "/api/viviswap/kyc/personal", personal, user=name)

    @rule(name=people, zip_code=st.sampled_from(ZIPS), number=st.sampled_from(NUMBERS))
    def papers(self, name: str, zip_code: str, number: str) -> None:
        residence = RESIDENCE | {"zip_code": zip_code}
        self.world.call("POST", "/api/viviswap/kyc/residence", residence, user=name)
        self.world.call("POST", "/api/viviswap/kyc/identity", identity(document_number=number), user=name)

    @rule(name=people, text=st.sampled_from(WORDS), number=st.sampled_from(["P123", "X0000001", "X0000004"]))
    def the_rest(self, name: str, text: str, number: str) -> None:
        for answer in ANSWERS:
            given = answer | ({"freetext_answer": text} if answer["freetext_answer"] else {})
            self.world.call("POST", "/api/viviswap/kyc/questions", given, user=name)
        asked = self.world.call("GET", "/api/viviswap/kyc/documents", user=name).json()
        for paper in asked.get("documents", ()):
            back = file() if paper["is_back_image_required"] else None
            given = document(
                paper["id"], document_number=number, expiration_date="2029-01-01", back_image=back
            )
            self.world.call("POST", "/api/viviswap/kyc/documents", given, user=name)

    @rule(name=people, full_name=st.sampled_from(NAMES), number=st.sampled_from(NUMBERS), pauses=pauses)
    def whole_check(self, name: str, full_name: str, number: str, pauses: list[float]) -> None:
        """All steps, with pauses of any length between them."""
        self.start_check(name, by_post=False)
        self.pause(pauses)
        self.base(name, full_name, "BR")
        self.papers(name, "70173", number)
        self.pause(pauses)
        self.the_rest(name, "A side job", "P123")

    @rule(name=people, part=st.sampled_from(PARTS), is_good=st.booleans())
    def review(self, name: str, part: str, is_good: bool) -> None:
        verdict = {"verdict": "approve"} if is_good else {"verdict": "reject", "reason": "No."}
        self.world.call("POST", f"/_sandbox/kyc/applications/{name}/verdicts", {"part": part, **verdict})

    @rule(name=people, level=st.sampled_from([None, None, 70, 60, 50, 40, 30]))
    def level(self, name: str, level: int | None) -> None:
        self.world.call("PUT", f"/_sandbox/kyc/applications/{name}/risk-level", {"level": level})

    @rule(name=people, is_verified=st.booleans())
    def by_hand(self, name: str, is_verified: bool) -> None:
        self.world.call("PUT", f"/_sandbox/users/{name}/kyc", {"is_verified": is_verified})

    @precondition(lambda self: self.world.cases)
    @rule(place=places, decision=st.sampled_from(["begin", "approve", "reject", "archive"]))
    def at_the_desk(self, place: int, decision: str) -> None:
        name, case_id = chosen(self.world.cases, place)
        reason = {"reason": "Out of date"} if decision == "reject" else {}
        self.world.call("POST", f"/_sandbox/kyc/cases/{case_id}/decisions", {"decision": decision, **reason})
        self.world.call("POST", "/api/postident/update-case-status", {"case_id": case_id}, user=name)

    # The world

    @rule(pauses=pauses)
    def pause(self, pauses: list[float]) -> None:
        for seconds in pauses:
            self.world.step(seconds)

    @rule(refuses=st.sampled_from([None, None, "not today"]), loses=st.booleans(), drops=st.integers(0, 1))
    def trouble(self, refuses: str | None, loses: bool, drops: int) -> None:
        chains = self.world.chains
        chains.refuse, chains.lose_next_answer, chains.drop_next = refuses, loses, drops

    @rule(name=people, is_sure=st.sampled_from([False, False, False, True]))
    def leave(self, name: str, is_sure: bool) -> None:
        """A user goes; what is under way still comes to its end, and she may come back."""
        if is_sure:
            self.campaign.figures["users who left"] += 1
            assert self.world.call("DELETE", "/api/user", user=name).status_code == 202
            self._arrive(name)

    def _arrive(self, name: str) -> None:
        for network in NETWORKS:
            body = {"address": self.world.address(name, network)}
            self.world.call("PUT", f"/api/user/address?network_key={network}", body, user=name)


@pytest.mark.campaign("machine")
def test_any_order(campaign: Campaign) -> None:
    template = Template()
    machine = type("Machine", (Machine,), {"template": template, "campaign": campaign})
    seed(campaign.seed)(machine)
    how = settings(
        max_examples=max(campaign.runs // STEPS, 1),
        stateful_step_count=STEPS,
        deadline=None,
        database=None,
        phases=[Phase.generate, Phase.shrink],
        suppress_health_check=list(HealthCheck),
    )
    try:
        run_state_machine_as_test(machine, settings=how, _min_steps=STEPS)
    finally:
        template.remove()
