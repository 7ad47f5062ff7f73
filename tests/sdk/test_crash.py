"""kill -9 at any moment: the phrase survives, nothing is paid twice, the interpreter leaves cleanly."""

from __future__ import annotations

import os
import random
import subprocess
import sys
import time
from pathlib import Path

import pytest
from etopay_sdk import EtopayError, NotFound, PaymentState, WalletExists, WalletNotInitialized, check_mnemonic

from tests.sdk.conftest import OpenSdk, ReadySdk
from tests.sdk.fake_services import OTHER_EVM, TOKEN, Services, Story

ROOT = Path(__file__).resolve().parents[2]


def start(work: str, services: Services, folder: Path, *more: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "tests.sdk.crash_child", work, services.url, str(folder), *more]
    return subprocess.Popen(command, cwd=ROOT, env=os.environ, stdout=subprocess.PIPE, text=True)


def kill_after_ready(process: subprocess.Popen[str], delay: float) -> str:
    """Wait for the line `ready`, kill a moment later, return what was said after it."""
    assert process.stdout is not None
    assert process.stdout.readline().strip() == "ready"
    time.sleep(delay)
    process.kill()
    rest = process.stdout.read()
    process.wait()
    return rest


async def test_kill_during_creation(
    open_sdk: OpenSdk, story: Story, services: Services, tmp_path: Path
) -> None:
    seed = random.randrange(2**32)
    print(f"seed {seed}")
    chance = random.Random(seed)
    kept = lost = 0
    for run in range(20):
        folder = tmp_path / str(run)
        services.shares = None
        said = kill_after_ready(start("create", services, folder), chance.uniform(0, 0.08))
        sdk = open_sdk(at=folder)
        await sdk.init_user("alice")
        await sdk.unlock(story.pin)
        await sdk.refresh_access_token(TOKEN)
        await sdk.get_networks()
        try:
            saved = await sdk.get_mnemonic(story.pin)
            kept += 1
        except WalletNotInitialized:
            saved = None
            lost += 1
        if said.startswith("phrase "):
            assert saved == said.removeprefix("phrase ").strip()
        if saved is None:
            assert services.shares is None
        try:
            phrase = await sdk.create_wallet_from_new_mnemonic(story.pin)
        except WalletExists:
            # Unlocking had already finished it in the background.
            phrase = await sdk.get_mnemonic(story.pin)
        assert saved in (None, phrase)
        check_mnemonic(phrase)
        assert (await sdk.get_user()).has_wallet
        await sdk.close()
    assert kept + lost == 20


@pytest.mark.parametrize("faults", [[], ["drop_after"], ["drop"]])
async def test_kill_during_a_payment(
    ready: ReadySdk, open_sdk: OpenSdk, story: Story, services: Services, folder: Path, faults: list[str]
) -> None:
    seed = random.randrange(2**32)
    print(f"seed {seed}")
    chance = random.Random(seed)
    await (await ready()).close()
    for fault in faults:
        services.fail("eth_sendRawTransaction", fault, times=1)
    kill_after_ready(start("send", services, folder), chance.uniform(0, 0.12))
    mined = len(services.evm.sent)

    sdk = open_sdk()
    await sdk.init_user("alice")
    await sdk.unlock(story.pin)
    try:
        payment = await sdk.resolve_payment("p1")
    except NotFound:
        assert mined == 0
        return
    if mined:
        assert payment.state is PaymentState.CONFIRMED
        assert payment.tx_id == services.evm.sent[0]["hash"]
        assert await sdk.send_amount(story.pin, OTHER_EVM, "1", payment_id="p1") == payment.tx_id
    else:
        assert payment.state in (PaymentState.UNKNOWN, PaymentState.NOT_SENT)
        with pytest.raises(EtopayError):
            await sdk.send_amount(story.pin, OTHER_EVM, "1", payment_id="p1")
    assert len(services.evm.sent) == mined


@pytest.mark.parametrize("hang", [False, True])
def test_interpreter_leaves_cleanly_with_calls_in_flight(
    services: Services, tmp_path: Path, hang: bool
) -> None:
    if hang:
        for name in ("eth_getBalance", "/config/networks", "eth_estimateGas"):
            services.fail(name, "hang", after="/user/shares")
    for run in range(15):
        services.requests.clear()
        process = start("exit", services, tmp_path / str(run), str(run * 0.004))
        assert process.stdout is not None
        said = process.stdout.read()
        assert process.wait(timeout=20) == 0, said
        assert "leaving with" in said
