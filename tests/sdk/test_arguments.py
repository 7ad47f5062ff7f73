"""What goes in is checked, what comes out says no secret."""

from __future__ import annotations

import traceback
from decimal import Decimal
from pathlib import Path

import pytest
from etopay_sdk import (
    AuthError,
    BackendError,
    Config,
    ErrorKind,
    EtopayError,
    Evm,
    GasCostEstimation,
    IotaRebased,
    Network,
    NetworkError,
    NotFound,
    PinError,
    Sdk,
    StateError,
    ValidationError,
    WalletNotInitialized,
)
from etopay_sdk.amounts import to_wire
from hypothesis import given
from hypothesis import strategies as st

from tests.sdk.conftest import OpenSdk, ReadySdk
from tests.sdk.fake_services import EVM_ADDRESS, OTHER_EVM, TOKEN, Services, Story

BACKEND = "http://127.0.0.1:9/api"


class TestConfig:
    @pytest.mark.parametrize(
        "url",
        [
            "",
            "api",
            "/api",
            "http://host",
            "http://host/",
            "http://host/api/",
            "ftp://host/api",
            "http://host/api?x=1",
            "http://me:pw@host/api",
        ],
    )
    def test_backend_url(self, tmp_path: Path, url: str) -> None:
        with pytest.raises(ValidationError) as raised:
            Sdk(Config(url, "standalone", tmp_path))
        assert raised.value.details["field"] == "backend_url"

    @pytest.mark.parametrize(
        ("field", "value"),
        [("log_level", "loud"), ("read_timeout", 0.0), ("send_timeout", 1e9), ("auth_provider", "")],
    )
    def test_other_fields(self, tmp_path: Path, field: str, value: object) -> None:
        fields: dict[str, object] = {"backend_url": BACKEND, "auth_provider": "a", "storage_path": tmp_path}
        with pytest.raises(ValidationError) as raised:
            Sdk(Config(**(fields | {field: value})))  # type: ignore[arg-type]
        assert raised.value.details["field"] == field

    def test_the_spelling_of_the_crate(self) -> None:
        text = '{"backend_url": "https://a.b/api", "auth_provider": "x", "log_level": "WARN", "more": 1}'
        assert Config.from_json(text) == Config("https://a.b/api", "x", ".", "WARN")

    @pytest.mark.parametrize("text", ["", "{", "[]", "1", "null", '{"backend_url": "https://a.b/api"}'])
    def test_what_is_no_config(self, text: str) -> None:
        with pytest.raises(ValidationError) as raised:
            Config.from_json(text)
        assert raised.value.code == "invalid_config"

    def test_device_key_length(self, tmp_path: Path) -> None:
        with pytest.raises(ValidationError):
            Sdk(Config(BACKEND, "standalone", tmp_path), device_key=b"short")


class TestUsers:
    @pytest.mark.parametrize("name", ["", ".", "..", "a/b", "/etc", "a\\b", "ä", "a b", "a\0b", "x" * 129])
    async def test_names(self, open_sdk: OpenSdk, name: str) -> None:
        sdk = open_sdk()
        for call in (sdk.create_new_user, sdk.init_user, sdk.forget_user):
            with pytest.raises(ValidationError) as raised:
                await call(name)
            assert raised.value.code == "invalid_username"

    async def test_unknown_and_double(self, open_sdk: OpenSdk) -> None:
        sdk = open_sdk()
        with pytest.raises(NotFound):
            await sdk.init_user("alice")
        await sdk.create_new_user("alice")
        with pytest.raises(StateError) as raised:
            await sdk.create_new_user("alice")
        assert raised.value.code == "user_exists"

    async def test_several_users_keep_apart(self, ready: ReadySdk, story: Story) -> None:
        sdk = await ready()
        await sdk.create_new_user("bob@example.org")
        await sdk.init_user("bob@example.org")
        assert not sdk.is_unlocked
        await sdk.set_wallet_password("999999", story.password)
        assert not (await sdk.get_user()).has_wallet
        await sdk.init_user("alice")
        with pytest.raises(PinError):
            await sdk.unlock("999999")
        await sdk.unlock(story.pin)
        assert await sdk.get_mnemonic(story.pin) == story.phrase
        assert [user.username for user in sdk.list_users()] == ["alice", "bob@example.org"]

    async def test_everything_ends_with_close(self, ready: ReadySdk, story: Story) -> None:
        sdk = await ready()
        await sdk.close()
        for call in (sdk.unlock(story.pin), sdk.get_networks(), sdk.get_user(), sdk.get_mnemonic(story.pin)):
            with pytest.raises(StateError) as raised:
                await call
            assert raised.value.code == "closed"


class TestAmounts:
    @pytest.mark.parametrize("amount", [1, 1.5, True, None, b"1"])
    async def test_only_text_and_decimals(self, ready: ReadySdk, story: Story, amount: object) -> None:
        sdk = await ready()
        with pytest.raises(TypeError):
            await sdk.send_amount(story.pin, OTHER_EVM, amount)  # type: ignore[arg-type]

    @pytest.mark.parametrize(
        "amount",
        [
            "",
            "-1",
            "+1",
            "1e3",
            "1_000",
            " 1 ",
            "NaN",
            "Infinity",
            "１２３",
            "١٢٣",
            "1,5",
            "0x1",
            ".5",
            "5.",
            "1" * 41,
            "0.0000000000000000001",
            "79228162515",
            Decimal("NaN"),
            Decimal("-1"),
            Decimal("Infinity"),
        ],
    )
    async def test_refused(
        self, ready: ReadySdk, story: Story, services: Services, amount: Decimal | str
    ) -> None:
        sdk = await ready()
        with pytest.raises(ValidationError) as raised:
            await sdk.send_amount(story.pin, OTHER_EVM, amount)
        assert raised.value.code == "invalid_amount"
        assert services.evm.sent == []

    async def test_iota_limit(self, ready: ReadySdk, story: Story) -> None:
        sdk = await ready()
        for amount in ("9223372036.854775808", "18446744073.709551616"):
            with pytest.raises(ValidationError):
                await sdk.send_amount(story.pin, "0x" + "ee" * 32, amount, network="iota_other")

    @given(st.decimals(min_value=0, max_value=10**10, places=18))
    def test_wire_form_is_exact(self, amount: Decimal) -> None:
        assert Decimal(to_wire(amount)) == amount


class TestAddresses:
    @pytest.mark.parametrize(
        ("network", "address"),
        [
            ("ETH", "0x1234"),
            ("ETH", OTHER_EVM[2:]),
            ("ETH", OTHER_EVM.replace("C", "c", 1)),
            ("ETH", OTHER_EVM[:-1] + "g"),
            ("ETH", "0x" + "ee" * 32),
            ("iota_other", OTHER_EVM),
            ("iota_other", "0x" + "ee" * 31),
            ("iota_other", "0x" + "eg" * 32),
        ],
    )
    async def test_refused(self, ready: ReadySdk, story: Story, network: str, address: str) -> None:
        sdk = await ready()
        for call in (sdk.send_amount, sdk.estimate_gas):
            with pytest.raises(ValidationError) as raised:
                await call(story.pin, address, "1", network=network)
            assert raised.value.code == "invalid_address"

    async def test_one_case_needs_no_checksum(self, ready: ReadySdk, story: Story) -> None:
        sdk = await ready()
        await sdk.estimate_gas(story.pin, OTHER_EVM.lower(), "1")


class TestNetworks:
    async def test_from_the_backend_then_remembered(
        self, ready: ReadySdk, open_sdk: OpenSdk, story: Story, services: Services
    ) -> None:
        sdk = await ready()
        networks = await sdk.get_networks()
        assert [network.key for network in networks] == ["ETH", "token", "iota_other"]
        assert services.requests.count("/config/networks") == 1
        await sdk.close()
        again = open_sdk()
        await again.init_user("alice")
        await again.unlock(story.pin)
        assert await again.get_networks() == networks
        assert await again.generate_new_address(story.pin) == EVM_ADDRESS

    @pytest.mark.parametrize(
        "change",
        [
            {"node_urls": ()},
            {"node_urls": ("ftp://x",)},
            {"node_urls": ("nonsense",)},
            {"decimals": 29},
            {"key": ""},
            {"coin_type": 2**31},
        ],
    )
    async def test_unusable_ones_are_refused(self, open_sdk: OpenSdk, change: dict[str, object]) -> None:
        fields: dict[str, object] = {
            "key": "x",
            "is_testnet": True,
            "display_name": "X",
            "display_symbol": "X",
            "coin_type": 60,
            "node_urls": ("http://127.0.0.1:9",),
            "decimals": 18,
            "can_do_purchases": False,
            "protocol": Evm(1),
            "block_explorer_url": "",
        }
        network = Network(**(fields | change))  # type: ignore[arg-type]
        sdk = open_sdk()
        with pytest.raises(ValidationError) as raised:
            await sdk.set_networks([network])
        assert raised.value.code == "invalid_network"

    async def test_unknown_key(self, ready: ReadySdk, story: Story) -> None:
        sdk = await ready()
        with pytest.raises(NotFound):
            await sdk.set_network("nowhere")
        with pytest.raises(NotFound):
            await sdk.get_balance(story.pin, network="nowhere")

    async def test_preferred_network_and_rate(self, ready: ReadySdk) -> None:
        sdk = await ready()
        await sdk.set_preferred_network("ETH")
        assert await sdk.get_preferred_network() == "ETH"
        assert await sdk.get_exchange_rate(network="iota_other") == Decimal("0.2141")


def test_fee_in_main_units() -> None:
    common = ("k", True, "", "", 60, ("http://x",))
    evm = Network(*common, 6, False, Evm(1), "")
    iota = Network(*common, 9, False, IotaRebased("0x2::iota::IOTA"), "")
    estimate = GasCostEstimation(3 * 10**9, 10**9, 21_000)
    assert estimate.max_fee(evm) == Decimal("0.000063")
    assert estimate.fee(evm) == Decimal("0.000042")
    assert GasCostEstimation(0, 0, 2_000_000).fee(iota) == Decimal("0.002")


class TestErrors:
    async def test_what_is_missing_has_a_name(self, ready: ReadySdk, story: Story) -> None:
        sdk = await ready(wallet=False)
        with pytest.raises(WalletNotInitialized) as raised:
            await sdk.get_mnemonic(story.pin)
        assert raised.value.kind is ErrorKind.USE_MNEMONIC

    @pytest.mark.parametrize(
        ("kind", "error", "code"),
        [
            ("401", AuthError, "unauthorized"),
            ("500", BackendError, "backend_error"),
            ("html", EtopayError, None),
            ("drop", NetworkError, "network_error"),
            ("hang", NetworkError, "network_timeout"),
        ],
    )
    async def test_backend_failures(
        self, ready: ReadySdk, services: Services, kind: str, error: type[EtopayError], code: str | None
    ) -> None:
        sdk = await ready(read=0.5)
        services.fail("/courses", kind)
        with pytest.raises(error) as raised:
            await sdk.get_exchange_rate()
        assert code is None or raised.value.code == code
        assert "body that must not be shown" not in repr(raised.value) + repr(raised.value.details)

    async def test_secrets_stay_out_of_errors(
        self, ready: ReadySdk, story: Story, services: Services, caplog: pytest.LogCaptureFixture
    ) -> None:
        caplog.set_level(0)
        sdk = await ready()
        share = await sdk.get_recovery_share(story.pin)
        assert share is not None
        services.shares = {"recovery_share": share[:-8] + "AAAAAAA=", "backup_share": share}
        calls = [
            sdk.verify_pin("000000"),
            sdk.create_wallet_from_existing_mnemonic(story.pin, story.phrase.replace("junk", "zoo")),
            sdk.set_recovery_share(share),
            sdk.set_wallet_password(story.pin, "weak"),
            sdk.is_kyc_status_verified("alice"),
        ]
        shown = ""
        services.fail("/kyc/check-status", "500")
        for call in calls:
            with pytest.raises(EtopayError) as raised:
                await call
            error = raised.value
            shown += "".join(traceback.format_exception(error)) + repr(error) + repr(error.details)
        shown += caplog.text
        for secret in (story.pin, story.password, story.phrase, share[:40], TOKEN, "000000"):
            assert secret not in shown


@pytest.mark.parametrize(
    "details", [{}, {"kind": "Unheard"}, {"kind": None}, {"kind": []}, {"kind": "UseMnemonic"}]
)
def test_a_reason_nobody_knows_is_none(details: dict[str, object]) -> None:
    expected = ErrorKind.USE_MNEMONIC if details.get("kind") == "UseMnemonic" else None
    assert WalletNotInitialized("wallet_not_initialized", details).kind is expected
