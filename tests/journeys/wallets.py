"""Users, wallets and payments: what the rest of the SDK does, against the real services and chains."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import replace
from decimal import Decimal

import pytest
from etopay_sdk import (
    InsufficientFunds,
    NetworkError,
    NotFound,
    PaymentState,
    SharesState,
    UncertainOutcome,
    ValidationError,
    WalletExists,
    WalletTxStatus,
)

from tests.journeys.people import ETH, IOTA, PASSWORD, PIN, Person, World

OTHER_PIN, BACKUP_PASSWORD = "864213", "a rather good backup password"
SINK = {ETH: "0x" + "5a" * 20, IOTA: "0x" + "5a" * 32}
SEND = {ETH: "eth_sendRawTransaction", IOTA: "iota_executeTransactionBlock"}


async def a_device_and_its_user(world: World) -> None:
    package, person = world.package, await world.person("dora", wallet=False)
    sdk = person.sdk
    assert len(package.mnemonic_words()) == 2048
    assert package.password_strength(PASSWORD) >= 3
    assert "0.16.1" in package.get_build_info()
    assert [user.username for user in sdk.list_users()] == ["dora"]
    assert await sdk.is_wallet_password_set()
    assert (await sdk.get_user()).shares is SharesState.NONE
    await sdk.verify_pin(PIN)
    await sdk.change_pin(PIN, OTHER_PIN)
    await sdk.set_app_data("refresh", b"token")
    await sdk.lock()
    assert not sdk.is_unlocked
    assert (await sdk.get_user()).shares is None
    await sdk.unlock(OTHER_PIN)
    assert await sdk.get_app_data("refresh") == b"token"

    networks = await sdk.get_networks()
    await sdk.set_networks([replace(one, node_urls=one.node_urls[:1]) for one in networks])
    await sdk.set_networks([])
    assert await sdk.get_networks() == networks
    await sdk.set_network(ETH)
    await sdk.set_preferred_network(IOTA)
    assert await sdk.get_preferred_network() == IOTA
    assert await sdk.get_exchange_rate() > 0
    assert await sdk.within(5).get_exchange_rate(network=IOTA) > 0
    await sdk.close()
    reopened = world.open(person.folder)
    assert [user.attempts_left for user in reopened.list_users()] == [10]
    await reopened.forget_user("dora")
    assert reopened.list_users() == []


async def a_wallet_and_its_ways_back(world: World) -> None:
    person = await world.person("wilma", wallet=False)
    sdk = person.sdk
    assert not await sdk.has_wallet_at_server()
    phrase = await sdk.create_wallet_from_new_mnemonic(PIN)
    world.package.check_mnemonic(phrase)
    assert await sdk.get_mnemonic(PIN) == phrase
    assert await sdk.verify_mnemonic(PIN, phrase)
    assert await sdk.has_wallet_at_server()
    assert (await sdk.get_user()).shares is SharesState.UPLOADED
    address = await person.address(ETH)
    await sdk.set_wallet_derivation_options(0, 1)
    assert await person.address(ETH) != address
    await sdk.set_wallet_derivation_options(0, 0)
    share = await sdk.get_recovery_share(PIN)
    backup = await sdk.create_wallet_backup(PIN, BACKUP_PASSWORD)

    other = await world.device(person.user, "wilma-2")
    await other.sdk.set_recovery_share(share)
    await other.sdk.restore_wallet_from_shares(PIN)
    assert await other.address(ETH) == address
    third = await world.device(person.user, "wilma-3")
    await third.sdk.create_wallet_from_existing_mnemonic(PIN, phrase)
    await third.sdk.delete_wallet(PIN, only_here=True)
    await third.sdk.create_wallet_from_backup(PIN, backup, BACKUP_PASSWORD)
    assert await third.address(ETH) == address
    with pytest.raises(NotFound):
        await third.sdk.discard_pending_wallet(PIN)
    await third.sdk.delete_user(PIN)
    assert not world.sandbox.http.get(
        f"{world.sandbox.backend}/user/shares/recovery", headers=person.user.headers
    ).is_success


async def shares_that_wait_and_collide(world: World) -> None:
    """A wallet is made while the backend is out; another device was quicker."""
    person = await world.person("conrad", wallet=False)
    sdk = person.sdk
    with world.sandbox.faults.planned(path="/api/user/shares", method="PUT", kind="drop"):
        with pytest.raises(NetworkError):
            await sdk.create_wallet_from_new_mnemonic(PIN)
        user = await sdk.get_user()
        assert (user.shares, user.wallet_pending) == (SharesState.PENDING, True)
        await sdk.discard_pending_wallet(PIN)

    offline = await world.device(person.user, "conrad-offline", token=False)
    await offline.sdk.create_wallet_from_existing_mnemonic(PIN, _PHRASE)
    assert (await offline.sdk.get_user()).shares is SharesState.PENDING
    await sdk.create_wallet_from_new_mnemonic(PIN)
    await offline.sdk.refresh_access_token(person.user.access_token)

    async def collides() -> bool:
        return (await offline.sdk.get_user()).shares is SharesState.CONFLICT

    await world.until(collides)
    third = await world.device(person.user, "conrad-3")
    with pytest.raises(WalletExists):
        await third.sdk.create_wallet_from_new_mnemonic(PIN)


_PHRASE = "legal winner thank year wave sausage worth useful legal winner thank yellow"


async def _paid(world: World, network: str) -> None:
    person = await (await world.person("petra")).funded(network)
    sdk, to = person.sdk, SINK[network]
    estimate = await sdk.estimate_gas(PIN, to, "1", network=network)
    assert estimate.gas_limit > 0
    tx_id = await sdk.send_amount(PIN, to, Decimal("1.25"), payment_id="p1", network=network)
    assert await sdk.send_amount(PIN, to, Decimal("1.25"), payment_id="p1", network=network) == tx_id
    assert (await sdk.resolve_payment("p1")).state is PaymentState.CONFIRMED
    assert (await sdk.get_wallet_tx(PIN, tx_id, network=network)).status is WalletTxStatus.CONFIRMED
    assert {one.amount for one in await sdk.get_wallet_tx_list(PIN, 0, 10, network=network)} == {
        Decimal("1.25"),
        Decimal(100),
    }
    with pytest.raises(InsufficientFunds):
        await sdk.send_amount(PIN, to, "1000", payment_id="p2", network=network)
    with pytest.raises(NotFound):
        await sdk.resolve_payment("p2")  # it was never begun
    with pytest.raises(ValidationError):
        await sdk.send_amount(PIN, "nobody", "1", payment_id="p3", network=network)
    # The node took it, and the answer was lost: the chain is asked.
    with world.sandbox.faults.planned(rpc=SEND[network], kind="drop", stage="after", count=1):
        await sdk.send_amount(PIN, to, "2", payment_id="p4", network=network)
    assert (await sdk.resolve_payment("p4")).state is PaymentState.CONFIRMED


async def payments_of_eth(world: World) -> None:
    await _paid(world, ETH)


async def payments_of_iota(world: World) -> None:
    await _paid(world, IOTA)


async def payments_that_wait_or_fail(world: World) -> None:
    """What a chain can do to a payment, and what the SDK says of it."""
    person = await (await world.person("ulla")).funded(ETH)
    sdk = person.sdk
    world.sandbox.control("PUT", "chains/ETH/mining", {"mode": "manual"})
    with suppress(UncertainOutcome):  # it waits a while for a block
        await sdk.within(2).send_amount(PIN, SINK[ETH], "1", payment_id="waits", network=ETH)
    await world.until(lambda: _in_state(person, PaymentState.SUBMITTED))
    (pending,) = await sdk.pending_payments()
    tx_id = pending.tx_id
    assert (await sdk.get_wallet_tx(PIN, tx_id, network=ETH)).status is WalletTxStatus.PENDING
    world.sandbox.control("POST", "chains/ETH/blocks", {"count": 1})
    assert (await sdk.resolve_payment("waits")).state is PaymentState.CONFIRMED
    assert await sdk.pending_payments() == []
    world.sandbox.control("PUT", "chains/ETH/mining", {"mode": "instant"})

    plan = {"outcome": "reverted", "sender": await person.address(ETH), "count": 1}
    world.sandbox.control("POST", "chains/ETH/plans", plan)
    tx_id = await sdk.send_amount(PIN, SINK[ETH], "1", payment_id="reverts", network=ETH)
    assert (await sdk.resolve_payment("reverts")).state is PaymentState.FAILED
    assert (await sdk.get_wallet_tx(PIN, tx_id, network=ETH)).status is WalletTxStatus.CONFLICTING

    # A node that neither answers nor says what became of it.
    with world.sandbox.faults.planned(rpc=SEND[ETH], kind="hang") as hanging:
        task = asyncio.create_task(
            sdk.within(1).send_amount(PIN, SINK[ETH], "1", payment_id="hangs", network=ETH)
        )
        await world.until(lambda: _in_state(person, PaymentState.SUBMITTING))
        with pytest.raises(UncertainOutcome):
            await task
        world.sandbox.faults.add(path="/nodes/ETH", kind="drop")
        await world.until(lambda: _in_state(person, PaymentState.UNKNOWN))
        world.sandbox.faults.remove(hanging)
    world.sandbox.faults.clear()


async def _in_state(person: Person, state: PaymentState) -> bool:
    return state in {one.state for one in await person.sdk.pending_payments()}


Journey = Callable[[World], Awaitable[None]]
USUAL: tuple[Journey, ...] = (
    a_device_and_its_user,
    a_wallet_and_its_ways_back,
    shares_that_wait_and_collide,
    payments_of_eth,
    payments_of_iota,
    payments_that_wait_or_fail,
)
