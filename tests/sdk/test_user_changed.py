"""A call belongs to the user it was made for, whoever becomes active while it waits."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Iterator
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from etopay_sdk import NetworkTimeout, Sdk, StateError

from tests.sdk.conftest import OpenSdk, ReadySdk
from tests.sdk.fake_services import TOKEN, Services, Story
from tests.sdk.test_lost_upload import OTHER, other_device
from tests.sdk.test_swaps import begun
from tests.sdk.test_wallet import eventually

BOB = "other-token-0123456789"
NEXT = "another rather good password"


class TwoAccounts(Services):
    """The services with a second account: bob's, who has the wallet `shares_of_bob`."""

    def __init__(self) -> None:
        self.for_bob: list[str] = []
        self.shares_of_bob: dict[str, str] | None = None
        super().__init__()

    def _backend(self, request: Any, name: str, body: Any) -> tuple[int, Any]:
        if request.headers.get("authorization") != f"Bearer {BOB}":
            return super()._backend(request, name, body)
        self.for_bob.append(f"{request.command} {name}")
        if name == "/kyc/check-status":
            return 200, {"username": "bob", "is_verified": True}
        if name == "/config/networks":
            return 200, {"networks": self.networks()}
        if name.startswith("/user/shares/"):
            kind = name.rsplit("/", 1)[1] + "_share"
            return (404, None) if self.shares_of_bob is None else (200, {"share": self.shares_of_bob[kind]})
        if request.command == "DELETE":
            return (202, None) if name == "/user" else (200, None)
        query = dict(parse_qsl(urlsplit(request.path).query))
        return self.exchange.answer(request.command, name, query, body) or (404, None)


@pytest.fixture
def services() -> Iterator[TwoAccounts]:
    running = TwoAccounts()
    yield running
    running.close()


async def to_bob(sdk: Sdk) -> None:
    """Make bob the active user, signed in."""
    await sdk.init_user("bob")
    await sdk.refresh_access_token(BOB)
    await sdk.get_networks()


async def overtaken(
    sdk: Sdk, services: TwoAccounts, call: Coroutine[Any, Any, Any], after: float = 1
) -> None:
    """The call is refused when bob becomes active, and asks nothing of his account."""
    task = asyncio.ensure_future(call)
    await asyncio.sleep(after)
    assert not task.done()
    await to_bob(sdk)
    asked = list(services.for_bob)
    with pytest.raises(StateError) as raised:
        await task
    assert raised.value.code == "user_changed"
    assert services.for_bob == asked


async def unheard(sdk: Sdk, story: Story, services: Services) -> None:
    """A password change whose upload may still be on its way."""
    await sdk.create_new_user("bob")
    services.fail("/user/shares", "504", times=1)
    await sdk.set_wallet_password(story.pin, NEXT)


async def test_deleting_a_user(ready: ReadySdk, story: Story, services: TwoAccounts) -> None:
    sdk = await ready(read=20)
    await unheard(sdk, story, services)
    await overtaken(sdk, services, sdk.delete_user(story.pin))
    assert services.deleted_users == 0
    assert services.shares is not None
    assert {user.username for user in sdk.list_users()} == {"alice", "bob"}


async def test_deleting_a_user_whose_turn_has_not_come(
    ready: ReadySdk, story: Story, services: TwoAccounts
) -> None:
    sdk = await ready(read=20)
    await sdk.create_new_user("bob")
    services.delays["/user/shares"] = 2
    changing = asyncio.create_task(sdk.set_wallet_password(story.pin, NEXT))
    assert await eventually(lambda: services.requests.count("/user/shares") == 2)
    # Bob has no vault: no PIN would be in the way.
    await overtaken(sdk, services, sdk.delete_user(story.pin), after=0.2)
    await changing
    assert (services.deleted_users, len(sdk.list_users())) == (0, 2)


async def test_deleting_a_wallet(
    ready: ReadySdk, open_sdk: OpenSdk, story: Story, services: TwoAccounts, tmp_path: Any
) -> None:
    sdk = await ready(read=20)
    await unheard(sdk, story, services)
    phone = await other_device(open_sdk, story, tmp_path)
    await phone.create_wallet_from_new_mnemonic(story.pin, replace=True)
    newer = services.shares
    await overtaken(sdk, services, sdk.delete_wallet(story.pin))
    assert services.shares is newer


async def test_dropping_a_replacement_that_arrives(
    ready: ReadySdk, story: Story, services: TwoAccounts
) -> None:
    sdk = await ready(read=1)
    await sdk.create_new_user("bob")
    services.delays["/user/shares"] = 3
    with pytest.raises(NetworkTimeout):
        await sdk.create_wallet_from_existing_mnemonic(story.pin, OTHER, replace=True)
    services.delays.clear()
    await overtaken(sdk, services, sdk.within(20).discard_pending_wallet(story.pin))
    await sdk.init_user("alice")
    assert await sdk.get_mnemonic(story.pin) == OTHER


async def test_restoring_a_wallet(
    ready: ReadySdk, open_sdk: OpenSdk, story: Story, services: TwoAccounts, tmp_path: Any
) -> None:
    sdk = await ready(read=20)
    kept = services.shares
    phone = await other_device(open_sdk, story, tmp_path, story.password)
    await phone.create_wallet_from_existing_mnemonic(story.pin, OTHER, replace=True)
    services.shares_of_bob, services.shares = services.shares, kept
    await sdk.create_new_user("bob")
    services.fail("/user/shares", "504", times=1)
    with pytest.raises(Exception, match="backend"):
        await sdk.delete_wallet(story.pin)
    await sdk.delete_wallet(story.pin, only_here=True)
    await overtaken(sdk, services, sdk.restore_wallet_from_shares(story.pin))
    await sdk.init_user("alice")
    await sdk.unlock(story.pin)
    assert not (await sdk.get_user()).has_wallet


async def test_creating_a_wallet(ready: ReadySdk, story: Story, services: TwoAccounts) -> None:
    sdk = await ready(wallet=False, read=20)
    await sdk.create_new_user("bob")
    services.delays["/user/shares/recovery"] = 2
    await overtaken(sdk, services, sdk.create_wallet_from_existing_mnemonic(story.pin, story.phrase))
    assert services.shares is None


async def test_a_withdrawal(ready: ReadySdk, story: Story, services: TwoAccounts) -> None:
    sdk = await begun(ready, story, read=20)
    await sdk.create_new_user("bob")
    services.delays["eth_getBalance"] = 2
    call = sdk.create_withdrawal_with_viviswap("1", story.pin, payment_id="w1", network="ETH")
    await overtaken(sdk, services, call)
    assert services.evm.sent == []


async def test_a_purchase(ready: ReadySdk, story: Story, services: TwoAccounts) -> None:
    sdk = await ready(read=20)
    await sdk.create_new_user("bob")
    purchase = await sdk.create_purchase_request("bob", "1", "h", "a", "CLIK", network="ETH")
    services.delays["/transactions/details"] = 2
    await overtaken(sdk, services, sdk.confirm_purchase_request(story.pin, purchase))
    assert services.evm.sent == []


async def test_a_token_that_comes_too_late(
    ready: ReadySdk, story: Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("ETOPAY_SDK_WEAK_TEST_KDF")
    sdk = await ready(wallet=False, read=20)
    await sdk.create_new_user("bob")
    await sdk.lock()
    # A PIN that is being checked lets nobody pass; the others get their turn in this order.
    tasks = []
    for call in (sdk.unlock(story.pin), sdk.init_user("bob"), sdk.refresh_access_token(TOKEN)):
        tasks.append(asyncio.ensure_future(call))
        await asyncio.sleep(0.05)
    assert not tasks[0].done()
    await asyncio.gather(*tasks[:2])
    with pytest.raises(StateError) as raised:
        await tasks[2]
    assert raised.value.code == "user_changed"
    with pytest.raises(StateError) as raised:
        await sdk.get_tx_list(0, 10)
    assert raised.value.code == "no_token"


async def test_what_is_made_for_the_next_user_goes_on(
    ready: ReadySdk, story: Story, services: TwoAccounts
) -> None:
    sdk = await ready(read=20)
    await sdk.create_new_user("bob")
    await to_bob(sdk)
    assert await sdk.is_kyc_status_verified("bob")
    await sdk.delete_user()
    assert services.for_bob[-1] == "DELETE /user"
    await sdk.init_user("alice")
    await sdk.refresh_access_token(TOKEN)
    await sdk.delete_wallet(story.pin)
    assert services.shares is None
