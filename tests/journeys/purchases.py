"""Purchases of both kinds, to each state and for each reason."""

from __future__ import annotations

from decimal import Decimal

import pytest
from etopay_sdk import PaymentNotSent, PurchaseModel, PurchaseState, StateError

from tests.journeys.people import ETH, IOTA, MAIN_NET, PIN, Person, World

AMOUNT = Decimal("1.5")
NETWORKS = {PurchaseModel.CLIK: ETH, PurchaseModel.CPIC: IOTA}


async def request(payer: Person, receiver: str, model: PurchaseModel, network: str) -> str:
    return await payer.sdk.create_purchase_request(
        receiver, AMOUNT, "2cf24dba", '{"imageId":"7"}', model, network=network
    )


async def becomes(
    payer: Person, purchase_id: str, state: PurchaseState, *, seconds: float = 0
) -> tuple[str, ...]:
    """Wait until a purchase is in a state, and return the reasons."""

    async def there() -> bool:
        return (await payer.purchase_status(purchase_id)).state is state

    await payer.world.until(there, seconds=seconds)
    return (await payer.purchase_status(purchase_id)).reasons


async def valid(world: World, model: PurchaseModel, network: str) -> tuple[Person, Person, str]:
    payer, receiver = await world.known("paula", network), await world.known("rolf", network)
    purchase_id = await request(payer, "rolf", model, network)
    await becomes(payer, purchase_id, PurchaseState.PENDING)
    world.passes()
    await becomes(payer, purchase_id, PurchaseState.VALID)
    return payer, receiver, purchase_id


def failure(payer: Person, purchase_id: str) -> str:
    """Note and return why a purchase failed, which the SDK is not told."""
    (state,) = payer.world.sandbox.events("purchase.changed", subject=purchase_id)[-1:]
    assert state["state"]["state"] == PurchaseState.FAILED
    (reason,) = state["state"]["reasons"]
    payer.world.reached.note(f"purchase {payer.world.reached.models[purchase_id]} failed: {reason}")
    return str(reason)


async def comes_back(payer: Person, tx_id: str, *, network: str = ETH, seconds: float = 0.2) -> Decimal:
    """Wait until a payment has gone back, see it in the wallet, and return how much came."""

    async def has_gone() -> dict[str, str] | None:
        listed = payer.world.sandbox.control("GET", "payments")["payments"]
        return next((one for one in listed if one["tx_id"] == tx_id and one["refunded_at"]), None)

    gone = await payer.world.until(has_gone, seconds=seconds)
    shown = await payer.sdk.get_wallet_tx(PIN, gone["refund_tx"], network=network)
    assert not shown.is_sender
    assert shown.amount == Decimal(gone["refund_amount"])
    payer.world.reached.note(f"refund {gone['refund_reason']}")
    return shown.amount


async def sends(payer: Person, target: str, amount: Decimal, words: str = "", *, called: str) -> str:
    """Pay by hand, as a wallet of another make does; the words are the calldata."""
    return await payer.sdk.send_amount(
        PIN, target, amount, words.encode() or None, payment_id=called, network=ETH
    )


async def completed(world: World, model: PurchaseModel) -> None:
    network = NETWORKS[model]
    payer, receiver, purchase_id = await valid(world, model, network)
    before = await receiver.sdk.get_balance(PIN, network=network)
    await payer.sdk.confirm_purchase_request(PIN, purchase_id)
    await becomes(payer, purchase_id, PurchaseState.PROCESSING_INCOMING)
    await becomes(payer, purchase_id, PurchaseState.PROCESSING_OUTGOING, seconds=0.2)
    await becomes(payer, purchase_id, PurchaseState.COMPLETED, seconds=0.2)
    assert await receiver.sdk.get_balance(PIN, network=network) == before + AMOUNT * Decimal("0.95")
    listed = {one.reference_id: one for one in await payer.sdk.get_tx_list(0, 50)}
    shown = listed[purchase_id]
    assert (shown.sender, shown.receiver, shown.amount) == ("paula", "rolf", AMOUNT)
    assert shown.status.state is PurchaseState.COMPLETED
    assert shown.application_metadata is not None
    assert shown.application_metadata.purchase_model == model
    assert purchase_id in {one.reference_id for one in await receiver.sdk.get_tx_list(0, 50)}
    with pytest.raises(StateError, match="cannot be paid"):
        await receiver.sdk.confirm_purchase_request(PIN, purchase_id)


async def nobody_to_pay(world: World, model: PurchaseModel) -> None:
    payer = await world.known("paula", ETH)
    await world.person(f"homeless-{model.lower()}", wallet=False)
    purchase_id = await request(payer, f"homeless-{model.lower()}", model, ETH)
    world.passes()
    assert await becomes(payer, purchase_id, PurchaseState.INVALID) == ("ReceiverHasNoAddress",)
    with pytest.raises(StateError) as raised:
        await payer.sdk.confirm_purchase_request(PIN, purchase_id)
    assert raised.value.code == "invalid_purchase"


async def unverified_on_a_main_net(world: World, model: PurchaseModel) -> None:
    payer = await world.known("paula", MAIN_NET)
    stranger = await world.known("una", MAIN_NET, is_verified=False)
    purchase_id = await request(payer, stranger.name, model, MAIN_NET)
    world.passes()
    assert await becomes(payer, purchase_id, PurchaseState.INVALID) == ("ReceiverNotVerified",)


async def waiting_for_verification(world: World, model: PurchaseModel) -> None:
    """In a sandbox that lets such purchases wait."""
    payer = await world.known("paula", MAIN_NET)
    name = f"wanda-{model.lower()}"
    receiver = await (await world.person(name)).funded(MAIN_NET)
    purchase_id = await request(payer, name, model, MAIN_NET)
    world.passes()
    reasons = await becomes(payer, purchase_id, PurchaseState.WAITING_FOR_VERIFICATION)
    assert reasons == ("ReceiverNotVerified",)
    world.sandbox.control("PUT", f"users/{name}/kyc", {"is_verified": True})
    await becomes(payer, purchase_id, PurchaseState.VALID, seconds=0.2)
    await payer.sdk.confirm_purchase_request(PIN, purchase_id)
    await becomes(payer, purchase_id, PurchaseState.COMPLETED, seconds=0.2)
    assert await receiver.sdk.get_balance(PIN, network=MAIN_NET) == 100 + AMOUNT * Decimal("0.95")


async def paid_too_little(world: World, model: PurchaseModel) -> None:
    payer, _, purchase_id = await valid(world, model, ETH)
    details = await payer.sdk.get_purchase_details(purchase_id)
    tx_id = await sends(payer, details.system_address, AMOUNT / 2, purchase_id, called=purchase_id)
    await becomes(payer, purchase_id, PurchaseState.FAILED, seconds=0.2)
    assert failure(payer, purchase_id) == "PaidTooLittle"
    assert await comes_back(payer, tx_id) == AMOUNT / 2


async def never_seen(world: World, model: PurchaseModel) -> None:
    """The backend is told of a transaction that no chain has; what is paid afterwards goes back."""
    payer, _, purchase_id = await valid(world, model, ETH)
    body = {"index": purchase_id, "transaction_id": "0x" + "ab" * 32}
    told = world.sandbox.http.post(
        f"{world.sandbox.backend}/transactions/commit", json=body, headers=payer.user.headers
    )
    assert told.status_code == 202
    await becomes(payer, purchase_id, PurchaseState.PROCESSING_INCOMING)
    world.passes(minutes=3, seconds=1)
    await becomes(payer, purchase_id, PurchaseState.FAILED)
    assert failure(payer, purchase_id) == "NotPaid"
    details = await payer.sdk.get_purchase_details(purchase_id)
    tx_id = await sends(payer, details.system_address, AMOUNT, purchase_id, called="late")
    assert await comes_back(payer, tx_id) == AMOUNT


async def payment_reverts(world: World, model: PurchaseModel) -> None:
    """The coins never left: nothing is reported, and the purchase can still be paid."""
    payer, _, purchase_id = await valid(world, model, ETH)
    plan = {"outcome": "reverted", "sender": await payer.address(ETH), "count": 1}
    world.sandbox.control("POST", "chains/ETH/plans", plan)
    with pytest.raises(PaymentNotSent):
        await payer.sdk.confirm_purchase_request(PIN, purchase_id)
    world.passes(2)
    await becomes(payer, purchase_id, PurchaseState.VALID)


async def payout_reverts(world: World, model: PurchaseModel) -> None:
    payer, receiver, purchase_id = await valid(world, model, ETH)
    details = await payer.sdk.get_purchase_details(purchase_id)
    before = await receiver.sdk.get_balance(PIN, network=ETH)
    await payer.sdk.confirm_purchase_request(PIN, purchase_id)
    plan = {"outcome": "reverted", "sender": details.system_address, "count": 1}
    world.sandbox.control("POST", "chains/ETH/plans", plan)
    await becomes(payer, purchase_id, PurchaseState.FAILED, seconds=0.2)
    assert failure(payer, purchase_id) == "PayoutReverted"
    assert await receiver.sdk.get_balance(PIN, network=ETH) == before
    assert await comes_back(payer, await paid_with(payer, purchase_id)) == AMOUNT


async def receiver_leaves(world: World, model: PurchaseModel) -> None:
    payer, receiver, purchase_id = await valid(world, model, ETH)
    await payer.sdk.confirm_purchase_request(PIN, purchase_id)
    await receiver.sdk.delete_user(PIN)
    await becomes(payer, purchase_id, PurchaseState.FAILED, seconds=0.2)
    assert failure(payer, purchase_id) == "ReceiverHasNoAddress"
    assert await comes_back(payer, await paid_with(payer, purchase_id)) == AMOUNT


async def payment_is_taken_back(world: World, model: PurchaseModel) -> None:
    """A reorganisation takes the block with the payment, before anybody was paid out."""
    payer, receiver, purchase_id = await valid(world, model, ETH)
    before = await receiver.sdk.get_balance(PIN, network=ETH)
    await payer.sdk.confirm_purchase_request(PIN, purchase_id)
    await becomes(payer, purchase_id, PurchaseState.PROCESSING_INCOMING)
    world.sandbox.control("POST", "chains/ETH/reorg", {"depth": 1, "transactions": "vanish"})
    world.passes()
    await becomes(payer, purchase_id, PurchaseState.PROCESSING_OUTGOING)
    world.passes(minutes=3, seconds=1)
    await becomes(payer, purchase_id, PurchaseState.FAILED, seconds=0.2)
    assert failure(payer, purchase_id) == "PaymentTakenBack"
    assert await receiver.sdk.get_balance(PIN, network=ETH) == before


async def paid_with(payer: Person, purchase_id: str) -> str:
    """Return the transaction of a purchase, by the backend's list."""
    listed = {one.reference_id: one for one in await payer.sdk.get_tx_list(0, 50)}
    return str(listed[purchase_id].transaction_hash)


async def paid_once_too_often(world: World, model: PurchaseModel) -> None:
    """More than was asked, once more, for what cannot be paid, and for nothing: all comes back."""
    payer, receiver, purchase_id = await valid(world, model, ETH)
    before = await receiver.sdk.get_balance(PIN, network=ETH)
    target = (await payer.sdk.get_purchase_details(purchase_id)).system_address
    more = await sends(payer, target, AMOUNT + 1, purchase_id, called="more")
    await becomes(payer, purchase_id, PurchaseState.COMPLETED, seconds=0.2)
    assert await comes_back(payer, more) == 1
    twice = await sends(payer, target, AMOUNT, purchase_id, called="twice")
    assert await comes_back(payer, twice) == AMOUNT
    assert await receiver.sdk.get_balance(PIN, network=ETH) == before + AMOUNT * Decimal("0.95")

    await world.person("homeless", wallet=False)
    invalid = await request(payer, "homeless", model, ETH)
    world.passes()
    await becomes(payer, invalid, PurchaseState.INVALID)
    for_nothing = await sends(payer, target, AMOUNT, invalid, called="invalid")
    assert await comes_back(payer, for_nothing) == AMOUNT

    stray = await sends(payer, target, AMOUNT, called="stray")
    assert await comes_back(payer, stray, seconds=600) == AMOUNT
    by_hand = await sends(payer, target, AMOUNT, called="by-hand")

    async def is_listed() -> dict[str, str] | None:
        listed = world.sandbox.control("GET", "payments")["payments"]
        return next((one for one in listed if one["tx_id"] == by_hand), None)

    found = await world.until(is_listed)
    world.sandbox.control("POST", f"payments/ETH/{found['number']}/refund")
    assert await comes_back(payer, by_hand) == AMOUNT


USUAL = (
    completed,
    nobody_to_pay,
    unverified_on_a_main_net,
    paid_too_little,
    never_seen,
    payment_reverts,
    payout_reverts,
    receiver_leaves,
    payment_is_taken_back,
    paid_once_too_often,
)
PATIENT = (waiting_for_verification,)
