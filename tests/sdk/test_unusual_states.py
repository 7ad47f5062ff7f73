"""States and arguments that are rare, and what a program sees of them."""

from __future__ import annotations

import asyncio
import copy
import pickle
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from etopay_sdk import (
    BackendError,
    ErrorKind,
    EtopayError,
    EvmErc20,
    IotaRebased,
    NetworkTimeout,
    SharesState,
    StorageError,
    ValidationError,
    WalletNotInitialized,
    get_build_info,
    password_strength,
)

from tests.sdk.conftest import OpenSdk, ReadySdk
from tests.sdk.fake_services import TOKEN, Services, Story
from tests.sdk.test_vault_files import vault_of

OTHER_PHRASE = "legal winner thank year wave sausage worth useful legal winner thank yellow"


def test_the_build_says_which_crate_it_is() -> None:
    assert "0.16.1" in get_build_info()


def test_an_endless_password_is_not_judged() -> None:
    assert password_strength("a" * 1024) < 3
    with pytest.raises(ValidationError) as raised:
        password_strength("a" * 1025)
    assert raised.value.details["field"] == "password"


@pytest.mark.parametrize("copied", [lambda error: pickle.loads(pickle.dumps(error)), copy.deepcopy])
def test_an_error_goes_to_another_process_whole(copied: Any) -> None:
    error = NetworkTimeout("network_timeout", {"service": "node"})
    again = copied(error)
    assert type(again) is NetworkTimeout
    assert (again.code, again.details, str(again)) == (error.code, error.details, str(error))


async def test_an_empty_token_is_refused(ready: ReadySdk) -> None:
    sdk = await ready()
    with pytest.raises(ValidationError) as raised:
        await sdk.refresh_access_token("")
    assert raised.value.details["field"] == "token"
    assert await sdk.get_exchange_rate()


async def test_a_user_who_has_a_pin_is_not_deleted_without_it(
    ready: ReadySdk, services: Services, story: Story
) -> None:
    sdk = await ready()
    with pytest.raises(EtopayError) as raised:
        await sdk.delete_user()
    assert raised.value.code == "invalid_pin"
    assert services.deleted_users == 0
    assert await sdk.get_mnemonic(story.pin) == story.phrase


class TestNetworksOfTheProgram:
    async def test_every_kind_goes_there_and_back(self, ready: ReadySdk) -> None:
        sdk = await ready()
        networks = await sdk.get_networks()
        assert {type(network.protocol) for network in networks} >= {EvmErc20, IotaRebased}
        await sdk.set_networks(networks)
        assert await sdk.get_networks() == networks

    async def test_a_key_is_used_once(self, ready: ReadySdk) -> None:
        sdk = await ready()
        networks = await sdk.get_networks()
        with pytest.raises(ValidationError) as raised:
            await sdk.set_networks([*networks, networks[0]])
        assert raised.value.details["reason"] == "its key is used twice"

    async def test_a_kind_of_chain_nobody_knows_is_refused(self, ready: ReadySdk) -> None:
        sdk = await ready()
        network = replace((await sdk.get_networks())[0], protocol="Bitcoin")  # type: ignore[arg-type]
        with pytest.raises(ValidationError) as raised:
            await sdk.set_networks([network])
        assert raised.value.code == "invalid_network"

    async def test_it_is_chosen_before_the_vault_is_open(
        self, ready: ReadySdk, open_sdk: OpenSdk, services: Services, folder: Path
    ) -> None:
        await (await ready()).close()
        sdk = open_sdk()
        await sdk.init_user("alice")
        await sdk.refresh_access_token(TOKEN)
        await sdk.get_networks()
        await sdk.set_network("iota_other")
        services.fail("/config/networks", "500")
        assert "iota_other" in [network.key for network in await sdk.get_networks()]


async def test_without_a_user_the_networks_can_be_asked_for(open_sdk: OpenSdk) -> None:
    sdk = open_sdk()
    await sdk.refresh_access_token(TOKEN)
    assert {network.key for network in await sdk.get_networks()} == {"ETH", "token", "iota_other"}


async def test_a_folder_where_the_vault_belongs_is_no_damaged_vault(
    ready: ReadySdk, open_sdk: OpenSdk, story: Story, folder: Path
) -> None:
    await (await ready()).close()
    vault = vault_of(folder)
    kept = vault.read_bytes()
    vault.with_name("vault.previous").unlink(missing_ok=True)
    vault.unlink()
    vault.mkdir()
    sdk = open_sdk()
    await sdk.init_user("alice")
    with pytest.raises(StorageError) as raised:
        await sdk.unlock(story.pin)
    assert raised.value.code == "storage_error"
    vault.rmdir()
    vault.write_bytes(kept)
    assert await sdk.get_mnemonic(story.pin) == story.phrase


async def test_an_ordinary_vault_costs_what_it_should(
    open_sdk: OpenSdk, story: Story, monkeypatch: pytest.MonkeyPatch, folder: Path
) -> None:
    monkeypatch.delenv("ETOPAY_SDK_WEAK_TEST_KDF")
    sdk = open_sdk()
    await sdk.create_new_user("alice")
    await sdk.init_user("alice")
    await sdk.set_wallet_password(story.pin, story.password)
    assert b'"weak":false' in vault_of(folder).read_bytes()
    assert b'"memory_kib":98304' in vault_of(folder).read_bytes()


async def test_a_backup_of_any_size_is_not_read(ready: ReadySdk, story: Story) -> None:
    sdk = await ready(wallet=False)
    with pytest.raises(EtopayError) as raised:
        await sdk.create_wallet_from_backup(story.pin, b"\x03" * (4 * 1024 * 1024 + 1), "backup password")
    assert raised.value.code == "invalid_backup"


async def test_a_rate_that_is_no_number_hides_no_purchase_behind_zero(
    ready: ReadySdk, services: Services
) -> None:
    sdk = await ready()
    await sdk.create_purchase_request("bob", "1", "h", "{}", "CLIK")
    services.spoil = lambda answer: (
        {"txs": [tx | {"incoming": tx["incoming"] | {"amount": "1e400"}} for tx in answer["txs"]]}
        if "txs" in answer
        else answer
    )
    with pytest.raises(BackendError) as raised:
        await sdk.get_tx_list(0, 10)
    assert raised.value.details["reason"] == "unreadable answer"


@pytest.mark.parametrize("order_id", ["", "x" * 257])
async def test_an_order_has_an_id(ready: ReadySdk, order_id: str) -> None:
    sdk = await ready()
    with pytest.raises(ValidationError) as raised:
        await sdk.get_swap_details(order_id)
    assert raised.value.details["field"] == "order_id"


async def test_without_a_wallet_there_is_no_address_to_swap_to(ready: ReadySdk, story: Story) -> None:
    sdk = await ready(wallet=False)
    await sdk.start_kyc_verification_for_viviswap("a@b.c", terms_accepted=True)
    with pytest.raises(WalletNotInitialized):
        await sdk.create_detail_for_viviswap(story.pin, network="ETH")


class TestSharesAtTheServer:
    async def test_a_wallet_made_elsewhere_meanwhile_is_a_conflict_and_both_stay(
        self, ready: ReadySdk, services: Services, story: Story, tmp_path: Path
    ) -> None:
        offline = await ready(token=False)
        online = await ready(at=tmp_path / "second", wallet=False)
        await online.create_wallet_from_existing_mnemonic(story.pin, OTHER_PHRASE)
        held = copy.deepcopy(services.shares)
        await offline.refresh_access_token(TOKEN)

        for _ in range(100):
            if (await offline.get_user()).shares is SharesState.CONFLICT:
                break
            await asyncio.sleep(0.02)
        else:
            pytest.fail("the conflict is not shown")
        assert services.shares == held
        assert await offline.get_mnemonic(story.pin) == story.phrase
        assert await online.get_mnemonic(story.pin) == OTHER_PHRASE

    @pytest.mark.parametrize(
        ("lost", "kind"), [("recovery", ErrorKind.SET_RECOVERY_SHARE), ("backup", ErrorKind.USE_MNEMONIC)]
    )
    async def test_half_of_them_says_what_else_is_needed(
        self, ready: ReadySdk, services: Services, story: Story, tmp_path: Path, lost: str, kind: ErrorKind
    ) -> None:
        await ready()
        device = await ready(at=tmp_path / "second", wallet=False)
        services.fail(f"/user/shares/{lost}", "404")
        with pytest.raises(WalletNotInitialized) as raised:
            await device.restore_wallet_from_shares(story.pin)
        assert raised.value.kind is kind
