"""What holds for every call there is: it ends, in time, with a typed error, and without a secret in it."""

from __future__ import annotations

import asyncio
import inspect
import json
import random
import re
import time
import traceback
from collections.abc import Awaitable, Callable
from datetime import date
from typing import Any

import pytest
from etopay_sdk import (
    EtopayError,
    IdentityOfficialDocumentData,
    IdentityPersonalDocumentData,
    InternalError,
    OfficialDocumentType,
    Sdk,
    StateError,
)

from tests.sdk.conftest import ReadySdk
from tests.sdk.fake_services import OTHER_EVM, TOKEN, Services, Story

IBAN = "DE89370400440532013000"
BACKUP_PASSWORD = "a rather good backup password"
PASSPORT = IdentityOfficialDocumentData(OfficialDocumentType.PASSPORT, date(2030, 1, 1), "1", b"front")
RESIDENCE = {
    "country_code": "DE",
    "region": "BW",
    "zip_code": "70000",
    "city": "Stuttgart",
    "address_line_1": "Weg 1",
    "address_line_2": "",
    "is_public_entry": False,
    "has_no_official_document": True,
}
Call = Callable[[Sdk, Story], Awaitable[Any]]
CALLS: dict[str, Call] = {
    "refresh_access_token": lambda sdk, _: sdk.refresh_access_token(TOKEN),
    "create_new_user": lambda sdk, _: sdk.create_new_user("bob"),
    "init_user": lambda sdk, _: sdk.init_user("alice"),
    "get_user": lambda sdk, _: sdk.get_user(),
    "is_kyc_status_verified": lambda sdk, _: sdk.is_kyc_status_verified("alice"),
    "delete_user": lambda sdk, story: sdk.delete_user(story.pin),
    "forget_user": lambda sdk, _: sdk.forget_user("alice"),
    "unlock": lambda sdk, story: sdk.unlock(story.pin),
    "lock": lambda sdk, _: sdk.lock(),
    "verify_pin": lambda sdk, story: sdk.verify_pin(story.pin),
    "change_pin": lambda sdk, story: sdk.change_pin(story.pin, "222222"),
    "set_wallet_password": lambda sdk, story: sdk.set_wallet_password(story.pin, BACKUP_PASSWORD),
    "is_wallet_password_set": lambda sdk, _: sdk.is_wallet_password_set(),
    "get_app_data": lambda sdk, _: sdk.get_app_data("x"),
    "set_app_data": lambda sdk, _: sdk.set_app_data("x", b"y"),
    "get_networks": lambda sdk, _: sdk.get_networks(),
    "set_networks": lambda sdk, _: sdk.set_networks([]),
    "set_network": lambda sdk, _: sdk.set_network("ETH"),
    "set_preferred_network": lambda sdk, _: sdk.set_preferred_network("ETH"),
    "get_preferred_network": lambda sdk, _: sdk.get_preferred_network(),
    "get_exchange_rate": lambda sdk, _: sdk.get_exchange_rate(),
    "create_wallet_from_new_mnemonic": lambda sdk, story: sdk.create_wallet_from_new_mnemonic(
        story.pin, replace=True
    ),
    "create_wallet_from_existing_mnemonic": lambda sdk, story: sdk.create_wallet_from_existing_mnemonic(
        story.pin, story.phrase
    ),
    "create_wallet_from_backup": lambda sdk, story: sdk.create_wallet_from_backup(
        story.pin, b"none", BACKUP_PASSWORD
    ),
    "create_wallet_backup": lambda sdk, story: sdk.create_wallet_backup(story.pin, BACKUP_PASSWORD),
    "restore_wallet_from_shares": lambda sdk, story: sdk.restore_wallet_from_shares(story.pin),
    "has_wallet_at_server": lambda sdk, _: sdk.has_wallet_at_server(),
    "verify_mnemonic": lambda sdk, story: sdk.verify_mnemonic(story.pin, story.phrase),
    "get_mnemonic": lambda sdk, story: sdk.get_mnemonic(story.pin),
    "delete_wallet": lambda sdk, story: sdk.delete_wallet(story.pin),
    "discard_pending_wallet": lambda sdk, story: sdk.discard_pending_wallet(story.pin),
    "get_recovery_share": lambda sdk, story: sdk.get_recovery_share(story.pin),
    "set_recovery_share": lambda sdk, _: sdk.set_recovery_share("ME-RS-N-AAAA"),
    "set_wallet_derivation_options": lambda sdk, _: sdk.set_wallet_derivation_options(0, 1),
    "generate_new_address": lambda sdk, story: sdk.generate_new_address(story.pin),
    "get_balance": lambda sdk, story: sdk.get_balance(story.pin),
    "estimate_gas": lambda sdk, story: sdk.estimate_gas(story.pin, OTHER_EVM, "1"),
    "send_amount": lambda sdk, story: sdk.send_amount(story.pin, OTHER_EVM, "1"),
    "get_wallet_tx_list": lambda sdk, story: sdk.get_wallet_tx_list(story.pin, 0, 10),
    "get_wallet_tx": lambda sdk, story: sdk.get_wallet_tx(story.pin, "0x" + "11" * 32),
    "pending_payments": lambda sdk, _: sdk.pending_payments(),
    "resolve_payment": lambda sdk, _: sdk.resolve_payment("p1"),
    "create_purchase_request": lambda sdk, _: sdk.create_purchase_request("bob", "1", "h", "{}", "CLIK"),
    "get_purchase_details": lambda sdk, _: sdk.get_purchase_details("purchase-1"),
    "confirm_purchase_request": lambda sdk, story: sdk.confirm_purchase_request(story.pin, "purchase-1"),
    "get_tx_list": lambda sdk, _: sdk.get_tx_list(0, 10),
    "start_kyc_verification_for_postident": lambda sdk, _: sdk.start_kyc_verification_for_postident(),
    "get_kyc_details_for_postident": lambda sdk, _: sdk.get_kyc_details_for_postident(),
    "update_kyc_status_for_postident": lambda sdk, _: sdk.update_kyc_status_for_postident("case-1"),
    "start_kyc_verification_for_viviswap": lambda sdk, _: sdk.start_kyc_verification_for_viviswap(
        "a@b.c", terms_accepted=True
    ),
    "get_kyc_details_for_viviswap": lambda sdk, _: sdk.get_kyc_details_for_viviswap(),
    "update_kyc_partially_status_for_viviswap": lambda sdk, _: sdk.update_kyc_partially_status_for_viviswap(
        full_name="Max"
    ),
    "submit_kyc_partially_status_for_viviswap": lambda sdk, _: sdk.submit_kyc_partially_status_for_viviswap(),
    "set_viviswap_kyc_residence_details": lambda sdk, _: sdk.set_viviswap_kyc_residence_details(**RESIDENCE),  # type: ignore[arg-type]
    "set_viviswap_kyc_identity_details": lambda sdk, _: sdk.set_viviswap_kyc_identity_details(
        PASSPORT, IdentityPersonalDocumentData(b"video")
    ),
    "get_viviswap_kyc_amla_open_questions": lambda sdk, _: sdk.get_viviswap_kyc_amla_open_questions(),
    "set_viviswap_kyc_amla_answer": lambda sdk, _: sdk.set_viviswap_kyc_amla_answer("q1", ["a"]),
    "get_viviswap_kyc_open_documents": lambda sdk, _: sdk.get_viviswap_kyc_open_documents(),
    "set_viviswap_kyc_document": lambda sdk, _: sdk.set_viviswap_kyc_document("d1", date(2030, 1, 1), "1"),
    "get_iban_for_viviswap": lambda sdk, _: sdk.get_iban_for_viviswap(),
    "update_iban_for_viviswap": lambda sdk, story: sdk.update_iban_for_viviswap(story.pin, IBAN),
    "create_detail_for_viviswap": lambda sdk, story: sdk.create_detail_for_viviswap(story.pin),
    "create_deposit_with_viviswap": lambda sdk, story: sdk.create_deposit_with_viviswap(story.pin),
    "create_withdrawal_with_viviswap": lambda sdk, story: sdk.create_withdrawal_with_viviswap("1", story.pin),
    "get_swap_list": lambda sdk, _: sdk.get_swap_list(0, 10),
    "get_swap_details": lambda sdk, _: sdk.get_swap_details("order-1"),
}
SLOW = {"create_wallet_backup"}
"""Key derivation of a backup file takes about a second, whatever the services do."""
ENDING = {"forget_user", "delete_user", "delete_wallet", "discard_pending_wallet", "change_pin", "lock"}
"""After these the next call would find another state."""
DEADLINE = 0.3


def test_the_table_is_complete() -> None:
    calls = {name for name, _ in inspect.getmembers(Sdk, inspect.iscoroutinefunction) if name[0] != "_"}
    assert calls - {"close"} == set(CALLS)


def everything(services: Services, kind: str) -> None:
    """Let each service fail in the same way."""

    class Anything(str):
        def __eq__(self, other: object) -> bool:
            return True

        __hash__ = str.__hash__

    services.faults.clear()
    services.fail(Anything(), kind)


async def ended(call: Awaitable[Any]) -> EtopayError | None:
    """The error a call ended with; anything but one of ours fails the test."""
    (outcome,) = await asyncio.gather(call, return_exceptions=True)
    if not isinstance(outcome, BaseException):
        return None
    if isinstance(outcome, InternalError) or not isinstance(outcome, EtopayError):
        pytest.fail(f"{type(outcome).__name__} {getattr(outcome, 'details', outcome)}")
    return outcome


async def prepared(ready: ReadySdk, services: Services, story: Story, **options: Any) -> Sdk:
    """A wallet with something of everything in it."""
    sdk = await ready(send=DEADLINE, **options)
    sdk = sdk.within(5)
    await sdk.start_kyc_verification_for_viviswap("a@b.c", terms_accepted=True)
    await sdk.update_iban_for_viviswap(story.pin, IBAN)
    await sdk.create_purchase_request("bob", "1", "h", "{}", "CLIK")
    services.fail("eth_sendRawTransaction", "drop", times=1)
    await ended(sdk.send_amount(story.pin, OTHER_EVM, "0.1", payment_id="p1"))
    services.exchange.case = {"case_id": "case-1", "archived": False, "status": "x"}
    return sdk.within(DEADLINE)


@pytest.mark.parametrize("name", CALLS)
async def test_after_closing(ready: ReadySdk, story: Story, name: str) -> None:
    sdk = await ready()
    await sdk.close()
    with pytest.raises(StateError) as raised:
        await CALLS[name](sdk, story)
    assert raised.value.code == "closed"


@pytest.mark.parametrize("kind", ["hang", "drop", "drop_after", "html", "401", "404", "500", "204"])
async def test_services_that_fail(ready: ReadySdk, story: Story, services: Services, kind: str) -> None:
    sdk = await prepared(ready, services, story)
    shown = ""
    for name, call in CALLS.items():
        if name in ENDING:
            continue
        everything(services, kind)
        started = time.monotonic()
        error = await ended(call(sdk, story))
        assert time.monotonic() - started < DEADLINE + 1 or name in SLOW, name
        if error is not None:
            shown += "".join(traceback.format_exception(error)) + repr(error) + json.dumps(error.details)
    for secret in (story.pin, story.password, story.phrase, TOKEN, "body that must not be shown"):
        assert secret not in shown
    services.faults.clear()
    assert len((await sdk.within(5).get_mnemonic(story.pin)).split()) in (12, 24)


def hostile(chance: random.Random, depth: int = 0) -> Any:
    """Some JSON nobody expects."""
    kind = chance.randrange(12 if depth < 3 else 8)
    match kind:
        case 0:
            return None
        case 1:
            return chance.choice([True, False])
        case 2:
            return chance.choice([0, -1, 2**31, 2**63, 2**64, 10**40, -(2**63) - 1])
        case 3:
            return chance.choice([0.5, -0.1, 1e308, 1e-320])
        case 4:
            return chance.choice(["", "0x", "0x0", "0x" + "f" * 64, "0x" + "f" * 33, "\x00", "é" * 40, "1e5"])
        case 5:
            return chance.choice(["0x" + "11" * 20, "0x" + "11" * 32, "1" * 44, "-1", "9" * 40, "Valid"])
        case 6:
            return chance.choice(["ME-RS-N-", "ME-RS-AesGcm-AAAA", "Verified", "2025-99-99", "General"])
        case 7:
            return "x" * chance.choice([1, 1000, 100_000])
        case 8 | 9:
            return [hostile(chance, depth + 1) for _ in range(chance.randrange(4))]
        case _:
            return {chance.choice(NAMES): hostile(chance, depth + 1) for _ in range(chance.randrange(12))}


NAMES = re.findall(
    r"\w+",
    """
    networks key is_testnet display_name display_symbol coin_type node_urls decimals can_do_purchases
    protocol block_explorer_url Evm chain_id IotaRebased username is_verified share network_key course
    date index amount status network system_address txs incoming outgoing case_id case_url archived
    full_name submission_step verified_step verification_status monthly_limit_eur is_individual
    payment_detail id address methods contract details reference orders questions documents data
    hasNextPage nextCursor coinObjectId version digest balance effects gasUsed computationCost
    transactions hash from to value input nonce number timestamp blockHash baseFeePerGas reward gasUsed
    effectiveGasPrice logs balanceChanges checkpoint timestampMs totalBalance
    """,
)


def spoiled(answer: Any, chance: random.Random) -> Any:
    """A good answer with one thing in it changed, left out or doubled."""
    if isinstance(answer, dict) and answer and chance.random() < 0.9:
        name = chance.choice(list(answer))
        if chance.random() < 0.2:
            return {key: value for key, value in answer.items() if key != name}
        return {**answer, name: spoiled(answer[name], chance)}
    if isinstance(answer, list) and answer and chance.random() < 0.8:
        place = chance.randrange(len(answer))
        if chance.random() < 0.2:
            return [*answer, answer[place]]
        return [spoiled(entry, chance) if at == place else entry for at, entry in enumerate(answer)]
    return hostile(chance)


@pytest.mark.parametrize("kind", ["nonsense", "spoiled"])
@pytest.mark.parametrize("round_", range(4))
async def test_services_that_answer_badly(
    ready: ReadySdk, story: Story, services: Services, round_: int, kind: str
) -> None:
    seed = random.randrange(2**32)
    print(f"seed {seed}")
    chance = random.Random(seed)
    sdk = await prepared(ready, services, story)
    for name, call in CALLS.items():
        if name in ENDING | SLOW:
            continue
        for _ in range(4):
            services.spoil = lambda good: hostile(chance) if kind == "nonsense" else spoiled(good, chance)
            await ended(call(sdk, story))
    services.spoil = None
    assert len((await sdk.within(5).get_mnemonic(story.pin)).split()) in (12, 24)


@pytest.mark.parametrize("name", sorted(set(CALLS) - SLOW))
async def test_cancelled_calls_leave_everything_usable(
    ready: ReadySdk, story: Story, services: Services, name: str
) -> None:
    sdk = await ready()
    for pause in (0, 0.001, 0.01):
        task = asyncio.create_task(CALLS[name](sdk, story))  # type: ignore[arg-type]
        await asyncio.sleep(pause)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
    if name in {"forget_user", "delete_user"}:
        return
    pin = "222222" if name == "change_pin" else story.pin
    for _ in range(100):
        # What was begun goes on; a PIN change may still be under way.
        if await ended(sdk.verify_pin(pin)) is None:
            break
        await asyncio.sleep(0.05)
    await sdk.get_user()
    assert await sdk.is_wallet_password_set()


async def test_a_time_limit_for_one_call(ready: ReadySdk, story: Story, services: Services) -> None:
    sdk = await ready(read=0.3)
    services.delays = {"/courses": 0.8, "eth_getBalance": 0.8, "/viviswap/orders": 0.8}
    patient = sdk.within(5)
    calls: list[Callable[[Sdk], Awaitable[Any]]] = [
        lambda sdk: sdk.get_exchange_rate(),
        lambda sdk: sdk.get_balance(story.pin),
        lambda sdk: sdk.get_swap_list(0, 10),
    ]
    for call in calls:
        error = await ended(call(sdk))
        assert error is not None
        assert error.code == "network_timeout"
        assert await call(patient) is not None
        error = await ended(call(patient.within(0.1)))
        assert error is not None
        assert error.code == "network_timeout"
    assert patient.is_unlocked


@pytest.mark.parametrize("seconds", [0, -1, 0.01, 3601, float("nan"), float("inf")])
async def test_time_limits_are_bounded(ready: ReadySdk, seconds: float) -> None:
    sdk = await ready()
    with pytest.raises(EtopayError) as raised:
        sdk.within(seconds)
    assert raised.value.code == "invalid_argument"


async def test_a_time_limit_for_a_payment(ready: ReadySdk, story: Story, services: Services) -> None:
    sdk = await ready()
    services.evm.mine = False
    started = time.monotonic()
    tx_id = await sdk.within(2).send_amount(story.pin, OTHER_EVM, "1")
    assert time.monotonic() - started < 3
    assert services.evm.waiting[0]["hash"] == tx_id
