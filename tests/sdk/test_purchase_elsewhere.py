"""A purchase may be paid from another address once the first attempt is proven dead, and not before."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from etopay_sdk import EtopayError, NetworkError, PaymentState, Sdk, ValidationError

from tests.sdk.conftest import OpenSdk, ReadySdk
from tests.sdk.fake_chain import RpcError
from tests.sdk.fake_services import OTHER_EVM, Services, Story
from tests.sdk.opened_vault import change
from tests.sdk.test_payment_truth import TARGET, sent, stranger
from tests.sdk.test_purchase_retry import NETWORKS, Refusing, ask, refused
from tests.sdk.test_swaps import begun
from tests.sdk.test_vault_files import vault_of


async def move(sdk: Sdk, story: Story, way: str) -> None:
    """Pay from another address from here on."""
    if way == "index":
        await sdk.set_wallet_derivation_options(0, 1)
    else:
        await sdk.create_wallet_from_new_mnemonic(story.pin, replace=True)


async def reused(call: Any) -> None:
    """It is refused because of its id."""
    with pytest.raises(ValidationError) as raised:
        await call
    assert raised.value.code == "payment_id_reused"


@pytest.mark.parametrize("network", NETWORKS)
@pytest.mark.parametrize("way", ["index", "wallet"])
async def test_it_is_paid_from_there_when_the_first_is_dead(
    ready: ReadySdk, story: Story, services: Services, network: str, way: str
) -> None:
    sdk = await ready()
    purchase, node = await refused(sdk, story, services, network)
    node.on = False
    # What the first attempt spends is spent.
    await sdk.send_amount(story.pin, TARGET[network], "1", network=network)
    await move(sdk, story, way)
    for _ in range(2):
        await sdk.confirm_purchase_request(story.pin, purchase)
    assert [index for index, _ in services.committed] == [purchase]
    assert len(sent(services, network)) == 2
    assert (await sdk.resolve_payment(f"purchase:{purchase}")).state is PaymentState.CONFIRMED
    with pytest.raises(RpcError):
        node.accept(node.kept[0])


@pytest.mark.parametrize("network", NETWORKS)
@pytest.mark.parametrize("way", ["index", "wallet"])
async def test_it_is_refused_as_long_as_the_first_may_come(
    ready: ReadySdk, story: Story, services: Services, network: str, way: str
) -> None:
    sdk = await ready()
    purchase, node = await refused(sdk, story, services, network)
    node.on = False
    await move(sdk, story, way)
    await reused(sdk.confirm_purchase_request(story.pin, purchase))
    assert len(node.kept) == 1
    # It comes: the purchase is paid, and reported.
    node.accept(node.kept[0])
    await sdk.confirm_purchase_request(story.pin, purchase)
    assert (len(sent(services, network)), len(node.kept)) == (1, 1)
    assert [index for index, _ in services.committed] == [purchase]


async def test_a_rival_that_is_not_final_proves_nothing(
    ready: ReadySdk, story: Story, services: Services
) -> None:
    sdk = await ready()
    services.evm.finality = None
    purchase, node = await refused(sdk, story, services, "ETH")
    node.on = False
    stranger(services)
    await sdk.set_wallet_derivation_options(0, 1)
    await reused(sdk.confirm_purchase_request(story.pin, purchase))
    assert len(node.kept) == 1
    for _ in range(12):
        services.evm.add_block([])
    await sdk.confirm_purchase_request(story.pin, purchase)
    assert len(node.kept) == 2


async def test_what_the_purchase_costs_by_then_is_paid(
    ready: ReadySdk, story: Story, services: Services
) -> None:
    sdk = await ready()
    purchase, node = await refused(sdk, story, services, "ETH")
    node.on = False
    stranger(services)
    services.purchases[purchase]["amount"] = "0.2"
    await sdk.confirm_purchase_request(story.pin, purchase)
    assert services.evm.sent[1]["value"] == hex(2 * 10**17)


async def test_an_ordinary_payment_stays_with_its_address(
    ready: ReadySdk, story: Story, services: Services
) -> None:
    sdk = await ready()
    node = Refusing(services, "ETH")
    with pytest.raises(NetworkError):
        await sdk.send_amount(story.pin, OTHER_EVM, "1", payment_id="p1")
    node.on = False
    stranger(services)
    await sdk.set_wallet_derivation_options(0, 1)
    await reused(sdk.send_amount(story.pin, OTHER_EVM, "1", payment_id="p1"))
    assert len(node.kept) == 1


async def test_a_withdrawal_is_paid_from_there_and_its_id_is_for_nothing_else(
    ready: ReadySdk, story: Story, services: Services
) -> None:
    sdk = await begun(ready, story)
    node = Refusing(services, "ETH")
    with pytest.raises(NetworkError):
        await sdk.create_withdrawal_with_viviswap("1", story.pin, payment_id="w1", network="ETH")
    node.on = False
    stranger(services)
    await sdk.set_wallet_derivation_options(0, 1)
    await reused(sdk.send_amount(story.pin, OTHER_EVM, "7", payment_id="w1", network="ETH"))
    made = await sdk.create_withdrawal_with_viviswap("1", story.pin, payment_id="w1", network="ETH")
    assert made.transaction_hash == services.evm.sent[1]["hash"]
    assert (len(services.exchange.contracts), len(services.evm.sent)) == (1, 2)


async def test_no_other_payment_may_have_the_id_of_a_purchase(
    ready: ReadySdk, open_sdk: OpenSdk, story: Story, services: Services, folder: Path
) -> None:
    sdk = await ready()
    purchase = await ask(sdk, "ETH")
    with pytest.raises(EtopayError) as raised:
        await sdk.send_amount(story.pin, OTHER_EVM, "1", payment_id=f"purchase:{purchase}")
    assert (raised.value.code, raised.value.details["field"]) == ("invalid_argument", "payment_id")
    await sdk.send_amount(story.pin, OTHER_EVM, "1", payment_id="p1")
    await sdk.close()

    def as_before(held: dict[str, Any]) -> None:
        """An earlier version took any id."""
        payment = held["payments"].pop("p1")
        held["payments"][f"purchase:{purchase}"] = payment | {"id": f"purchase:{purchase}"}

    change(vault_of(folder), story.pin, as_before)
    again = open_sdk()
    await again.init_user("alice")
    await again.unlock(story.pin)
    await again.refresh_access_token("good-token-0123456789")
    await reused(again.confirm_purchase_request(story.pin, purchase))
    assert (len(services.evm.sent), services.committed) == (1, [])
