"""A service that fails, against the real gateway: typed errors, nothing lost, no wrong "create a wallet"."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from app.core.errors import AppError, ErrorCode
from app.gateway.etopay import client
from tests.contract.conftest import PIN, Scene
from tests.contract.sides import RealSide
from tests.contract.test_accounts import PHRASE, refusal

pytestmark = pytest.mark.contract


@pytest.fixture
async def scene(sandbox: dict[str, Any], tmp_path: Path) -> AsyncIterator[Scene]:
    made = Scene(RealSide(sandbox, tmp_path))
    yield made
    for gateway in made.started:
        await gateway.close()


@contextmanager
def failing(scene: Scene, path: str, **how: object) -> Iterator[None]:
    assert isinstance(scene.side, RealSide)
    faults = f"{scene.side.sandbox['sandbox']}/_sandbox/faults"
    plan = {"path": path, "kind": "status", "status": 500, **how}
    assert httpx.post(faults, json=plan, trust_env=False).status_code == 201
    try:
        yield
    finally:
        httpx.delete(faults, trust_env=False)


@pytest.mark.parametrize(
    ("how", "code"),
    [
        ({"status": 500}, ErrorCode.SERVICE),
        ({"status": 503}, ErrorCode.SERVICE),
        ({"kind": "drop"}, ErrorCode.OFFLINE),
    ],
)
async def test_a_failing_question_never_means_no_wallet(
    scene: Scene, how: dict[str, object], code: ErrorCode
) -> None:
    gateway = await scene.start(scene.side.new_device())
    account = await gateway.open_account(await scene.side.sign_in(scene.side.new_username()))
    for path in ("/api/user/shares/*", "/api/kyc/check-status"):
        with failing(scene, path, **how):
            with pytest.raises(AppError) as caught:
                await account.has_wallet_elsewhere()
            assert refusal(caught) is code
    assert await account.has_wallet_elsewhere() is False


async def test_a_404_of_something_in_between_is_no_proof(scene: Scene) -> None:
    gateway = await scene.start(scene.side.new_device())
    account = await gateway.open_account(await scene.side.sign_in(scene.side.new_username()))
    with failing(scene, "/api/*", status=404), pytest.raises(AppError) as caught:
        await account.has_wallet_elsewhere()
    assert refusal(caught) is ErrorCode.REFUSED


async def test_a_failed_upload_is_gone_on_with_and_the_phrase_stays(scene: Scene) -> None:
    device, username = scene.side.new_device(), scene.side.new_username()
    account = await scene.secured(await scene.start(device), username)
    with failing(scene, "/api/user/shares", method="PUT"):
        for _ in range(2):
            with pytest.raises(AppError) as caught:
                await account.create_wallet(PIN)
            assert refusal(caught) is ErrorCode.SERVICE
        assert not account.account.has_wallet
        account = await (await scene.restart(device)).open_stored(username)
        with pytest.raises(AppError) as caught:
            await account.unlock(PIN)
        assert refusal(caught) is ErrorCode.NO_WALLET
    wallet = await account.create_wallet(PIN)
    phrase = (await wallet.recovery_phrase(PIN)).words()
    other = await scene.secured(await scene.start(scene.side.new_device()), username)
    assert (await (await other.restore_from_service(PIN)).recovery_phrase(PIN)).words() == phrase


async def test_going_back_waits_while_an_upload_may_still_arrive(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    username = scene.side.new_username()
    kept = await scene.wallet(await scene.start(scene.side.new_device()), username)
    monkeypatch.setattr(client, "_READ_SECONDS", 3.0)
    account = await scene.secured(await scene.start(scene.side.new_device()), username)
    with failing(scene, "/api/user/shares", kind="hang", method="PUT"), pytest.raises(AppError) as caught:
        await account.restore_from_phrase(PIN, PHRASE, replace=True)
    assert refusal(caught) is ErrorCode.TIMEOUT
    with pytest.raises(AppError) as caught:
        await account.keep_other_wallet(PIN)
    assert refusal(caught) is ErrorCode.TIMEOUT
    assert (account.account.secured, account.account.has_wallet) == (True, False)
    given_up = False
    for _ in range(3):
        with contextlib.suppress(AppError):
            given_up = given_up or await account.keep_other_wallet(PIN)
    assert given_up
    wallet = await account.restore_from_service(PIN)
    assert (await wallet.recovery_phrase(PIN)).words() == (await kept.recovery_phrase(PIN)).words()


async def test_a_token_that_is_suddenly_refused_is_renewed_unseen(scene: Scene) -> None:
    wallet = await scene.wallet(await scene.start(scene.side.new_device()), scene.side.new_username())
    with failing(scene, "/api/courses", status=401, count=1):
        assert (await wallet.exchange_rate("ETH")).eur > 0
    assert not wallet.needs_sign_in


async def test_a_backend_that_fails_leaves_the_node_alone(scene: Scene) -> None:
    wallet = await scene.wallet(await scene.start(scene.side.new_device()), scene.side.new_username())
    with failing(scene, "/api/*"):
        with pytest.raises(AppError) as caught:
            await wallet.exchange_rate("ETH")
        assert refusal(caught) is ErrorCode.SERVICE
        assert (await wallet.balance("ETH")).amount == 0
        assert len(await wallet.networks()) == 4


async def test_a_node_that_fails_is_said(scene: Scene) -> None:
    wallet = await scene.wallet(await scene.start(scene.side.new_device()), scene.side.new_username())
    for key in ("ETH", "iota_rebased_testnet"):
        with failing(scene, f"/nodes/{key}", kind="drop"):
            with pytest.raises(AppError) as caught:
                await wallet.balance(key)
            assert refusal(caught) in {ErrorCode.OFFLINE, ErrorCode.SERVICE}
        assert (await wallet.balance(key)).amount == 0
