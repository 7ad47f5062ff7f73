"""The wallet's history on every kind of network."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal, localcontext
from pathlib import Path
from typing import Any

import pytest
from etopay_sdk import NotFound, PaymentState, PurchaseModel, Sdk, WalletTxStatus

from tests.sdk.conftest import OpenSdk, ReadySdk
from tests.sdk.fake_chain import COIN, CONTRACT
from tests.sdk.fake_services import EVM_ADDRESS, IOTA_ADDRESS, OTHER_EVM, Services, Story
from tests.sdk.opened_vault import change as change_vault
from tests.sdk.test_vault_files import vault_of

SENDER = "ab" * 20


async def test_evm_shows_both_directions(ready: ReadySdk, story: Story, services: Services) -> None:
    sdk = await ready()
    received = services.evm.receive(5 * 10**17)
    sent = await sdk.send_amount(story.pin, OTHER_EVM, "1")
    listed = await sdk.get_wallet_tx_list(story.pin, 0, 10)
    assert {tx.transaction_hash for tx in listed} == {received, sent}
    incoming = next(tx for tx in listed if tx.transaction_hash == received)
    assert (incoming.amount, incoming.is_sender, incoming.status) == (
        Decimal("0.5"),
        False,
        WalletTxStatus.CONFIRMED,
    )
    assert incoming.receiver == EVM_ADDRESS
    outgoing = next(tx for tx in listed if tx.transaction_hash == sent)
    assert outgoing.gas_fee == Decimal("0.000042")
    assert outgoing.block_number_hash is not None
    assert listed == await sdk.get_wallet_tx_list(story.pin, 0, 10)


async def test_evm_search_is_bounded_and_goes_on(ready: ReadySdk, story: Story, services: Services) -> None:
    sdk = await ready()
    first = services.evm.receive(1)
    for _ in range(900):
        services.evm.add_block([])
    for _ in range(3):
        services.requests.clear()
        listed = await sdk.get_wallet_tx_list(story.pin, 0, 10)
        assert services.requests.count("eth_getBlockByNumber") <= 400
    assert [tx.transaction_hash for tx in listed] == [first]
    services.requests.clear()
    await sdk.get_wallet_tx_list(story.pin, 0, 10)
    assert services.requests.count("eth_getBlockByNumber") == 0


@pytest.mark.parametrize("logs", [True, False])
async def test_token(ready: ReadySdk, story: Story, services: Services, logs: bool) -> None:
    sdk = await ready()
    services.evm.serves_logs = logs
    data = "0xa9059cbb" + EVM_ADDRESS[2:].lower().rjust(64, "0") + f"{3 * 10**18:064x}"
    services.evm.add_block([services.evm._tx("0x" + "cd" * 32, 0, "0x" + SENDER, CONTRACT, 0, data)])
    sent = await sdk.send_amount(story.pin, OTHER_EVM, "1.25", network="token")
    listed = await sdk.get_wallet_tx_list(story.pin, 0, 10, network="token")
    assert {(tx.transaction_hash, tx.amount, tx.is_sender, tx.network_key) for tx in listed} == {
        ("0x" + "cd" * 32, Decimal(3), False, "token"),
        (sent, Decimal("1.25"), True, "token"),
    }


async def test_iota_on_any_key(ready: ReadySdk, story: Story, services: Services) -> None:
    sdk = await ready()
    received = [services.iota.receive(10**9 + number) for number in range(60)]
    sent = await sdk.send_amount(story.pin, "0x" + "ee" * 32, "1", network="iota_other")
    everything = await sdk.get_wallet_tx_list(story.pin, 0, 100, network="iota_other")
    assert [tx.transaction_hash for tx in everything] == [sent, *reversed(received)]
    assert everything[0].gas_fee == Decimal("0.002")
    page = await sdk.get_wallet_tx_list(story.pin, 5, 3, network="iota_other")
    assert page == everything[5:8]
    assert {tx.network_key for tx in everything} == {"iota_other"}


async def test_offline_the_known_history_is_shown(
    ready: ReadySdk, open_sdk: OpenSdk, story: Story, services: Services
) -> None:
    sdk = await ready()
    sent = await sdk.send_amount(story.pin, OTHER_EVM, "1")
    await sdk.get_wallet_tx_list(story.pin, 0, 10)
    await sdk.close()
    services.fail("eth_blockNumber", "drop")
    again = open_sdk()
    await again.init_user("alice")
    await again.unlock(story.pin)
    assert [tx.transaction_hash for tx in await again.get_wallet_tx_list(story.pin, 0, 10)] == [sent]


async def test_details(ready: ReadySdk, story: Story, services: Services) -> None:
    sdk = await ready()
    received = services.iota.receive(10**9)
    found = await sdk.get_wallet_tx(story.pin, received, network="iota_other")
    assert (found.amount, found.is_sender, found.network_key) == (Decimal(1), False, "iota_other")
    for network, unknown in [("ETH", "0x" + "00" * 32), ("iota_other", "1" * 32), ("iota_other", "?")]:
        with pytest.raises(NotFound):
            await sdk.get_wallet_tx(story.pin, unknown, network=network)


async def test_balance(ready: ReadySdk, story: Story, services: Services) -> None:
    sdk = await ready()
    assert await sdk.get_balance(story.pin) == 100
    assert await sdk.get_balance(story.pin, network="iota_other") == 10
    services.iota.balance = 1
    assert await sdk.get_balance(story.pin, network="iota_other") == Decimal("0.000000001")


@pytest.mark.parametrize("network", ["ETH", "token"])
async def test_a_balance_may_be_of_any_size(
    ready: ReadySdk, story: Story, services: Services, network: str
) -> None:
    sdk = await ready()
    for base in (2**96 - 1, 2**96, 2**256 - 1, 10**18, 10**17, 1, 0):
        services.evm.balance = base
        with localcontext(prec=100):
            assert await sdk.get_balance(story.pin, network=network) == Decimal(base).scaleb(-18)


def change(owner: str, amount: int, coin: str = COIN) -> dict[str, Any]:
    return {"owner": {"AddressOwner": owner}, "coinType": coin, "amount": str(amount)}


OWN, ELSE, THIRD = IOTA_ADDRESS, "0x" + "ab" * 32, "0x" + "cd" * 32
LONG = "0x" + "0" * 63 + "2::iota::IOTA"


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        # A token that was moved along, and the coin in its long spelling.
        (
            [change(THIRD, 7, "0x9::x::X"), change(OWN, -5_000_000, LONG), change(ELSE, 3_000_000, LONG)],
            (OWN, ELSE, "0.003", True),
        ),
        # Several get something: what matters is what came to this wallet.
        ([change(ELSE, -9), change(THIRD, 2), change(OWN, 5)], (ELSE, OWN, "0.000000005", False)),
        # To oneself.
        ([change(OWN, -2_000_000)], (OWN, OWN, "0", True)),
        # Somebody else pays for the execution.
        ([change(THIRD, -1), change(OWN, -5), change(ELSE, 5)], (OWN, ELSE, "0.000000005", True)),
        ([], ("", "", "0", False)),
    ],
)
async def test_iota_shows_its_own_coin_as_this_wallet_sees_it(
    ready: ReadySdk,
    story: Story,
    services: Services,
    changes: list[dict[str, Any]],
    expected: tuple[str, str, str, bool],
) -> None:
    sdk = await ready()
    digest = services.iota.receive(1)
    services.iota.blocks[-1]["balanceChanges"] = changes
    found = await sdk.get_wallet_tx(story.pin, digest, network="iota_other")
    assert (found.sender, found.receiver, found.amount, found.is_sender) == (
        *expected[:2],
        Decimal(expected[2]),
        expected[3],
    )
    assert found.block_number_hash is not None
    assert found.block_number_hash[0] == 1


async def test_a_failed_transfer_shows_what_was_meant(
    ready: ReadySdk, story: Story, services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    sdk = await ready()
    make = services.iota._block

    def failing(sender: str, changes: list[tuple[str, int]], *rest: Any) -> str:
        made = make(sender, [(sender, -services.iota.fee)], *rest)
        services.iota.blocks[-1]["effects"]["status"] = {"status": "failure", "error": "x"}
        return made

    monkeypatch.setattr(services.iota, "_block", failing)
    target = "0x" + "ee" * 32
    tx_id = await sdk.send_amount(story.pin, target, "1.5", network="iota_other", payment_id="p1")
    assert (await sdk.resolve_payment("p1")).state is PaymentState.FAILED
    (found,) = await sdk.get_wallet_tx_list(story.pin, 0, 10, network="iota_other")
    assert (found.transaction_hash, found.status) == (tx_id, "Conflicting")
    assert (found.amount, found.receiver, found.gas_fee) == (Decimal("1.5"), target, Decimal("0.002"))


async def test_what_is_in_no_block_yet_has_the_time_it_was_sent(
    ready: ReadySdk, story: Story, services: Services
) -> None:
    sdk = await ready(send=3)
    services.evm.mine = False
    tx_id = await sdk.send_amount(story.pin, OTHER_EVM, "1")
    for found in (await sdk.get_wallet_tx(story.pin, tx_id), *await sdk.get_wallet_tx_list(story.pin, 0, 1)):
        assert abs((datetime.now(UTC) - found.date).total_seconds()) < 60
        assert (found.status, found.gas_fee, found.block_number_hash) == ("Pending", None, None)


@pytest.mark.parametrize("stamp", [0, 2**40, 2**64 - 1, 2**127])
async def test_any_time_a_node_says_can_be_shown(
    ready: ReadySdk, story: Story, services: Services, stamp: int
) -> None:
    sdk = await ready()
    received = services.evm.receive(10**18)
    services.evm.blocks[-1]["timestamp"] = hex(stamp)
    (found,) = await sdk.get_wallet_tx_list(story.pin, 0, 10)
    assert (found.transaction_hash, found.date.tzinfo) == (received, UTC)


async def test_the_list_of_purchases_is_exact(ready: ReadySdk, services: Services) -> None:
    sdk = await ready()
    await sdk.create_purchase_request("bob", "0.123456789012345678", "h", "{}", PurchaseModel.CPIC)
    (listed,) = await sdk.get_tx_list(0, 10)
    assert (listed.amount, listed.course) == (Decimal("0.123456789012345678"), Decimal("0.06015"))


@pytest.mark.parametrize("value", ["f" * 64, "7" + "f" * 31, "0" * 32 + "7" + "f" * 31])
@pytest.mark.parametrize("logs", [True, False])
async def test_a_nonsensical_transfer_does_not_hide_the_rest(
    ready: ReadySdk, story: Story, services: Services, value: str, logs: bool
) -> None:
    sdk = await ready()
    services.evm.serves_logs = logs
    await sdk.send_amount(story.pin, OTHER_EVM, "1", network="token")
    data = "0xa9059cbb" + services.evm.account[2:].lower().rjust(64, "0") + value.rjust(64, "0")
    evil = services.evm._tx("0x" + "66" * 32, 0, "0x" + "ab" * 20, CONTRACT, 0, data)
    services.evm.add_block([evil])
    (found,) = await sdk.get_wallet_tx_list(story.pin, 0, 10, network="token")
    assert found.amount == 1


NODE = (
    "eth_blockNumber",
    "eth_getTransactionByHash",
    "iota_getTransactionBlock",
    "iotax_queryTransactionBlocks",
)


@pytest.mark.parametrize(("network", "target"), [("ETH", OTHER_EVM), ("iota_other", "0x" + "ee" * 32)])
async def test_what_was_seen_in_a_block_is_known_without_a_connection(
    ready: ReadySdk, open_sdk: OpenSdk, story: Story, services: Services, network: str, target: str
) -> None:
    sdk = await ready()
    sent = await sdk.send_amount(story.pin, target, "1", network=network, payment_id="p1")
    assert (await sdk.resolve_payment("p1")).state is PaymentState.CONFIRMED
    await sdk.close()
    sdk = open_sdk()
    await sdk.init_user("alice")
    await sdk.unlock(story.pin)
    for method in NODE:
        services.fail(method, "drop")
    (known,) = await sdk.get_wallet_tx_list(story.pin, 0, 10, network=network)
    assert (known.transaction_hash, known.status) == (sent, WalletTxStatus.CONFIRMED)
    services.faults.clear()
    (whole,) = await sdk.get_wallet_tx_list(story.pin, 0, 10, network=network)
    assert (whole.gas_fee is not None, whole.block_number_hash is not None) == (True, True)


@pytest.mark.parametrize("outcome", ["mined", "displaced"])
async def test_what_became_of_a_payment_later_is_in_the_history(
    ready: ReadySdk, story: Story, services: Services, outcome: str
) -> None:
    sdk = await ready(send=1)
    evm = services.evm
    evm.mine = False
    await sdk.send_amount(story.pin, OTHER_EVM, "1", payment_id="p1")
    assert [tx.status for tx in await sdk.get_wallet_tx_list(story.pin, 0, 9)] == ["Pending"]
    if outcome == "mined":
        evm.mine_waiting()
    else:
        evm.waiting.clear()
        evm.add_block([evm._tx("0x" + "77" * 32, 0, evm.account.lower(), "0x" + "cd" * 20, 5, "0x")])
    state = (await sdk.resolve_payment("p1")).state
    assert state is (PaymentState.CONFIRMED if outcome == "mined" else PaymentState.NOT_SENT)
    for method in NODE:
        services.fail(method, "drop")
    (known,) = await sdk.get_wallet_tx_list(story.pin, 0, 9)
    assert known.status == ("Confirmed" if outcome == "mined" else "Conflicting")


async def displaced(ready: ReadySdk, story: Story, services: Services) -> Sdk:
    """A payment that waited, and whose nonce something else has used for good."""
    sdk = await ready(send=1)
    evm = services.evm
    evm.mine = False
    await sdk.send_amount(story.pin, OTHER_EVM, "1", payment_id="p1")
    evm.waiting.clear()
    evm.add_block([evm._tx("0x" + "77" * 32, 0, evm.account.lower(), "0x" + "cd" * 20, 5, "0x")])
    assert (await sdk.resolve_payment("p1")).state is PaymentState.NOT_SENT
    return sdk


async def lookups(sdk: Sdk, story: Story, services: Services) -> int:
    """How often a call asks the node for a transaction by its hash."""
    await sdk.get_wallet_tx_list(story.pin, 0, 9)
    before = services.requests.count("eth_getTransactionByHash")
    listed = await sdk.get_wallet_tx_list(story.pin, 0, 9)
    assert [tx.status for tx in listed if tx.receiver == OTHER_EVM] == ["Conflicting"]
    return services.requests.count("eth_getTransactionByHash") - before


async def test_a_dead_payment_is_not_asked_for_again(
    ready: ReadySdk, story: Story, services: Services
) -> None:
    assert await lookups(await displaced(ready, story, services), story, services) == 0


async def test_nor_is_one_that_an_earlier_version_kept_asking_for(
    ready: ReadySdk, open_sdk: OpenSdk, story: Story, services: Services, folder: Path
) -> None:
    await (await displaced(ready, story, services)).close()

    def as_before(held: dict[str, Any]) -> None:
        for records in held["history"].values():
            for record in records:
                record.pop("dead")

    change_vault(vault_of(folder), story.pin, as_before)
    sdk = open_sdk()
    await sdk.init_user("alice")
    await sdk.unlock(story.pin)
    assert await lookups(sdk, story, services) == 0


async def test_many_payments_without_a_block_are_asked_for_bit_by_bit(
    ready: ReadySdk, story: Story, services: Services
) -> None:
    sdk = await ready(read=1.5)
    for number in range(18):
        await sdk.send_amount(story.pin, OTHER_EVM, "0.1", payment_id=f"p{number}")
    # So slow that no call gets through all of them.
    services.delays["eth_getTransactionByHash"] = 0.7
    for _ in range(2):
        await sdk.get_wallet_tx_list(story.pin, 0, 30)
    services.delays.clear()
    services.fail("eth_getTransactionByHash", "drop")
    services.fail("eth_blockNumber", "drop")
    listed = await sdk.get_wallet_tx_list(story.pin, 0, 30)
    assert sum(tx.block_number_hash is not None for tx in listed) >= 16
