"""Killed in the middle: the phrase that was shown is never lost, and money moves at most once."""

from __future__ import annotations

import asyncio
import json
import os
import random
import secrets
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Iterator
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path
from typing import Any, TypeVar

import httpx
import pytest

from app.core.errors import AppError, ErrorCode
from app.core.model import NetworkKind, Payment, PaymentState
from app.gateway.protocol import UnlockedWallet
from tests.contract.conftest import PASSWORD, PIN, ROOT, Scene
from tests.contract.sides import Folder, RealSide

T = TypeVar("T")
pytestmark = pytest.mark.contract
RUNS = int(os.environ.get("ETOPAY_TEST_KILLS", "3"))
AMOUNT = Decimal("1.5")
STEP_SECONDS = 30
RESOLVED_WITHIN = 90


class Child:
    """A doomed process and what it said."""

    def __init__(self, scene: Scene, device: Folder, **job: str) -> None:
        assert isinstance(scene.side, RealSide)
        given = {**job, "sandbox": scene.side.sandbox, "device": str(device.path), "key": device.key.hex()}
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.contract.doomed", json.dumps(given)],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )

    def until(self, step: str) -> dict[str, Any]:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            if line.startswith("{") and (facts := json.loads(line))["step"] == step:
                return dict(facts)
        raise AssertionError(f"the process ended before {step!r}")

    def kill(self) -> list[dict[str, Any]]:
        """End it with SIGKILL and return what it had said by then."""
        self.process.kill()
        rest, _ = self.process.communicate(timeout=STEP_SECONDS)
        return [json.loads(line) for line in rest.splitlines() if line.startswith("{")]


@contextmanager
def killed_at(child: Child, seconds: float) -> Iterator[list[dict[str, Any]]]:
    child.until("begin")
    time.sleep(seconds)
    yield child.kill()


@pytest.fixture
async def scene(sandbox: dict[str, Any], tmp_path: Path) -> AsyncIterator[Scene]:
    made = Scene(RealSide(sandbox, tmp_path))
    yield made
    for gateway in made.started:
        await gateway.close()


def moments(span: float) -> list[float]:
    """When to strike: spread over the work, in an order that a seed repeats."""
    seed = secrets.randbits(32)
    print(f"seed {seed}")
    chance = random.Random(seed)
    return [span * (run + chance.random()) / RUNS for run in range(RUNS)]


def measured(scene: Scene, device: Folder, **job: str) -> float:
    """How long the work takes when nobody disturbs it."""
    child = Child(scene, device, **job)
    child.until("begin")
    began = time.monotonic()
    child.until("done")
    took = time.monotonic() - began
    child.kill()
    return took


async def test_creation(scene: Scene) -> None:
    spare = scene.side.new_device()
    assert isinstance(spare, Folder)
    span = measured(scene, spare, work="create", username=scene.side.new_username())
    for moment in moments(span * 1.1):
        await creation_survives(scene, moment)


async def creation_survives(scene: Scene, moment: float) -> None:
    device, username = scene.side.new_device(), scene.side.new_username()
    assert isinstance(device, Folder)
    with killed_at(Child(scene, device, work="create", username=username), moment) as said:
        shown = next((facts["phrase"] for facts in said if facts["step"] == "done"), None)
    gateway = await scene.restart(device)
    account = await gateway.open_account(await scene.side.sign_in(username))
    if not account.account.secured:
        assert shown is None
        await account.secure(PIN, PASSWORD)
    wallet = await outcome(account.unlock(PIN))
    if isinstance(wallet, AppError):
        assert wallet.code is ErrorCode.NO_WALLET
        assert shown is None
        wallet = await account.create_wallet(PIN)
    phrase = (await wallet.recovery_phrase(PIN)).phrase()
    assert shown in {None, phrase}
    address = await wallet.address("ETH")

    # The service holds exactly this wallet, and so does the device after another start.
    other = await scene.secured(await scene.start(scene.side.new_device()), username)
    assert (await (await other.restore_from_service(PIN)).recovery_phrase(PIN)).phrase() == phrase
    account = await (await scene.restart(device)).open_stored(username)
    assert await (await account.unlock(PIN)).address("ETH") == address


@pytest.mark.parametrize("key", ["ETH", "iota_rebased_testnet"])
async def test_sending(scene: Scene, key: str) -> None:
    device, username = scene.side.new_device(), scene.side.new_username()
    assert isinstance(device, Folder)
    wallet = await scene.wallet(await scene.start(device), username)
    await scene.side.fund(key, await wallet.address(key), "100")
    kind = next(network.kind for network in await wallet.networks() if network.key == key)
    job = {"work": "send", "username": username, "network": key, "amount": str(AMOUNT)}
    await close_all(scene)
    first = {"payment_id": secrets.token_hex(8), "recipient": scene.side.stranger(kind)}
    span = measured(scene, device, **job, **first)
    assert await received(scene, key, first["recipient"]) == AMOUNT
    struck = [await strike(scene, device, job, kind, moment) for moment in moments(span * 1.1)]

    wallet = await (await (await scene.restart(device)).open_stored(username)).unlock(PIN)
    for payment, told in struck:
        end = await resolved(wallet, payment.payment_id)
        arrived = await received(scene, key, payment.recipient)
        assert arrived == (AMOUNT if end is PaymentState.CONFIRMED else 0)
        assert told is None or end is PaymentState.CONFIRMED
    assert await wallet.pending_payments() == ()


async def strike(
    scene: Scene, device: Folder, job: dict[str, str], kind: NetworkKind, moment: float
) -> tuple[Payment, str | None]:
    """Kill a send, come back, and tap again, as one does; the payment and its id as far as it was told."""
    payment = Payment(secrets.token_hex(8), job["network"], scene.side.stranger(kind), AMOUNT)
    child = Child(scene, device, **job, payment_id=payment.payment_id, recipient=payment.recipient)
    with killed_at(child, moment) as said:
        told = next((facts["tx_id"] for facts in said if facts["step"] == "done"), None)
    account = await (await scene.restart(device)).open_stored(job["username"])
    wallet = await account.unlock(PIN)
    again = await outcome(wallet.send(PIN, payment))
    if isinstance(again, AppError):
        assert again.code in {ErrorCode.OUTCOME_UNKNOWN, ErrorCode.PAYMENT_REFUSED}
        assert told is None
    else:
        assert told in {None, again}
        told = again
    assert await received(scene, payment.network_key, payment.recipient) <= AMOUNT
    await close_all(scene)
    return payment, told


async def resolved(wallet: UnlockedWallet, payment_id: str) -> PaymentState:
    """The end of a payment, which must be known in time."""
    deadline = time.monotonic() + RESOLVED_WITHIN
    while time.monotonic() < deadline:
        state = (await wallet.resolve_payment(payment_id)).state
        if state in {PaymentState.CONFIRMED, PaymentState.NOT_SENT, PaymentState.FAILED}:
            return state
        await asyncio.sleep(1)
    raise AssertionError("the outcome did not become known")


async def outcome(asked: Awaitable[T]) -> T | AppError:
    """The answer, or the refusal."""
    try:
        return await asked
    except AppError as error:
        return error


async def close_all(scene: Scene) -> None:
    for gateway in scene.started:
        await gateway.close()


async def received(scene: Scene, key: str, address: str) -> Decimal:
    """What the chain itself says."""
    assert isinstance(scene.side, RealSide)
    call: tuple[str, list[str]] = ("eth_getBalance", [address, "latest"])
    if key.startswith("iota"):
        call = ("iotax_getBalance", [address, "0x2::iota::IOTA"])
    async with httpx.AsyncClient(trust_env=False) as client:
        answer = await client.post(
            f"{scene.side.sandbox['sandbox']}/nodes/{key}",
            json={"jsonrpc": "2.0", "id": 1, "method": call[0], "params": call[1]},
        )
    result = answer.json()["result"]
    if key.startswith("iota"):
        return Decimal(result["totalBalance"]).scaleb(-9)
    return Decimal(int(result, 16)).scaleb(-18)
