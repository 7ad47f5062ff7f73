"""Swaps: the service is asked, never an old copy; coins are sent once per withdrawal."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from etopay_sdk import (
    AuthError,
    BackendError,
    InsufficientFunds,
    NetworkError,
    NotFound,
    PaymentDetail,
    PaymentState,
    PinError,
    Sdk,
    StateError,
    UncertainOutcome,
    ValidationError,
)

from tests.sdk.conftest import OpenSdk, ReadySdk
from tests.sdk.fake_chain import RpcError
from tests.sdk.fake_exchange import ORDER
from tests.sdk.fake_services import EVM_ADDRESS, IOTA_ADDRESS, TOKEN, Services, Story

IBAN = "DE89370400440532013000"
OTHER_IBAN = "GB29NWBK60161331926819"


async def begun(ready: ReadySdk, story: Story, iban: str | None = IBAN, **options: Any) -> Sdk:
    sdk = await ready(**options)
    await sdk.start_kyc_verification_for_viviswap("a@b.c", terms_accepted=True)
    if iban is not None:
        await sdk.update_iban_for_viviswap(story.pin, iban)
    return sdk


class TestIban:
    async def test_set_change_and_get(self, ready: ReadySdk, story: Story, services: Services) -> None:
        sdk = await begun(ready, story, None)
        with pytest.raises(NotFound) as raised:
            await sdk.get_iban_for_viviswap()
        assert raised.value.details["what"] == "iban"
        first = await sdk.update_iban_for_viviswap(story.pin, "de89 3704 0044 0532 0130 00")
        assert (first.address, first.is_verified) == (IBAN, False)
        assert await sdk.get_iban_for_viviswap() == first
        second = await sdk.update_iban_for_viviswap(story.pin, OTHER_IBAN)
        assert [detail["address"] for detail in services.exchange.details["SEPA"]] == [OTHER_IBAN]
        assert await sdk.get_iban_for_viviswap() == second
        state = (await sdk.get_user()).viviswap_state
        assert state is not None
        assert state.current_iban == second

    async def test_the_same_one_again_changes_nothing(
        self, ready: ReadySdk, story: Story, services: Services
    ) -> None:
        sdk = await begun(ready, story)
        before = [dict(detail) for detail in services.exchange.details["SEPA"]]
        await sdk.update_iban_for_viviswap(story.pin, IBAN)
        assert services.exchange.details["SEPA"] == before

    async def test_a_change_made_elsewhere_is_seen(
        self, ready: ReadySdk, story: Story, services: Services
    ) -> None:
        sdk = await begun(ready, story)
        services.exchange.details["SEPA"] = [{"id": "x", "address": OTHER_IBAN, "is_verified": True}]
        found = await sdk.get_iban_for_viviswap()
        assert (found.address, found.is_verified) == (OTHER_IBAN, True)

    @pytest.mark.parametrize(
        "iban",
        ["", "DE", "DE89370400440532013001", "DE8937040044053201300é", "1289370400440532013000", "D" * 35],
    )
    async def test_wrong_numbers_are_refused(
        self, ready: ReadySdk, story: Story, services: Services, iban: str
    ) -> None:
        sdk = await begun(ready, story, None)
        with pytest.raises(ValidationError) as raised:
            await sdk.update_iban_for_viviswap(story.pin, iban)
        assert raised.value.code == "invalid_iban"
        assert services.exchange.details == {}

    async def test_a_failed_removal_of_the_old_one_can_be_repeated(
        self, ready: ReadySdk, story: Story, services: Services
    ) -> None:
        sdk = await begun(ready, story)
        services.exchange.fail_delete = True
        with pytest.raises(BackendError):
            await sdk.update_iban_for_viviswap(story.pin, OTHER_IBAN)
        services.exchange.fail_delete = False
        assert (await sdk.update_iban_for_viviswap(story.pin, OTHER_IBAN)).address == OTHER_IBAN

    async def test_without_an_account_at_the_exchange(self, ready: ReadySdk, story: Story) -> None:
        sdk = await ready()
        for call in (sdk.get_iban_for_viviswap(), sdk.update_iban_for_viviswap(story.pin, IBAN)):
            with pytest.raises(StateError) as raised:
                await call
            assert raised.value.code == "kyc_not_started"


@pytest.mark.parametrize(
    "call",
    [
        lambda sdk, pin: sdk.update_iban_for_viviswap(pin, IBAN),
        lambda sdk, pin: sdk.create_detail_for_viviswap(pin),
        lambda sdk, pin: sdk.create_deposit_with_viviswap(pin),
        lambda sdk, pin: sdk.create_withdrawal_with_viviswap("1", pin),
    ],
)
async def test_the_pin_is_checked_first(ready: ReadySdk, story: Story, services: Services, call: Any) -> None:
    sdk = await begun(ready, story)
    services.requests.clear()
    with pytest.raises(PinError) as raised:
        await call(sdk, "000000")
    assert raised.value.attempts_left == 9
    assert services.requests == []


class TestDeposit:
    @pytest.mark.parametrize(
        ("network", "key", "address"), [("ETH", "ETH", EVM_ADDRESS), ("iota_other", "IOTA", IOTA_ADDRESS)]
    )
    async def test_deposit(
        self, ready: ReadySdk, story: Story, services: Services, network: str, key: str, address: str
    ) -> None:
        sdk = await begun(ready, story)
        deposit = await sdk.create_deposit_with_viviswap(story.pin, network=network)
        assert (deposit.contract_id, deposit.deposit_address) == ("contract-1", address)
        assert (deposit.details.reference, deposit.details.iban) == ("reference 1", "LI21088100002324013AA")
        (contract,) = services.exchange.contracts
        assert contract["outgoing_payment_method_id"] == f"method-{key.lower()}"
        assert [detail["address"] for detail in services.exchange.details[key]] == [address]
        await sdk.create_deposit_with_viviswap(story.pin, network=network)
        assert len(services.exchange.details[key]) == 1

    async def test_detail(self, ready: ReadySdk, story: Story, services: Services) -> None:
        sdk = await begun(ready, story, None)
        found = await sdk.create_detail_for_viviswap(story.pin)
        assert (found.address, found.is_verified) == (EVM_ADDRESS, False)
        assert services.addresses["ETH"] == EVM_ADDRESS

    async def test_without_a_bank_account(self, ready: ReadySdk, story: Story) -> None:
        sdk = await begun(ready, story, None)
        with pytest.raises(NotFound):
            await sdk.create_deposit_with_viviswap(story.pin)

    async def test_a_token_cannot_be_swapped(self, ready: ReadySdk, story: Story) -> None:
        sdk = await begun(ready, story)
        for call in (
            sdk.create_deposit_with_viviswap(story.pin, network="token"),
            sdk.create_detail_for_viviswap(story.pin, network="token"),
            sdk.create_withdrawal_with_viviswap("1", story.pin, network="token"),
        ):
            with pytest.raises(ValidationError) as raised:
                await call
            assert raised.value.code == "invalid_network"

    async def test_the_chosen_address_is_used(self, ready: ReadySdk, story: Story) -> None:
        sdk = await begun(ready, story)
        await sdk.set_wallet_derivation_options(0, 1)
        deposit = await sdk.create_deposit_with_viviswap(story.pin)
        assert deposit.deposit_address == "0x70997970C51812dc3A010C7d01b50e0d17dc79C8"


class TestWithdrawal:
    async def test_coins_are_sent_and_the_hash_is_known(
        self, ready: ReadySdk, story: Story, services: Services
    ) -> None:
        sdk = await begun(ready, story)
        made = await sdk.create_withdrawal_with_viviswap(Decimal("1.5"), story.pin, payment_id="w1")
        assert (made.contract_id, made.deposit_address) == ("contract-1", IBAN)
        assert made.details.crypto_address == services.exchange.deposit_address
        (paid,) = services.evm.sent
        assert (made.transaction_hash, int(paid["value"], 16)) == (paid["hash"], 15 * 10**17)
        assert (await sdk.resolve_payment("w1")).state is PaymentState.CONFIRMED
        assert services.exchange.contracts[0]["amount"] == "1.5"

    async def test_iota(self, ready: ReadySdk, story: Story, services: Services) -> None:
        sdk = await begun(ready, story)
        services.exchange.deposit_address = "0x" + "ee" * 32
        made = await sdk.create_withdrawal_with_viviswap("1.5", story.pin, network="iota_other")
        assert [block["digest"] for block in services.iota.sent] == [made.transaction_hash]

    async def test_the_same_id_makes_one_contract_and_one_payment(
        self, ready: ReadySdk, open_sdk: OpenSdk, story: Story, services: Services
    ) -> None:
        sdk = await begun(ready, story)
        first = await sdk.create_withdrawal_with_viviswap("1", story.pin, payment_id="w1")
        assert await sdk.create_withdrawal_with_viviswap("1", story.pin, payment_id="w1") == first
        await sdk.close()
        again = open_sdk()
        await again.init_user("alice")
        await again.unlock(story.pin)
        assert await again.create_withdrawal_with_viviswap("1", story.pin, payment_id="w1") == first
        assert (len(services.exchange.contracts), len(services.evm.sent)) == (1, 1)
        for amount, network in (("2", "ETH"), ("1", "iota_other")):
            with pytest.raises(ValidationError) as raised:
                await again.create_withdrawal_with_viviswap(
                    amount, story.pin, payment_id="w1", network=network
                )
            assert raised.value.code == "payment_id_reused"

    async def test_two_at_once_with_one_id(self, ready: ReadySdk, story: Story, services: Services) -> None:
        sdk = await begun(ready, story)
        calls = [sdk.create_withdrawal_with_viviswap("1", story.pin, payment_id="w1") for _ in range(4)]
        made = await asyncio.gather(*calls)
        assert len({one.transaction_hash for one in made}) == 1
        assert (len(services.exchange.contracts), len(services.evm.sent)) == (1, 1)

    async def test_a_payment_that_was_refused_is_tried_again_with_the_same_contract(
        self, ready: ReadySdk, story: Story, services: Services, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        sdk = await begun(ready, story)
        accept = services.evm.take

        def refuse(_: str) -> str:
            raise RpcError(-32000, "no")

        monkeypatch.setattr(services.evm, "take", refuse)
        with pytest.raises(NetworkError):
            await sdk.create_withdrawal_with_viviswap("1", story.pin, payment_id="w1")
        monkeypatch.setattr(services.evm, "take", accept)
        await sdk.create_withdrawal_with_viviswap("1", story.pin, payment_id="w1")
        assert (len(services.exchange.contracts), len(services.evm.sent)) == (1, 1)

    async def test_a_lost_answer_never_pays_twice(
        self, ready: ReadySdk, story: Story, services: Services
    ) -> None:
        sdk = await begun(ready, story)
        services.fail("eth_sendRawTransaction", "drop_after", times=1)
        services.fail("eth_getTransactionByHash", "drop", times=1)
        with pytest.raises(UncertainOutcome):
            await sdk.create_withdrawal_with_viviswap("1", story.pin, payment_id="w1")
        made = await sdk.create_withdrawal_with_viviswap("1", story.pin, payment_id="w1")
        assert [paid["hash"] for paid in services.evm.sent] == [made.transaction_hash]
        assert len(services.exchange.contracts) == 1

    async def test_too_little_money_makes_no_contract(
        self, ready: ReadySdk, story: Story, services: Services
    ) -> None:
        sdk = await begun(ready, story)
        with pytest.raises(InsufficientFunds):
            await sdk.create_withdrawal_with_viviswap("1000", story.pin)
        assert services.exchange.contracts == []

    async def test_without_a_pin_nothing_is_sent(
        self, ready: ReadySdk, story: Story, services: Services
    ) -> None:
        sdk = await begun(ready, story)
        made = await sdk.create_withdrawal_with_viviswap("1")
        assert (made.contract_id, made.transaction_hash) == ("contract-1", None)
        assert services.evm.sent == []
        await sdk.lock()
        with pytest.raises(StateError):
            await sdk.create_withdrawal_with_viviswap("1")

    @pytest.mark.parametrize("amount", ["0", "0.0000000000000000001", "-1", "1e3"])
    async def test_amounts_are_checked(
        self, ready: ReadySdk, story: Story, services: Services, amount: str
    ) -> None:
        sdk = await begun(ready, story)
        with pytest.raises(ValidationError):
            await sdk.create_withdrawal_with_viviswap(amount, story.pin)
        assert services.exchange.contracts == []

    @pytest.mark.parametrize(
        "contract",
        [None, {"details": None}, {"details": {"Sofort": {"transaction_id": "x", "payment_url": "y"}}}],
    )
    async def test_a_contract_without_a_place_to_pay_to(
        self,
        ready: ReadySdk,
        story: Story,
        services: Services,
        contract: dict[str, Any] | None,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        sdk = await begun(ready, story)
        make = services.exchange._contract
        monkeypatch.setattr(
            services.exchange, "_contract", lambda body: None if contract is None else make(body) | contract
        )
        with pytest.raises(BackendError):
            await sdk.create_withdrawal_with_viviswap("1", story.pin)
        with pytest.raises(BackendError):
            await sdk.create_deposit_with_viviswap(story.pin)
        assert services.evm.sent == []


class TestOrders:
    async def test_list_and_details(self, ready: ReadySdk, services: Services) -> None:
        sdk = await ready()
        (listed,) = (await sdk.get_swap_list(0, 10)).orders
        assert await sdk.get_swap_details("order-1") == listed
        # The crate would have cut these to about seven digits.
        assert listed.incoming_amount == Decimal("25.123456789")
        assert listed.outgoing_amount == Decimal("0.01234567890123")
        assert (listed.crypto_fees, listed.refund_amount) == (Decimal(0), None)
        assert listed.creation_date == datetime(2025, 7, 1, 12, tzinfo=UTC)
        assert listed.incoming_payment_detail == PaymentDetail("detail-1", IBAN, None)
        assert (listed.is_payed_out, listed.status, listed.refund_payment_detail) == (True, 4, None)

    async def test_an_unknown_one_is_not_found(self, ready: ReadySdk) -> None:
        sdk = await ready()
        with pytest.raises(NotFound) as raised:
            await sdk.get_swap_details("a & b/../?")
        assert raised.value.details == {"what": "order", "name": "a & b/../?"}

    @pytest.mark.parametrize(
        ("kind", "error"), [("401", AuthError), ("500", BackendError), ("drop", NetworkError)]
    )
    async def test_other_failures_are_told_apart(
        self, ready: ReadySdk, services: Services, kind: str, error: type[Exception]
    ) -> None:
        sdk = await ready()
        services.fail("/viviswap/orders", kind)
        for call in (sdk.get_swap_details("order-1"), sdk.get_swap_list(0, 10)):
            with pytest.raises(error) as raised:
                await call
            assert not isinstance(raised.value, NotFound)

    @pytest.mark.parametrize(
        "change",
        [{"status": "x"}, {"id": 3}, {"incoming_amount": "1"}, {"outgoing_payment_detail": {"id": "x"}}],
    )
    async def test_an_order_that_is_none(
        self, ready: ReadySdk, services: Services, change: dict[str, Any]
    ) -> None:
        sdk = await ready()
        services.exchange.orders = [ORDER | change]
        with pytest.raises(BackendError):
            await sdk.get_swap_list(0, 10)

    async def test_a_date_that_is_none(self, ready: ReadySdk, services: Services) -> None:
        sdk = await ready()
        services.exchange.orders = [ORDER | {"creation_date": "yesterday", "new member": [1]}]
        (listed,) = (await sdk.get_swap_list(0, 10)).orders
        assert listed.creation_date is None

    async def test_state_that_is_missing(self, open_sdk: OpenSdk, ready: ReadySdk) -> None:
        sdk = open_sdk()
        await sdk.refresh_access_token(TOKEN)
        for call in (sdk.get_swap_list(0, 10), sdk.get_swap_details("order-1")):
            with pytest.raises(StateError) as raised:
                await call
            assert raised.value.code == "no_user"
