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


async def failure(payer: Person, purchase_id: str) -> str:
    """Note and return why a purchase failed, by what the chain shows of its payment."""
    state = payer.world.sandbox.events("purchase.changed", subject=purchase_id)[-1]["state"]
    assert state["state"] == PurchaseState.FAILED
    cause = "unseen"
    if state["incoming_tx"]:
        paid = await payer.sdk.get_wallet_tx(PIN, state["incoming_tx"], network=state["network_key"])
        cause = "short" if paid.amount < Decimal(state["amount"]) else "payout refused"
    payer.world.reached.note(f"purchase {payer.world.reached.models[purchase_id]} failed: {cause}")
    return cause


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
    # What a wallet of another make does: it pays by itself, with the id as calldata.
    await payer.sdk.send_amount(
        PIN, details.system_address, AMOUNT / 2, purchase_id.encode(), payment_id=purchase_id, network=ETH
    )
    await becomes(payer, purchase_id, PurchaseState.FAILED, seconds=0.2)
    assert await failure(payer, purchase_id) == "short"


async def never_seen(world: World, model: PurchaseModel) -> None:
    """The wallet has a hash and tells it the backend, but the chain forgets the transaction."""
    payer, _, purchase_id = await valid(world, model, ETH)
    body = {"index": purchase_id, "transaction_id": "0x" + "ab" * 32}
    told = world.sandbox.http.post(
        f"{world.sandbox.backend}/transactions/commit", json=body, headers=payer.user.headers
    )
    assert told.status_code == 202
    await becomes(payer, purchase_id, PurchaseState.PROCESSING_INCOMING)
    world.passes(minutes=3, seconds=1)
    await becomes(payer, purchase_id, PurchaseState.FAILED)
    assert await failure(payer, purchase_id) == "unseen"


async def payment_reverts(world: World, model: PurchaseModel) -> None:
    """The coins never left: nothing is reported, and the same call pays anew once the failure is final."""
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
    assert await failure(payer, purchase_id) == "payout refused"
    assert await receiver.sdk.get_balance(PIN, network=ETH) == before


USUAL = (
    completed,
    nobody_to_pay,
    unverified_on_a_main_net,
    paid_too_little,
    never_seen,
    payment_reverts,
    payout_reverts,
)
PATIENT = (waiting_for_verification,)
