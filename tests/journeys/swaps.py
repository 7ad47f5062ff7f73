"""Coins for euros and back through the binding, to each state of an order and for each reason."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import timedelta
from decimal import Decimal

import pytest
from etopay_sdk import BackendError, NotFound, Order, StateError, ValidationError, ViviswapDeposit

from tests.journeys.people import ETH, IOTA, PIN, Person, World
from tests.journeys.reach import ORDER_STATUSES

IBAN, OTHER_IBAN = "DE89370400440532013000", "AT611904300234573201"
_DAY = timedelta(days=1)
_NEAR_HOLIDAYS = {(12, 18), (12, 25), (1, 1)}
CLOSED = ("refunded", "failed", "paid out", "cancelled")


async def trader(world: World, name: str = "theo", network: str = ETH, iban: str = IBAN) -> Person:
    """Somebody who may trade, with coins, an account at the exchange and a bank account."""
    person = await (await world.person(name)).funded(network, "5000")
    await customer(world, person)
    await person.sdk.update_iban_for_viviswap(PIN, iban)
    return person


async def customer(world: World, person: Person) -> None:
    """Give somebody an account at the exchange, and let her be verified."""
    await person.sdk.start_kyc_verification_for_viviswap(f"{person.name}@example.org", terms_accepted=True)
    world.passes(2)
    world.sandbox.control("PUT", f"users/{person.name}/kyc", {"is_verified": True})


def own_iban(world: World, holder: str, balance: str = "0") -> str:
    """Open an account at the sandbox's bank, which can be closed again."""
    account = world.sandbox.control("POST", "bank/accounts", {"holder": holder, "balance": balance})
    return str(account["iban"])


def transfer(world: World, deposit: ViviswapDeposit, amount: str, **changes: object) -> None:
    """Do what the user does at her own bank."""
    body = {
        "from_iban": IBAN,
        "to_iban": deposit.details.iban,
        "amount": amount,
        "reference": deposit.details.reference,
        **changes,
    }
    world.sandbox.control("POST", "bank/transfers", body)


async def order_of(person: Person, contract_id: str) -> Order:
    """Return the newest order of a contract; a list and a single look say the same."""
    orders = [one for one in (await person.sdk.get_swap_list(0, 50)).orders if one.contract_id == contract_id]
    order = await person.sdk.get_swap_details(orders[0].id)
    direction = "deposit" if order.incoming_payment_method_currency == "EUR" else "withdrawal"
    status = ORDER_STATUSES[order.status]
    assert order.is_payed_out == (status == "paid out")
    assert order.is_canceled == (status == "cancelled")
    person.world.reached.note(f"order {direction} {status}")
    if status == "pending" and order.is_approved:
        person.world.reached.note(f"order {direction} approved")
    events = person.world.sandbox.events("exchange.order", subject=order.id)
    if not events and status == "pending":
        person.world.reached.note("order is pending")
    for event in events:
        person.world.reached.note(f"order is {event['state']['state']}")
        if event["state"]["reason"]:
            person.world.reached.note(f"order because {event['state']['reason']}")
    for detail, key in (
        (order.incoming_payment_detail, order.incoming_payment_method_currency),
        (order.outgoing_payment_detail, order.outgoing_payment_method_currency),
    ):
        if detail is not None and detail.is_verified:
            person.world.reached.note(f"detail {'SEPA' if key == 'EUR' else key} verified")
    return order


async def ends(person: Person, contract_id: str, status: str, *, seconds: float = 3) -> Order:
    """Let time pass until the order of a contract has ended, as expected."""

    async def is_over() -> Order | None:
        order = await order_of(person, contract_id)
        return order if ORDER_STATUSES[order.status] in CLOSED else None

    order: Order = await person.world.until(is_over, seconds=seconds)
    assert ORDER_STATUSES[order.status] == status
    return order


async def _approved(person: Person, contract_id: str) -> Order | None:
    order = await order_of(person, contract_id)
    return order if order.is_approved else None


async def _deposit(world: World, network: str) -> None:
    person = await trader(world, network=network)
    sdk = person.sdk
    assert not (await sdk.get_iban_for_viviswap()).is_verified
    assert not (await sdk.create_detail_for_viviswap(PIN, network=network)).is_verified
    deposit = await sdk.create_deposit_with_viviswap(PIN, network=network)
    assert deposit.deposit_address == await person.address(network)
    order = await order_of(person, deposit.contract_id)
    assert ORDER_STATUSES[order.status] == "pending"
    assert not order.is_approved
    before = await sdk.get_balance(PIN, network=network)

    transfer(world, deposit, "250.40")
    world.passes(9)
    assert not (await order_of(person, deposit.contract_id)).is_approved
    world.passes(2)
    await world.until(lambda: _approved(person, deposit.contract_id), seconds=0.05)
    order = await ends(person, deposit.contract_id, "paid out")
    assert order.incoming_amount == Decimal("250.40")
    # The bank account and the address are verified, because money has moved over them.
    assert (await sdk.get_iban_for_viviswap()).is_verified
    assert (await sdk.create_detail_for_viviswap(PIN, network=network)).is_verified
    came = await sdk.get_balance(PIN, network=network) - before
    # The order's amounts have passed through 32 bits of binary floating point.
    assert abs(came - order.outgoing_amount) <= came * Decimal("1e-6")
    # The fee in euros, the network's fee and the spread are all that is missing.
    assert came < (Decimal("250.40") - order.fees_amount_eur) / order.outgoing_course


async def deposit_of_eth(world: World) -> None:
    await _deposit(world, ETH)


async def deposit_of_iota(world: World) -> None:
    await _deposit(world, IOTA)


async def deposit_over_a_weekend(world: World) -> None:
    """An ordinary transfer that is ordered on a Friday evening arrives on Tuesday morning."""
    now = world.sandbox.clock.now()
    friday = now.replace(hour=16, minute=0, second=0, microsecond=0)
    while friday <= now or friday.weekday() != 4 or (friday.month, friday.day) in _NEAR_HOLIDAYS:
        friday += _DAY
    world.sandbox.clock.freeze(friday)
    person = await trader(world)
    deposit = await person.sdk.create_deposit_with_viviswap(PIN, network=ETH)
    transfer(world, deposit, "100", instant=False)
    world.passes(days=3, hours=14)  # Tuesday, 06:00
    assert (await order_of(person, deposit.contract_id)).incoming_amount == 25
    world.passes(hours=1, seconds=1)
    assert (await ends(person, deposit.contract_id, "paid out")).incoming_amount == 100


async def withdrawal(world: World) -> None:
    person = await trader(world, iban=OTHER_IBAN)
    sdk = person.sdk
    with pytest.raises(ValidationError) as raised:
        await sdk.update_iban_for_viviswap(PIN, "DE00370400440532013000")
    assert raised.value.code == "invalid_iban"
    changed = await sdk.update_iban_for_viviswap(PIN, IBAN)
    assert (await sdk.get_iban_for_viviswap()).address == changed.address == IBAN
    assert (await sdk.get_user()).viviswap_state.current_iban.address == IBAN

    before = await sdk.get_balance(PIN, network=ETH)
    sold = await sdk.create_withdrawal_with_viviswap("0.5", PIN, payment_id="w-1", network=ETH)
    again = await sdk.create_withdrawal_with_viviswap("0.5", PIN, payment_id="w-1", network=ETH)
    assert again == sold
    assert sold.transaction_hash is not None
    assert sold.deposit_address == IBAN
    await world.until(lambda: _approved(person, sold.contract_id), seconds=0.05)
    order = await ends(person, sold.contract_id, "paid out")
    assert Decimal("0.5") < before - await sdk.get_balance(PIN, network=ETH) < Decimal("0.51")
    statement = world.sandbox.control("GET", f"bank/accounts/{IBAN}/statement")["transfers"]
    assert [Decimal(one["amount"]) for one in statement] == [order.outgoing_amount]
    assert (await sdk.get_iban_for_viviswap()).is_verified
    # What was agreed for the old account is over, and another account begins unverified.
    assert not (await sdk.update_iban_for_viviswap(PIN, OTHER_IBAN)).is_verified
    third = await sdk.create_withdrawal_with_viviswap("40", network=ETH)
    assert third.transaction_hash is None
    await sdk.update_iban_for_viviswap(PIN, IBAN)
    assert (await ends(person, third.contract_id, "cancelled")).is_canceled


async def withdrawal_of_iota(world: World) -> None:
    person = await trader(world, network=IOTA)
    sold = await person.sdk.create_withdrawal_with_viviswap("250", PIN, payment_id="w", network=IOTA)
    assert (await ends(person, sold.contract_id, "paid out")).incoming_amount == 250


async def money_goes_back(world: World) -> None:
    """Deposits that are refused: each transfer comes back whole, and the order says why."""
    person = await trader(world)

    async def refused(
        reason: str, amount: str, prepare: Callable[[], None] | None = None, **more: object
    ) -> None:
        deposit = await person.sdk.create_deposit_with_viviswap(PIN, network=ETH)
        if prepare:
            prepare()
        transfer(world, deposit, amount, **more)
        order = await ends(person, deposit.contract_id, "refunded", seconds=6)
        assert order.refund_amount == Decimal(amount)
        assert f"order because {reason}" in world.reached.seen

    await refused("WrongAccount", "100", from_iban=OTHER_IBAN)
    await refused("TooSmall", "24.99")
    await refused("TooLarge", "15000.01")
    world.sandbox.control("PUT", "users/theo/kyc", {"is_verified": False})
    with pytest.raises(BackendError) as raised:
        await person.sdk.create_deposit_with_viviswap(PIN, network=ETH)
    assert raised.value.status == 403
    world.sandbox.control("PUT", "users/theo/kyc", {"is_verified": True})
    await refused(
        "NotVerified",
        "100",
        lambda: world.sandbox.control("PUT", "users/theo/kyc", {"is_verified": False}),
    )
    world.sandbox.control("PUT", "users/theo/kyc", {"is_verified": True})
    statement = world.sandbox.control("GET", f"bank/accounts/{IBAN}/statement")["transfers"]
    assert all(one["state"] == "settled" for one in statement)
    account = world.sandbox.control("GET", f"bank/accounts/{IBAN}/statement")["account"]
    assert Decimal(account["balance"]) == Decimal("24.99") + Decimal("15000.01") + 100


async def over_the_limit(world: World) -> None:
    """14,999 EUR a day: what is more goes back, and is welcome on the next day."""
    world.sandbox.clock.freeze(world.sandbox.clock.now().replace(hour=9) + _DAY)
    person = await trader(world)

    async def exchanged(amount: str, status: str) -> None:
        deposit = await person.sdk.create_deposit_with_viviswap(PIN, network=ETH)
        transfer(world, deposit, amount)
        await ends(person, deposit.contract_id, status, seconds=6)

    await exchanged("10000", "paid out")
    await exchanged("5000", "refunded")
    assert "order because LimitExceeded" in world.reached.seen
    world.passes(days=1)
    await exchanged("5000", "paid out")


async def late_and_twice(world: World) -> None:
    person = await trader(world)
    deposit = await person.sdk.create_deposit_with_viviswap(PIN, network=ETH)
    idle = await person.sdk.create_withdrawal_with_viviswap("0.5", network=ETH)
    world.passes(days=30, seconds=1)
    assert (await ends(person, idle.contract_id, "cancelled")).is_canceled
    assert (await ends(person, deposit.contract_id, "cancelled")).is_canceled
    transfer(world, deposit, "100")
    world.passes(11)

    async def is_back() -> bool:
        return ORDER_STATUSES[(await order_of(person, deposit.contract_id)).status] == "refunded"

    await world.until(is_back, seconds=6)

    sold = await person.sdk.create_withdrawal_with_viviswap("0.5", PIN, payment_id="w", network=ETH)
    await ends(person, sold.contract_id, "paid out")
    before = await person.sdk.get_balance(PIN, network=ETH)
    to = sold.details.crypto_address
    await person.sdk.send_amount(PIN, to, "0.25", payment_id="once-more", network=ETH)

    async def second_is_back() -> bool:
        return ORDER_STATUSES[(await order_of(person, sold.contract_id)).status] == "refunded"

    await world.until(second_is_back, seconds=6)
    assert before - await person.sdk.get_balance(PIN, network=ETH) < Decimal("0.01")


async def coins_go_back(world: World) -> None:
    person = await trader(world)
    small = await person.sdk.create_withdrawal_with_viviswap("0.5", network=ETH)
    await person.sdk.send_amount(
        PIN, small.details.crypto_address, "0.0005", payment_id="too-small", network=ETH
    )
    assert (await ends(person, small.contract_id, "refunded")).refund_amount == Decimal("0.0005")


async def accounts_that_are_closed(world: World) -> None:
    """A payout, or a refund, that the bank returns is a failure."""
    iban = own_iban(world, "Theo")
    person = await trader(world, iban=iban)
    sold = await person.sdk.create_withdrawal_with_viviswap("0.5", PIN, payment_id="w", network=ETH)
    world.sandbox.control("DELETE", f"bank/accounts/{iban}")
    await ends(person, sold.contract_id, "failed")

    other = own_iban(world, "Theo's mother", "100")
    deposit = await person.sdk.create_deposit_with_viviswap(PIN, network=ETH)
    transfer(world, deposit, "100", from_iban=other)
    world.sandbox.control("DELETE", f"bank/accounts/{other}")
    await ends(person, deposit.contract_id, "failed")


async def payout_that_the_chain_refuses(world: World) -> None:
    person = await trader(world)
    deposit = await person.sdk.create_deposit_with_viviswap(PIN, network=ETH)
    transfer(world, deposit, "100")
    world.passes(11)
    await ends(person, deposit.contract_id, "paid out")
    came = [one for one in await person.sdk.get_wallet_tx_list(PIN, 0, 10, network=ETH) if not one.is_sender]
    exchange = max(came, key=lambda one: one.block_number_hash[0]).sender
    world.sandbox.control("POST", "chains/ETH/plans", {"outcome": "reverted", "sender": exchange, "count": 1})
    transfer(world, deposit, "110")
    world.passes(11)

    async def is_back() -> bool:
        return ORDER_STATUSES[(await order_of(person, deposit.contract_id)).status] == "refunded"

    await world.until(is_back, seconds=6)


async def what_the_exchange_does_not_know(world: World) -> None:
    person = await world.person("nora")
    with pytest.raises(StateError) as early:
        await person.sdk.get_iban_for_viviswap()
    assert early.value.code == "kyc_not_started"
    await customer(world, person)
    with pytest.raises(NotFound) as raised:
        await person.sdk.get_iban_for_viviswap()
    assert raised.value.details["what"] == "iban"
    with pytest.raises(NotFound):
        await person.sdk.get_swap_details("no such order")
    with pytest.raises(NotFound):
        await person.sdk.create_withdrawal_with_viviswap("0.0001", network=ETH)
    await person.sdk.update_iban_for_viviswap(PIN, IBAN)
    with pytest.raises(BackendError) as refused:
        await person.sdk.create_withdrawal_with_viviswap("0.0001", network=ETH)
    assert refused.value.code == "backend_refused"


Journey = Callable[[World], Awaitable[None]]
USUAL: tuple[Journey, ...] = (
    deposit_of_eth,
    deposit_of_iota,
    deposit_over_a_weekend,
    withdrawal,
    withdrawal_of_iota,
    money_goes_back,
    over_the_limit,
    late_and_twice,
    coins_go_back,
    accounts_that_are_closed,
    payout_that_the_chain_refuses,
    what_the_exchange_does_not_know,
)
