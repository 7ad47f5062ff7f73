"""What waits for its turn keeps to its time limit, and does nothing in a folder that is closed."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from etopay_sdk import NetworkTimeout, Sdk, StateError

from tests.campaigns import kdbx_file
from tests.sdk.conftest import OpenSdk, ReadySdk
from tests.sdk.fake_services import TOKEN, Services, Story
from tests.sdk.test_lost_upload import OTHER
from tests.sdk.test_wallet import eventually

PASSWORD = "another rather good password"
CALLS: dict[str, Callable[[Sdk, Story], Awaitable[Any]]] = {
    "create": lambda sdk, story: sdk.create_wallet_from_new_mnemonic(story.pin, replace=True),
    "backup": lambda sdk, story: sdk.create_wallet_from_backup(
        story.pin, kdbx_file.build(kdbx_file.document(OTHER), PASSWORD), PASSWORD, replace=True
    ),
    "restore": lambda sdk, story: sdk.restore_wallet_from_shares(story.pin),
    "delete": lambda sdk, story: sdk.delete_wallet(story.pin),
    "discard": lambda sdk, story: sdk.discard_pending_wallet(story.pin),
    "password": lambda sdk, story: sdk.set_wallet_password(story.pin, PASSWORD),
    "delete_user": lambda sdk, story: sdk.delete_user(story.pin),
    "forget_user": lambda sdk, _: sdk.forget_user("alice"),
}


@pytest.mark.parametrize("name", CALLS)
async def test_a_call_waits_for_its_turn_as_long_as_it_may(
    ready: ReadySdk, story: Story, services: Services, name: str
) -> None:
    sdk = await ready(token=False, read=3)
    services.fail("/user/shares/recovery", "hang", times=1)
    await sdk.refresh_access_token(TOKEN)
    assert await eventually(lambda: "/user/shares/recovery" in services.requests)
    started = time.monotonic()
    with pytest.raises(NetworkTimeout):
        await CALLS[name](sdk.within(0.3), story)
    assert time.monotonic() - started < 1
    assert [user.username for user in sdk.list_users()] == ["alice"]
    assert await sdk.get_mnemonic(story.pin) == story.phrase
    services.released.set()


async def test_the_waits_of_a_call_have_one_time_limit(
    ready: ReadySdk, story: Story, services: Services
) -> None:
    sdk = await ready(read=20)
    services.fail("/user/shares", "504", times=1)
    services.delays["/user/shares"] = 2
    changing = asyncio.create_task(sdk.set_wallet_password(story.pin, PASSWORD))
    assert await eventually(lambda: services.requests.count("/user/shares") == 2)
    started = time.monotonic()
    # Two seconds for its turn leave one for what may be on its way.
    with pytest.raises(NetworkTimeout):
        await sdk.within(3).delete_wallet(story.pin, only_here=True)
    assert 2 < time.monotonic() - started < 4
    await changing
    assert await sdk.get_mnemonic(story.pin) == story.phrase


@pytest.mark.parametrize("way", ["forget_user", "delete_user"])
async def test_nothing_is_removed_after_closing(
    ready: ReadySdk, open_sdk: OpenSdk, story: Story, services: Services, folder: Path, way: str
) -> None:
    sdk = await ready(read=20)
    services.fail("/user/shares", "504", times=1)
    await sdk.set_wallet_password(story.pin, PASSWORD)
    task = asyncio.ensure_future(CALLS[way](sdk, story))
    await asyncio.sleep(1)
    await sdk.close()
    second = open_sdk(read=20)
    with pytest.raises(StateError) as raised:
        await asyncio.wait_for(task, 3)
    assert raised.value.code == "closed"
    await asyncio.sleep(8)
    await second.init_user("alice")
    assert await second.get_mnemonic(story.pin) == story.phrase
    assert (services.deleted_users, services.shares is not None) == (0, True)


async def test_a_password_whose_share_was_not_taken_is_tried_again(
    ready: ReadySdk, open_sdk: OpenSdk, story: Story, services: Services, tmp_path: Path
) -> None:
    sdk = await ready(read=5)
    old = services.shares
    services.fail("/user/shares", "500", times=1)
    await sdk.set_wallet_password(story.pin, PASSWORD)
    assert await eventually(lambda: services.shares is not old)
