"""Planned failures of each kind, and the typed error, or the good outcome, that the binding makes of it."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from decimal import Decimal
from typing import Any

import pytest
from etopay_sdk import (
    AuthError,
    BackendError,
    EtopayError,
    NetworkError,
    NetworkTimeout,
    PaymentState,
    PurchaseModel,
    PurchaseState,
    UncertainOutcome,
)

from tests.journeys.people import ETH, IOTA, PIN, Person, World
from tests.journeys.purchases import becomes, request, valid

RATE = "/api/courses"
_CHEAP = "transaction underpriced"


@contextmanager
def struck(world: World, **plan: Any) -> Iterator[None]:
    """Plan a failure, and see afterwards that it struck."""
    fault_id = world.sandbox.faults.add(**plan)
    yield
    (found,) = [one for one in world.sandbox.faults.all() if one["id"] == fault_id]
    assert found["hits"] > 0
    world.reached.note(f"fault {found['kind']}")
    world.sandbox.faults.remove(fault_id)


async def raised_by(call: Awaitable[Any], kind: type[EtopayError]) -> EtopayError:
    with pytest.raises(kind) as raised:
        await call
    assert type(raised.value) is kind
    return raised.value


async def refusals(world: World) -> None:
    person = await world.person("rita", wallet=False)
    for status, kind, code in (
        (400, BackendError, "backend_refused"),
        (401, AuthError, "unauthorized"),
        (403, BackendError, "backend_refused"),
        (409, BackendError, "backend_refused"),
        (422, BackendError, "backend_refused"),
        (429, BackendError, "backend_error"),
        (500, BackendError, "backend_error"),
        (503, BackendError, "backend_error"),
    ):
        with struck(world, path=RATE, kind="status", status=status):
            error = await raised_by(person.sdk.get_exchange_rate(network=ETH), kind)
        assert error.code == code
        if isinstance(error, BackendError):
            assert error.status == status
    with struck(world, path="/api/viviswap/*", user="rita", kind="status", status=503):
        await raised_by(
            person.sdk.start_kyc_verification_for_viviswap("rita@example.org", terms_accepted=True),
            BackendError,
        )
    with struck(world, path="/nodes/*", kind="status", status=503):
        await raised_by(person_with_wallet(await ready(person)), NetworkError)
    assert await person.sdk.get_exchange_rate(network=ETH) > 0


async def ready(person: Person) -> Person:
    """Give her a wallet, whose address the backend knows."""
    await person.sdk.create_wallet_from_new_mnemonic(PIN)
    return person


async def person_with_wallet(person: Person) -> Decimal:
    return await person.sdk.get_balance(PIN, network=ETH)


async def lateness(world: World) -> None:
    person = await world.person("lara")
    sdk = person.sdk
    with struck(world, path=RATE, kind="delay", seconds=0.4):
        began = time.monotonic()
        assert await sdk.get_exchange_rate(network=ETH) > 0
        assert time.monotonic() - began >= 0.35
    with struck(world, path=RATE, kind="delay", seconds=5):
        await raised_by(sdk.within(0.3).get_exchange_rate(network=ETH), NetworkTimeout)
    for path, call in (
        (RATE, lambda: sdk.within(0.3).get_exchange_rate(network=ETH)),
        ("/nodes/*", lambda: sdk.within(0.3).get_balance(PIN, network=IOTA)),
        ("/api/viviswap/*", lambda: sdk.within(0.3).get_swap_list(0, 10)),
    ):
        with struck(world, path=path, kind="hang"):
            await raised_by(call(), NetworkTimeout)


async def answers_that_are_none(world: World) -> None:
    """Whatever is in a body, it never becomes a wrong value."""
    person = await (await (await world.person("bodo")).funded(ETH)).funded(IOTA)
    sdk = person.sdk
    calls: tuple[tuple[str, Callable[[], Awaitable[Any]]], ...] = (
        (RATE, lambda: sdk.get_exchange_rate(network=ETH)),
        ("/api/kyc/check-status", lambda: sdk.is_kyc_status_verified("bodo")),
        ("/nodes/ETH", lambda: sdk.get_balance(PIN, network=ETH)),
        ("/nodes/iota_rebased_testnet", lambda: sdk.get_balance(PIN, network=IOTA)),
    )
    good = {path: await call() for path, call in calls}
    for kind in ("drop", "garbage", "empty", "html", "wrong_type", "half"):
        for path, call in calls:
            with struck(world, path=path, kind=kind):
                (answer,) = await asyncio.gather(call(), return_exceptions=True)
            if isinstance(answer, (BackendError, NetworkError)):
                assert answer.code in {"backend_error", "network_error", "node_error"}
            else:  # a sum that is a number instead of text is read, and this failure makes it zero
                assert (kind, path, answer) == ("wrong_type", "/nodes/iota_rebased_testnet", 0)
    assert {path: await call() for path, call in calls} == good


async def requests_that_arrive_twice(world: World) -> None:
    payer, receiver, first = await valid(world, PurchaseModel.CLIK, ETH)
    before = await receiver.sdk.get_balance(PIN, network=ETH)
    with struck(world, path="/api/transactions/commit", kind="duplicate"):
        await payer.sdk.confirm_purchase_request(PIN, first)
    await becomes(payer, first, PurchaseState.COMPLETED, seconds=0.2)
    assert await receiver.sdk.get_balance(PIN, network=ETH) == before + Decimal("1.425")
    with struck(world, path="/nodes/ETH", rpc="eth_sendRawTransaction", kind="duplicate"):
        # The second arrival is refused by the chain, and that is the answer the wallet gets.
        try:
            await payer.sdk.send_amount(PIN, "0x" + "5b" * 20, "1", payment_id="twice", network=ETH)
        except UncertainOutcome:
            await payer.sdk.resolve_payment("twice")
    arrived = world.sandbox.http.post(
        "/nodes/ETH",
        json={"jsonrpc": "2.0", "id": 1, "method": "eth_getBalance", "params": ["0x" + "5b" * 20, "latest"]},
    ).json()["result"]
    assert int(arrived, 16) == 10**18


async def answers_out_of_order(world: World) -> None:
    person = await world.person("swantje", wallet=False)
    await person.sdk.set_preferred_network(IOTA)

    async def waits() -> bool:
        return bool(world.sandbox.faults.all()[-1]["hits"])

    with struck(world, path="/api/user/network", kind="swap", seconds=30):
        first = asyncio.create_task(person.sdk.set_preferred_network(ETH))
        await world.until(waits)
        # It overtakes the call before it, which sees the world as it is afterwards.
        assert await person.sdk.get_preferred_network() == IOTA
        await first
    assert await person.sdk.get_preferred_network() == ETH


async def nodes_that_refuse(world: World) -> None:
    person = await (await world.person("nele")).funded(ETH)
    sdk = person.sdk
    with struck(world, rpc="eth_getBalance", kind="rpc_error", code=-32005, body="limit exceeded"):
        error = await raised_by(sdk.get_balance(PIN, network=ETH), NetworkError)
    assert error.code == "node_error"
    with struck(world, rpc="eth_sendRawTransaction", kind="rpc_error", code=-32000, body=_CHEAP):
        error = await raised_by(
            sdk.send_amount(PIN, "0x" + "5c" * 20, "1", payment_id="refused", network=ETH), NetworkError
        )
    assert error.code == "node_error"
    assert (await sdk.resolve_payment("refused")).state is PaymentState.NOT_SENT
    # The same id again: it is paid now, and once.
    await sdk.send_amount(PIN, "0x" + "5c" * 20, "1", payment_id="refused", network=ETH)
    assert Decimal(98) < await sdk.get_balance(PIN, network=ETH) < 99


async def a_report_that_is_lost(world: World) -> None:
    """The coins are gone, the backend does not know: the call is repeated, and pays nothing twice."""
    payer = await world.known("paula", IOTA)
    receiver = await world.known("rolf", IOTA)
    purchase_id = await request(payer, receiver.name, PurchaseModel.CPIC, IOTA)
    world.passes()
    await becomes(payer, purchase_id, PurchaseState.VALID)
    before = await receiver.sdk.get_balance(PIN, network=IOTA)
    with struck(world, path="/api/transactions/commit", kind="drop"):
        await raised_by(payer.sdk.within(3).confirm_purchase_request(PIN, purchase_id), UncertainOutcome)
    paid = await payer.sdk.get_balance(PIN, network=IOTA)
    await payer.sdk.confirm_purchase_request(PIN, purchase_id)
    await becomes(payer, purchase_id, PurchaseState.COMPLETED, seconds=0.2)
    assert await payer.sdk.get_balance(PIN, network=IOTA) == paid
    assert await receiver.sdk.get_balance(PIN, network=IOTA) == before + Decimal("1.425")


USUAL: tuple[Callable[[World], Awaitable[None]], ...] = (
    refusals,
    lateness,
    answers_that_are_none,
    requests_that_arrive_twice,
    answers_out_of_order,
    nodes_that_refuse,
    a_report_that_is_lost,
)
