"""The shares at the server stay those the user asked for, whatever comes late or from elsewhere."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
from etopay_sdk import (
    BackendError,
    NetworkTimeout,
    Sdk,
    SharesState,
    StateError,
    WalletNotInitialized,
)

from tests.sdk.conftest import OpenSdk, ReadySdk
from tests.sdk.fake_services import OTHER_EVM, TOKEN, Services, Story
from tests.sdk.test_lost_upload import LATE, OTHER, lost, other_device
from tests.sdk.test_wallet import eventually


class TestDeleting:
    async def test_a_newer_wallet_of_another_device_stays(
        self, ready: ReadySdk, open_sdk: OpenSdk, story: Story, services: Services, tmp_path: Path
    ) -> None:
        sdk = await ready()
        phone = await other_device(open_sdk, story, tmp_path)
        await phone.create_wallet_from_new_mnemonic(story.pin, replace=True)
        newer = services.shares
        await sdk.delete_wallet(story.pin)
        assert (services.shares is newer, (await sdk.get_user()).has_wallet) == (True, False)

    async def test_what_cannot_be_read_stays(self, ready: ReadySdk, story: Story, services: Services) -> None:
        sdk = await ready()
        services.shares = {"recovery_share": "of a later version", "backup_share": "of a later version"}
        await sdk.delete_wallet(story.pin)
        assert services.shares is not None

    async def test_without_a_wallet_here_nothing_is_deleted_there(
        self, ready: ReadySdk, story: Story, services: Services
    ) -> None:
        sdk = await ready()
        await sdk.delete_wallet(story.pin, only_here=True)
        with pytest.raises(WalletNotInitialized):
            await sdk.delete_wallet(story.pin)
        assert services.shares is not None
        await sdk.restore_wallet_from_shares(story.pin)

    async def test_who_the_shares_are_of_is_asked_or_nothing_happens(
        self, ready: ReadySdk, story: Story, services: Services
    ) -> None:
        sdk = await ready()
        services.fail("/user/shares/recovery", "500", times=1)
        with pytest.raises(BackendError):
            await sdk.delete_wallet(story.pin)
        assert await sdk.get_mnemonic(story.pin) == story.phrase
        assert services.shares is not None

    @pytest.mark.parametrize("way", ["delete", "replace"])
    async def test_not_under_a_payment_that_began_meanwhile(
        self, ready: ReadySdk, story: Story, services: Services, way: str
    ) -> None:
        sdk = await ready()
        kept = services.shares
        services.evm.mine = False
        services.delays["/user/shares/recovery"] = 1
        if way == "delete":
            removing = asyncio.create_task(sdk.delete_wallet(story.pin))
        else:
            replacing = sdk.create_wallet_from_new_mnemonic(story.pin, replace=True)
            removing = asyncio.create_task(replacing)  # type: ignore[arg-type]
        assert await eventually(lambda: services.requests[-1] == "/user/shares/recovery")
        sending = asyncio.create_task(sdk.within(3).send_amount(story.pin, OTHER_EVM, "1", payment_id="p"))
        with pytest.raises(StateError) as raised:
            await removing
        assert raised.value.code == "payment_in_progress"
        assert (services.shares is kept, await sdk.get_mnemonic(story.pin)) == (True, story.phrase)
        assert await sending == services.evm.waiting[0]["hash"]


class TestUploadsThatComeLate:
    async def replacing_late(self, sdk: Sdk, story: Story, services: Services) -> None:
        """A replacement whose shares arrive after everybody has stopped waiting."""
        services.delays["/user/shares"] = LATE
        with pytest.raises(NetworkTimeout):
            await sdk.create_wallet_from_existing_mnemonic(story.pin, OTHER, replace=True)
        services.delays.clear()

    async def test_are_waited_for_before_a_wallet_is_dropped_here(
        self, ready: ReadySdk, story: Story, services: Services
    ) -> None:
        sdk = await ready(read=1)
        await self.replacing_late(sdk, story, services)
        with pytest.raises(NetworkTimeout):
            await sdk.delete_wallet(story.pin, only_here=True)
        assert await sdk.get_mnemonic(story.pin) == OTHER
        await sdk.within(20).delete_wallet(story.pin, only_here=True)
        await sdk.restore_wallet_from_shares(story.pin)
        assert await sdk.get_mnemonic(story.pin) == OTHER, "it is what the server holds by now"

    @pytest.mark.parametrize("restarted", [False, True])
    async def test_do_not_come_after_the_user_was_forgotten(
        self, ready: ReadySdk, open_sdk: OpenSdk, story: Story, services: Services, *, restarted: bool
    ) -> None:
        sdk = await ready(read=1)
        await self.replacing_late(sdk, story, services)
        if restarted:
            await sdk.close()
            sdk = open_sdk(read=1)
        with pytest.raises(NetworkTimeout):
            await sdk.forget_user("alice")
        assert [user.username for user in sdk.list_users()] == ["alice"]
        await sdk.within(20).forget_user("alice")
        held = services.shares
        assert sdk.list_users() == []
        await asyncio.sleep(LATE)
        assert services.shares is held, "nothing comes after it"

    async def test_a_user_is_not_forgotten_while_one_is_sent(
        self, ready: ReadySdk, story: Story, services: Services
    ) -> None:
        sdk = await ready(wallet=False, read=3)
        services.delays["/user/shares"] = 1
        creating = asyncio.create_task(sdk.create_wallet_from_existing_mnemonic(story.pin, story.phrase))
        assert await eventually(lambda: "/user/shares" in services.requests)
        with pytest.raises(NetworkTimeout):
            await sdk.within(0.3).forget_user("alice")
        await sdk.forget_user("alice")
        assert creating.done()
        await creating

    async def test_a_damaged_vault_is_forgotten_at_once(
        self, ready: ReadySdk, open_sdk: OpenSdk, story: Story, services: Services, folder: Path
    ) -> None:
        sdk = await ready(wallet=False, read=1)
        await lost(sdk, story, services)
        await sdk.close()
        for path in folder.rglob("vault*"):
            path.write_bytes(path.read_bytes()[:-1])
        sdk = open_sdk(read=1)
        await sdk.forget_user("alice")
        assert sdk.list_users() == []

    @pytest.mark.parametrize("status", [502, 520, 522, 524])
    async def test_what_a_proxy_says_is_no_answer(
        self, ready: ReadySdk, story: Story, services: Services, status: int
    ) -> None:
        sdk = await ready(wallet=False, read=1)
        services.fail("/user/shares", str(status), times=1)
        with pytest.raises(BackendError):
            await sdk.create_wallet_from_existing_mnemonic(story.pin, story.phrase)
        with pytest.raises(NetworkTimeout):
            await sdk.discard_pending_wallet(story.pin)

    @pytest.mark.parametrize("status", [401, 403, 409, 422, 429, 500])
    async def test_what_the_backend_says_is_one(
        self, ready: ReadySdk, story: Story, services: Services, status: int
    ) -> None:
        sdk = await ready(wallet=False, read=1)
        services.fail("/user/shares", str(status), times=1)
        with pytest.raises(Exception, match=r"backend|token"):
            await sdk.create_wallet_from_existing_mnemonic(story.pin, story.phrase)
        await sdk.discard_pending_wallet(story.pin)
        assert not (await sdk.get_user()).has_wallet

    async def test_the_first_of_two_is_waited_for_before_a_deletion(
        self, ready: ReadySdk, story: Story, services: Services
    ) -> None:
        sdk = await ready(wallet=False, read=1)
        await lost(sdk, story, services)
        await sdk.create_wallet_from_existing_mnemonic(story.pin, story.phrase)
        await sdk.within(20).delete_wallet(story.pin)
        await asyncio.sleep(LATE)
        assert services.shares is None


class TestDeletionsThatComeLate:
    async def deleting_late(self, sdk: Sdk, story: Story, services: Services) -> None:
        services.delays["/user/shares"] = LATE
        with pytest.raises(NetworkTimeout):
            await sdk.delete_wallet(story.pin)
        services.delays.clear()

    @pytest.mark.parametrize("restarted", [False, True])
    async def test_do_not_leave_a_wallet_without_its_shares(
        self, ready: ReadySdk, open_sdk: OpenSdk, story: Story, services: Services, *, restarted: bool
    ) -> None:
        sdk = await ready(read=1)
        await self.deleting_late(sdk, story, services)
        assert await sdk.get_mnemonic(story.pin) == story.phrase
        if restarted:
            await sdk.close()
            sdk = open_sdk(read=1)
            await sdk.init_user("alice")
            await sdk.unlock(story.pin)
            await sdk.refresh_access_token(TOKEN)
        assert await eventually(lambda: services.shares is None, tries=200), "the deletion arrives"
        assert await eventually(lambda: services.shares is not None, tries=500)
        assert services.shares is not None
        assert services.shares["recovery_share"] == await sdk.get_recovery_share(story.pin)
        assert (await sdk.get_user()).shares is SharesState.UPLOADED

    async def test_do_not_take_the_shares_of_the_next_wallet(
        self, ready: ReadySdk, story: Story, services: Services
    ) -> None:
        sdk = await ready(read=1)
        await self.deleting_late(sdk, story, services)
        await sdk.delete_wallet(story.pin)
        await sdk.create_wallet_from_existing_mnemonic(story.pin, OTHER)
        assert await eventually(lambda: services.shares is None, tries=200), "the deletion arrives"
        assert await eventually(lambda: services.shares is not None, tries=500)
        assert services.shares is not None
        assert services.shares["recovery_share"] == await sdk.get_recovery_share(story.pin)

    async def test_are_waited_for_before_a_wallet_is_restored(
        self, ready: ReadySdk, story: Story, services: Services
    ) -> None:
        sdk = await ready(read=1)
        held = services.shares
        await self.deleting_late(sdk, story, services)
        await sdk.delete_wallet(story.pin)
        services.shares = held
        with pytest.raises(NetworkTimeout):
            await sdk.restore_wallet_from_shares(story.pin)
        with pytest.raises(WalletNotInitialized):
            await sdk.within(20).restore_wallet_from_shares(story.pin)
        assert services.shares is None, "the deletion has arrived"

    async def test_an_account_that_is_not_deleted_keeps_its_shares(
        self, ready: ReadySdk, story: Story, services: Services
    ) -> None:
        sdk = await ready()
        services.fail("/user", "500", times=1)
        with pytest.raises(BackendError):
            await sdk.delete_user(story.pin)
        assert await sdk.get_mnemonic(story.pin) == story.phrase
        assert await eventually(lambda: services.shares is not None)


class TestAccounts:
    async def test_one_that_is_not_deleted_keeps_the_newer_wallet_of_another_device(
        self, ready: ReadySdk, open_sdk: OpenSdk, story: Story, services: Services, tmp_path: Path
    ) -> None:
        sdk = await ready()
        phone = await other_device(open_sdk, story, tmp_path)
        await phone.create_wallet_from_new_mnemonic(story.pin, replace=True)
        newer = services.shares
        services.fail("/user", "500", times=1)
        with pytest.raises(BackendError):
            await sdk.delete_user(story.pin)
        await sdk.refresh_access_token(TOKEN)
        await asyncio.sleep(1)
        assert services.shares is newer
        await sdk.delete_user(story.pin)
        assert (services.deleted_users, sdk.list_users()) == (1, [])

    async def test_one_that_is_not_deleted_keeps_a_wallet_this_device_has_not(
        self, ready: ReadySdk, story: Story, services: Services
    ) -> None:
        sdk = await ready()
        await sdk.delete_wallet(story.pin, only_here=True)
        services.fail("/user", "500", times=1)
        with pytest.raises(BackendError):
            await sdk.delete_user(story.pin)
        await sdk.restore_wallet_from_shares(story.pin)
        assert await sdk.get_mnemonic(story.pin) == story.phrase

    async def test_one_with_shares_that_cannot_be_read_is_deleted(
        self, ready: ReadySdk, story: Story, services: Services
    ) -> None:
        sdk = await ready()
        services.shares = {"recovery_share": "of a later version", "backup_share": "of a later version"}
        await sdk.delete_user(story.pin)
        assert (services.deleted_users, sdk.list_users()) == (1, [])


class Elsewhere(HTTPServer):
    """Keeps what is sent to it."""

    def __init__(self) -> None:
        self.received: list[bytes] = []
        super().__init__(("127.0.0.1", 0), ElsewhereHandler)
        self.url = f"http://127.0.0.1:{self.server_port}"


class ElsewhereHandler(BaseHTTPRequestHandler):
    server: Elsewhere

    def log_message(self, *_: object) -> None:
        pass

    def do_PUT(self) -> None:
        self.server.received.append(self.rfile.read(int(self.headers.get("content-length") or 0)))
        self.send_response(200)
        self.send_header("content-length", "0")
        self.end_headers()

    do_DELETE = do_GET = do_PUT  # noqa: N815


@pytest.fixture
def elsewhere() -> Iterator[Elsewhere]:
    with Elsewhere() as server:
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        yield server
        server.shutdown()


@pytest.mark.parametrize("status", [307, 308])
async def test_no_share_goes_to_another_origin(
    ready: ReadySdk, story: Story, services: Services, elsewhere: Elsewhere, status: int
) -> None:
    sdk = await ready(wallet=False)
    services.redirects["/user/shares"] = (status, f"{elsewhere.url}/api/user/shares")
    with pytest.raises(BackendError) as raised:
        await sdk.create_wallet_from_existing_mnemonic(story.pin, story.phrase)
    assert (raised.value.status, elsewhere.received) == (status, [])
    await sdk.set_wallet_password(story.pin, "another rather good password")
    with pytest.raises(BackendError):
        await sdk.create_wallet_from_existing_mnemonic(story.pin, story.phrase)
    assert elsewhere.received == []


async def test_shares_follow_a_redirect_within_the_backend(
    ready: ReadySdk, story: Story, services: Services
) -> None:
    sdk = await ready(wallet=False)
    services.redirects["/user/shares"] = (308, f"{services.url}/api/user/shares?moved")
    await sdk.create_wallet_from_existing_mnemonic(story.pin, story.phrase)
    assert services.shares is not None
    assert services.shares["recovery_share"] == await sdk.get_recovery_share(story.pin)
