"""Networks, balances, fees and sending: the same on both gateways."""

from __future__ import annotations

import asyncio
import secrets
from decimal import Decimal

import pytest

from app.core.errors import AppError, ErrorCode, Lack
from app.core.model import Direction, Network, NetworkKind, Payment, PaymentState, TransactionStatus
from app.gateway.protocol import UnlockedWallet
from tests.contract.conftest import OTHER_PIN, PIN, Scene
from tests.contract.test_accounts import refusal

pytestmark = pytest.mark.contract
KEYS = {"ETH", "EURX", "iota_rebased_testnet", "iota_rebased_mainnet"}


async def rich(scene: Scene, *keys: str) -> UnlockedWallet:
    """A new wallet with ten coins on each of the networks."""
    wallet = await scene.wallet(await scene.start(scene.side.new_device()), scene.side.new_username())
    for key in keys:
        await scene.side.fund(key, await wallet.address(key), "10")
    return wallet


async def network(wallet: UnlockedWallet, key: str) -> Network:
    return next(network for network in await wallet.networks() if network.key == key)


def payment(key: str, recipient: str, amount: str = "1.5") -> Payment:
    return Payment(secrets.token_hex(8), key, recipient, Decimal(amount))


async def test_the_networks_tell_what_screens_need(scene: Scene) -> None:
    wallet = await rich(scene)
    networks = {network.key: network for network in await wallet.networks()}
    assert set(networks) == KEYS
    eth, token, iota = networks["ETH"], networks["EURX"], networks["iota_rebased_testnet"]
    assert (eth.kind, eth.symbol, eth.decimals, eth.fee_symbol) == (NetworkKind.EVM, "ETH", 18, "ETH")
    assert (token.kind, token.symbol, token.decimals, token.fee_symbol) == (
        NetworkKind.ERC20,
        "EURX",
        6,
        "ETH",
    )
    assert token.chain_id == eth.chain_id
    assert token.contract_address is not None
    assert (iota.kind, iota.decimals, iota.is_testnet, iota.chain_id) == (NetworkKind.IOTA, 9, True, None)
    assert all(not (network.explorer_url or "").endswith("/") for network in networks.values())


async def test_addresses_have_their_canonical_form(scene: Scene) -> None:
    gateway = await scene.start(scene.side.new_device())
    wallet = await scene.wallet(gateway, scene.side.new_username())
    for network in await wallet.networks():
        address = await wallet.address(network.key)
        assert gateway.check_address(network, address) == address
        assert len(address) == (66 if network.kind is NetworkKind.IOTA else 42)
    with pytest.raises(AppError) as caught:
        await wallet.address("nowhere")
    assert refusal(caught) is ErrorCode.NOT_FOUND


@pytest.mark.parametrize("key", sorted(KEYS))
async def test_what_arrives_is_seen(scene: Scene, key: str) -> None:
    wallet = await rich(scene)
    assert (await wallet.balance(key)).amount == 0
    assert await wallet.transactions(key, 0, 10) == ()
    mine = await wallet.address(key)
    await scene.side.fund(key, mine, "10")
    assert (await wallet.balance(key)).amount == 10
    (seen,) = await wallet.transactions(key, 0, 10)
    assert (seen.direction, seen.status, seen.amount) == (
        Direction.IN,
        TransactionStatus.CONFIRMED,
        Decimal(10),
    )
    assert (seen.receiver, seen.network_key, seen.fee) == (mine, key, None)
    assert seen.at is not None
    assert (await wallet.transaction(key, seen.tx_id)).tx_id == seen.tx_id


@pytest.mark.parametrize("key", sorted(KEYS))
async def test_sending(scene: Scene, key: str) -> None:
    wallet = await rich(scene, "ETH", *{key} - {"ETH"})
    net = await network(wallet, key)
    to = scene.side.stranger(net.kind)
    fee = await wallet.estimate_fee(key, to, Decimal("1.5"))
    assert fee.symbol == net.fee_symbol
    assert 0 < fee.likely <= fee.at_most < 1
    tx_id = await wallet.send(PIN, payment(key, to))
    await scene.side.settle()
    left = (await wallet.balance(key)).amount
    spent = Decimal(10) - Decimal("1.5") - left
    assert 0 <= spent <= (fee.at_most if net.symbol == net.fee_symbol else 0)
    sent = await wallet.transaction(key, tx_id)
    assert (sent.direction, sent.status, sent.amount) == (
        Direction.OUT,
        TransactionStatus.CONFIRMED,
        Decimal("1.5"),
    )
    assert sent.receiver.lower() == to.lower()
    assert sent.fee is not None
    assert 0 < sent.fee <= fee.at_most
    assert [entry.tx_id for entry in await wallet.transactions(key, 0, 1)] == [tx_id]
    assert len(await wallet.transactions(key, 0, 10)) == 2
    assert len(await wallet.transactions(key, 1, 10)) == 1
    assert await wallet.pending_payments() == ()


@pytest.mark.parametrize("key", ["ETH", "iota_rebased_testnet"])
async def test_the_same_payment_moves_money_once(scene: Scene, key: str) -> None:
    wallet = await rich(scene, key)
    order = payment(key, scene.side.stranger((await network(wallet, key)).kind))
    together = await asyncio.gather(*(wallet.send(PIN, order) for _ in range(3)))
    assert len(set(together)) == 1
    await scene.side.settle()
    assert await wallet.send(PIN, order) == together[0]
    await scene.side.settle()
    assert (await wallet.balance(key)).amount > 8
    other = Payment(order.payment_id, key, order.recipient, Decimal("2"))
    with pytest.raises(AppError) as caught:
        await wallet.send(PIN, other)
    assert refusal(caught) is ErrorCode.PAYMENT_REFUSED
    resolved = await wallet.resolve_payment(order.payment_id)
    assert (resolved.state, resolved.tx_id) == (PaymentState.CONFIRMED, together[0])


async def test_what_was_not_sent_is_tried_again_under_its_id(scene: Scene) -> None:
    wallet = await rich(scene, "ETH")
    order = payment("ETH", scene.side.stranger(NetworkKind.EVM))
    with scene.side.refused_payment(), pytest.raises(AppError) as caught:
        await wallet.send(PIN, order)
    assert refusal(caught) is ErrorCode.PAYMENT_REFUSED
    tx_id = await wallet.send(PIN, order)
    await scene.side.settle()
    assert await wallet.send(PIN, order) == tx_id
    assert 8 < (await wallet.balance("ETH")).amount < Decimal("8.5")


@pytest.mark.parametrize("key", ["ETH", "EURX", "iota_rebased_testnet"])
async def test_a_fee_above_the_limit_sends_nothing_and_the_id_stays_good(scene: Scene, key: str) -> None:
    wallet = await rich(scene, "ETH", *{key} - {"ETH"})
    order = payment(key, scene.side.stranger((await network(wallet, key)).kind))
    fee = await wallet.estimate_fee(key, order.recipient, order.amount)
    with pytest.raises(AppError) as caught:
        await wallet.send(PIN, order, fee.at_most / 2)
    assert refusal(caught) is ErrorCode.FEE_RISEN
    assert await wallet.pending_payments() == ()
    assert (await wallet.balance(key)).amount == 10
    tx_id = await wallet.send(PIN, order, fee.at_most * 2)
    await scene.side.settle()
    assert await wallet.send(PIN, order, fee.at_most / 2) == tx_id


async def test_a_cancelled_caller_does_not_stop_a_payment(scene: Scene) -> None:
    wallet = await rich(scene, "ETH")
    order = payment("ETH", scene.side.stranger(NetworkKind.EVM))
    scene.side.slow_down()
    sending = asyncio.create_task(wallet.send(PIN, order))
    await asyncio.sleep(0.02)
    sending.cancel()
    with pytest.raises(asyncio.CancelledError):
        await sending
    tx_id = await wallet.send(PIN, order)
    await scene.side.settle()
    assert (await wallet.transaction("ETH", tx_id)).status is TransactionStatus.CONFIRMED
    assert (await wallet.balance("ETH")).amount > 8


async def test_the_wrong_pin_sends_nothing(scene: Scene) -> None:
    wallet = await rich(scene, "ETH")
    with pytest.raises(AppError) as caught:
        await wallet.send(OTHER_PIN, payment("ETH", scene.side.stranger(NetworkKind.EVM)))
    assert refusal(caught) is ErrorCode.WRONG_PIN
    assert (await wallet.balance("ETH")).amount == 10
    assert await wallet.pending_payments() == ()


@pytest.mark.parametrize(
    ("key", "address", "reason"),
    [
        ("ETH", "", "empty"),
        ("ETH", "f39Fd6e51aad88F6F4ce6aB8827279cffFb92266", "prefix"),
        ("ETH", "0xf39F", "too_short"),
        ("ETH", "0x" + "a" * 41, "too_long"),
        ("ETH", "0x" + "g" * 40, "characters"),
        ("ETH", "0xf39fd6e51aad88F6F4ce6aB8827279cffFb92266", "checksum"),
        ("iota_rebased_testnet", "0x" + "a" * 40, "too_short"),
        ("iota_rebased_testnet", "0x" + "z" * 64, "characters"),
    ],
)
async def test_an_address_that_cannot_be(scene: Scene, key: str, address: str, reason: str) -> None:
    gateway = await scene.start(scene.side.new_device())
    wallet = await scene.wallet(gateway, scene.side.new_username())
    with pytest.raises(AppError) as caught:
        gateway.check_address(await network(wallet, key), address)
    assert (refusal(caught), caught.value.params["reason"]) == (ErrorCode.INVALID_ADDRESS, reason)
    for ask in (
        wallet.estimate_fee(key, address, Decimal(1)),
        wallet.send(PIN, payment(key, address)),
    ):
        with pytest.raises(AppError) as caught:
            await ask
        assert (refusal(caught), caught.value.params["reason"]) == (ErrorCode.INVALID_ADDRESS, reason)


@pytest.mark.parametrize(
    ("key", "amount", "reason"),
    [
        ("ETH", "0", "not_positive"),
        ("ETH", "-1", "not_positive"),
        ("ETH", "NaN", "not_a_number"),
        ("ETH", "Infinity", "not_a_number"),
        ("ETH", "1e40", "too_large"),
        ("EURX", "0.0000001", "too_precise"),
        ("iota_rebased_testnet", "0.0000000001", "too_precise"),
        ("iota_rebased_testnet", "18446744073.709551616", "too_large"),
    ],
)
async def test_an_amount_that_cannot_be(scene: Scene, key: str, amount: str, reason: str) -> None:
    wallet = await rich(scene)
    to = scene.side.stranger((await network(wallet, key)).kind)
    for ask in (
        wallet.estimate_fee(key, to, Decimal(amount)),
        wallet.send(PIN, payment(key, to, amount)),
    ):
        with pytest.raises(AppError) as caught:
            await ask
        assert (refusal(caught), caught.value.params["reason"]) == (ErrorCode.INVALID_AMOUNT, reason)


@pytest.mark.parametrize("key", sorted(KEYS))
async def test_too_little_money(scene: Scene, key: str) -> None:
    wallet = await rich(scene, *{key, "ETH"} if key == "EURX" else {key})
    net = await network(wallet, key)
    to = scene.side.stranger(net.kind)
    for amount in ("10.5", "10") if net.symbol == net.fee_symbol else ("10.5",):
        for ask in (
            wallet.estimate_fee(key, to, Decimal(amount)),
            wallet.send(PIN, payment(key, to, amount)),
        ):
            with pytest.raises(AppError) as caught:
                await ask
            assert refusal(caught) is ErrorCode.NOT_ENOUGH
            params = caught.value.params
            assert params["symbol"] == net.symbol
            assert params["have"] == 10
            whole = Decimal(amount)
            assert params["need"] == whole if params["lack"] is Lack.AMOUNT else params["need"] > whole
    assert (await wallet.balance(key)).amount == 10
    assert await wallet.pending_payments() == ()


async def test_a_token_needs_the_coin_for_the_fee(scene: Scene) -> None:
    wallet = await rich(scene, "EURX")
    to = scene.side.stranger(NetworkKind.ERC20)
    for ask in (
        wallet.estimate_fee("EURX", to, Decimal(1)),
        wallet.send(PIN, payment("EURX", to, "1")),
    ):
        with pytest.raises(AppError) as caught:
            await ask
        assert refusal(caught) is ErrorCode.NOT_ENOUGH
        params = caught.value.params
        assert (params["symbol"], params["have"], params["lack"]) == ("ETH", 0, Lack.FEE)
    assert (await wallet.balance("EURX")).amount == 10


@pytest.mark.parametrize("key", ["ETH", "iota_rebased_testnet"])
async def test_what_is_not_there_is_not_found(scene: Scene, key: str) -> None:
    wallet = await rich(scene)
    for tx_id in ("0x" + "1" * 64, "nonsense"):
        with pytest.raises(AppError) as caught:
            await wallet.transaction(key, tx_id)
        assert refusal(caught) is ErrorCode.NOT_FOUND
    with pytest.raises(AppError) as caught:
        await wallet.resolve_payment("never-made")
    assert refusal(caught) is ErrorCode.NOT_FOUND
