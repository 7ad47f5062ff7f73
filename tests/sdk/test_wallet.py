"""Creating, restoring, backing up and deleting a wallet."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path

import pytest
from etopay_sdk import (
    AuthError,
    BackendError,
    NetworkError,
    NetworkTimeout,
    PasswordMismatchError,
    SharesState,
    StateError,
    ValidationError,
    WalletExists,
    WalletNotInitialized,
    check_mnemonic,
    mnemonic_words,
    password_strength,
)

from tests.sdk.conftest import OpenSdk, ReadySdk
from tests.sdk.fake_services import EVM_ADDRESS, OTHER_EVM, TOKEN, Services, Story


async def eventually(condition: Callable[[], bool], tries: int = 100) -> bool:
    for _ in range(tries):
        if condition():
            return True
        await asyncio.sleep(0.02)
    return False


class TestAddresses:
    async def test_known_phrase_gives_known_addresses(self, ready: ReadySdk, story: Story) -> None:
        sdk = await ready()
        assert await sdk.generate_new_address(story.pin) == EVM_ADDRESS
        await sdk.set_wallet_derivation_options(0, 1)
        assert await sdk.generate_new_address(story.pin) == OTHER_EVM
        await sdk.set_wallet_derivation_options(1, 0)
        assert await sdk.generate_new_address(story.pin) == "0x8C8d35429F74ec245F8Ef2f4Fd1e551cFF97d650"

    async def test_the_backend_learns_the_address(
        self, ready: ReadySdk, story: Story, services: Services
    ) -> None:
        sdk = await ready()
        await sdk.generate_new_address(story.pin)
        assert await eventually(lambda: services.addresses.get("ETH") == EVM_ADDRESS)

    async def test_works_while_the_backend_fails(
        self, ready: ReadySdk, story: Story, services: Services
    ) -> None:
        sdk = await ready()
        services.fail("/user/address", "500")
        assert await sdk.generate_new_address(story.pin) == EVM_ADDRESS

    @pytest.mark.parametrize(("account", "index"), [(2**31, 0), (0, 2**31)])
    async def test_hardened_numbers_are_refused(self, ready: ReadySdk, account: int, index: int) -> None:
        sdk = await ready()
        with pytest.raises(ValidationError):
            await sdk.set_wallet_derivation_options(account, index)


class TestCreation:
    async def test_new_wallet_survives_a_restart(
        self, ready: ReadySdk, open_sdk: OpenSdk, story: Story, services: Services
    ) -> None:
        sdk = await ready(wallet=False)
        phrase = await sdk.create_wallet_from_new_mnemonic(story.pin)
        assert len(phrase.split()) == 24
        check_mnemonic(phrase)
        address = await sdk.generate_new_address(story.pin)
        assert services.shares is not None
        await sdk.close()

        again = open_sdk()
        assert [(u.username, u.has_wallet, u.phrase_confirmed) for u in again.list_users()] == [
            ("alice", True, False)
        ]
        await again.init_user("alice")
        await again.unlock(story.pin)
        assert await again.generate_new_address(story.pin) == address
        assert await again.verify_mnemonic(story.pin, phrase.upper() + " ")
        assert again.list_users()[0].phrase_confirmed
        assert await again.get_mnemonic(story.pin) == phrase

    async def test_failed_upload_goes_on_with_the_same_phrase(
        self, ready: ReadySdk, story: Story, services: Services
    ) -> None:
        sdk = await ready(wallet=False)
        services.fail("/user/shares", "500", times=1)
        with pytest.raises(BackendError) as raised:
            await sdk.create_wallet_from_new_mnemonic(story.pin)
        assert raised.value.status == 500
        saved = await sdk.get_mnemonic(story.pin)
        assert (await sdk.get_user()).wallet_pending
        assert await sdk.create_wallet_from_new_mnemonic(story.pin) == saved
        assert (await sdk.get_user()).shares is SharesState.UPLOADED

    async def test_a_password_does_not_complete_a_replacement(
        self, ready: ReadySdk, story: Story, services: Services
    ) -> None:
        sdk = await ready()
        kept = services.shares
        services.fail("/user/shares", "500", times=1)
        with pytest.raises(BackendError):
            await sdk.create_wallet_from_new_mnemonic(story.pin, replace=True)
        await sdk.set_wallet_password(story.pin, story.password + "2")
        assert services.shares is kept
        assert (await sdk.get_user()).wallet_pending
        await sdk.create_wallet_from_new_mnemonic(story.pin)
        assert services.shares is not kept
        assert not (await sdk.get_user()).wallet_pending

    async def test_wallet_made_offline_is_uploaded_when_the_token_comes(
        self, ready: ReadySdk, story: Story, services: Services
    ) -> None:
        sdk = await ready(token=False, wallet=False)
        await sdk.create_wallet_from_new_mnemonic(story.pin)
        assert (await sdk.get_user()).shares is SharesState.PENDING
        await sdk.refresh_access_token(TOKEN)
        assert await eventually(lambda: services.shares is not None)

    async def test_existing_wallet_is_not_overwritten(self, ready: ReadySdk, story: Story) -> None:
        sdk = await ready()
        with pytest.raises(WalletExists):
            await sdk.create_wallet_from_new_mnemonic(story.pin)
        assert await sdk.get_mnemonic(story.pin) == story.phrase
        replaced = await sdk.create_wallet_from_new_mnemonic(story.pin, replace=True)
        assert replaced != story.phrase

    async def test_wallet_at_the_server_is_not_overwritten(
        self, ready: ReadySdk, open_sdk: OpenSdk, story: Story, services: Services, tmp_path: Path
    ) -> None:
        await ready()
        kept = services.shares
        device = await ready(at=tmp_path / "second", wallet=False)
        with pytest.raises(WalletExists) as raised:
            await device.create_wallet_from_new_mnemonic(story.pin)
        assert raised.value.details["where"] == "server"
        assert services.shares is kept

    @pytest.mark.parametrize(
        ("kind", "error"), [("401", AuthError), ("500", BackendError), ("hang", NetworkTimeout)]
    )
    async def test_no_answer_is_not_taken_for_no_wallet(
        self, ready: ReadySdk, story: Story, services: Services, kind: str, error: type[Exception]
    ) -> None:
        sdk = await ready(wallet=False, read=0.5)
        services.fail("/user/shares/recovery", kind)
        with pytest.raises(error):
            await sdk.create_wallet_from_new_mnemonic(story.pin)
        assert not (await sdk.get_user()).has_wallet

    async def test_needs_a_password_first(self, open_sdk: OpenSdk, story: Story) -> None:
        sdk = open_sdk()
        await sdk.create_new_user("alice")
        await sdk.init_user("alice")
        with pytest.raises(WalletNotInitialized) as raised:
            await sdk.create_wallet_from_new_mnemonic(story.pin)
        assert raised.value.kind == "MissingPassword"


class TestNewDevice:
    async def test_shares_and_password_bring_the_wallet_back(
        self, ready: ReadySdk, story: Story, tmp_path: Path
    ) -> None:
        await ready()
        device = await ready(at=tmp_path / "second", wallet=False)
        await device.restore_wallet_from_shares(story.pin)
        assert await device.get_mnemonic(story.pin) == story.phrase

    async def test_wrong_password_can_be_corrected(
        self, ready: ReadySdk, story: Story, tmp_path: Path
    ) -> None:
        await ready()
        device = await ready(at=tmp_path / "second", wallet=False)
        await device.set_wallet_password(story.pin, "another good password here")
        with pytest.raises(PasswordMismatchError):
            await device.restore_wallet_from_shares(story.pin)
        await device.set_wallet_password(story.pin, story.password)
        await device.restore_wallet_from_shares(story.pin)
        assert await device.generate_new_address(story.pin) == EVM_ADDRESS

    async def test_nothing_at_the_server(self, ready: ReadySdk, story: Story) -> None:
        sdk = await ready(wallet=False)
        with pytest.raises(WalletNotInitialized) as raised:
            await sdk.restore_wallet_from_shares(story.pin)
        assert raised.value.kind == "UseMnemonic"

    async def test_changed_password_reaches_the_server(
        self, ready: ReadySdk, story: Story, tmp_path: Path
    ) -> None:
        sdk = await ready()
        await sdk.set_wallet_password(story.pin, "another good password here")
        device = await ready(at=tmp_path / "second", wallet=False)
        with pytest.raises(PasswordMismatchError):
            await device.restore_wallet_from_shares(story.pin)
        await device.set_wallet_password(story.pin, "another good password here")
        await device.restore_wallet_from_shares(story.pin)


class TestBackupAndDeletion:
    async def test_backup_round_trip(self, ready: ReadySdk, story: Story, tmp_path: Path) -> None:
        sdk = await ready()
        data = await sdk.create_wallet_backup(story.pin, "a rather good backup password")
        device = await ready(at=tmp_path / "second", wallet=False)
        with pytest.raises(ValidationError) as raised:
            await device.create_wallet_from_backup(story.pin, data, "a rather wrong backup password")
        assert raised.value.code == "invalid_backup"
        with pytest.raises(ValidationError):
            await device.create_wallet_from_backup(story.pin, b"not a backup", "x")
        (tmp_path / "wallet.kdbx").write_bytes(data)
        await device.create_wallet_from_backup(
            story.pin, tmp_path / "wallet.kdbx", "a rather good backup password"
        )
        assert await device.get_mnemonic(story.pin) == story.phrase

    async def test_delete_wallet(self, ready: ReadySdk, story: Story, services: Services) -> None:
        sdk = await ready()
        await sdk.delete_wallet(story.pin)
        assert services.shares is None
        with pytest.raises(WalletNotInitialized):
            await sdk.get_mnemonic(story.pin)
        assert await sdk.is_wallet_password_set()

    async def test_failed_deletion_keeps_the_wallet(
        self, ready: ReadySdk, story: Story, services: Services
    ) -> None:
        sdk = await ready()
        services.fail("/user/shares", "500", times=1)
        with pytest.raises(BackendError):
            await sdk.delete_wallet(story.pin)
        assert await sdk.get_mnemonic(story.pin) == story.phrase

    async def test_delete_user(self, ready: ReadySdk, story: Story, services: Services, folder: Path) -> None:
        sdk = await ready()
        await sdk.delete_user(story.pin)
        assert (services.shares, services.deleted_users) == (None, 1)
        assert sdk.list_users() == []
        assert list((folder / "users").iterdir()) == []

    async def test_forget_user_leaves_the_server_alone(self, ready: ReadySdk, services: Services) -> None:
        sdk = await ready()
        await sdk.forget_user("alice")
        assert sdk.list_users() == []
        assert services.shares is not None
        with pytest.raises(StateError):
            await sdk.get_user()


class TestPhrases:
    def test_the_word_list(self) -> None:
        words = mnemonic_words()
        assert len(words) == 2048
        assert (words[0], words[-1]) == ("abandon", "zoo")

    @pytest.mark.parametrize(
        ("phrase", "details"),
        [
            ("test test tset", {"reason": "word", "position": 3}),
            ("test test", {"reason": "length", "words": 2}),
            ("", {"reason": "length", "words": 0}),
            ("test " * 12, {"reason": "checksum"}),
        ],
    )
    def test_what_is_wrong_with_a_phrase(self, phrase: str, details: dict[str, object]) -> None:
        with pytest.raises(ValidationError) as raised:
            check_mnemonic(phrase)
        assert raised.value.details == details

    def test_password_strength(self) -> None:
        assert password_strength("correcthorsebatterystaple") >= 3
        assert password_strength("Passw0rd!") < 3


class TestWalletAtTheServer:
    async def test_the_server_says_so(self, ready: ReadySdk, story: Story, services: Services) -> None:
        sdk = await ready(wallet=False)
        assert await sdk.has_wallet_at_server() is False
        await sdk.create_wallet_from_new_mnemonic(story.pin)
        await sdk.lock()
        assert await sdk.has_wallet_at_server() is True
        assert not sdk.is_unlocked

    @pytest.mark.parametrize("name", ["/user/shares/recovery", "/user/shares/backup"])
    async def test_one_share_is_enough(self, ready: ReadySdk, services: Services, name: str) -> None:
        sdk = await ready()
        services.fail(name, "404")
        assert await sdk.has_wallet_at_server() is True

    @pytest.mark.parametrize("name", ["/kyc/check-status", "/user/shares/recovery", "/user/shares/backup"])
    @pytest.mark.parametrize(
        ("kind", "error"),
        [("500", BackendError), ("401", AuthError), ("204", BackendError), ("drop", NetworkError)],
    )
    async def test_a_failure_is_no_answer(
        self, ready: ReadySdk, services: Services, name: str, kind: str, error: type[Exception]
    ) -> None:
        sdk = await ready(wallet=False)
        services.fail(name, kind)
        with pytest.raises(error):
            await sdk.has_wallet_at_server()

    async def test_a_404_to_an_unproven_token_is_no_answer(self, ready: ReadySdk, services: Services) -> None:
        sdk = await ready(wallet=False)
        for name in ("/kyc/check-status", "/user/shares/recovery", "/user/shares/backup"):
            services.fail(name, "404")
        with pytest.raises(BackendError):
            await sdk.has_wallet_at_server()

    async def test_it_needs_a_token(self, ready: ReadySdk) -> None:
        sdk = await ready(wallet=False, token=False)
        with pytest.raises(StateError) as raised:
            await sdk.has_wallet_at_server()
        assert raised.value.code == "no_token"
