"""What goes wrong is told as it is: what to correct, what comes first, what stays where it was."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from etopay_sdk import (
    BackendError,
    Config,
    NotFound,
    PurchaseModel,
    Sdk,
    StateError,
    ValidationError,
    WalletNotInitialized,
)

from tests.sdk.conftest import OpenSdk, ReadySdk
from tests.sdk.fake_services import TOKEN, Services, Story

PURCHASE = "/transactions/create"
Call = Callable[[Sdk, Story], Awaitable[Any]]


async def refused(sdk: Sdk) -> BackendError:
    """The error of a purchase that the backend does not take."""
    with pytest.raises(BackendError) as raised:
        await sdk.create_purchase_request("bob", "0.5", "hash", "data", PurchaseModel.CLIK, network="ETH")
    return raised.value


class TestWhatTheBackendDoesNotTake:
    async def test_its_answer_says_what_to_correct(self, ready: ReadySdk, services: Services) -> None:
        sdk = await ready()
        body = {"error": "invalid", "detail": "`amount`: Ethereum has 18 decimals."}
        services.refusals[PURCHASE] = (422, body)
        error = await refused(sdk)
        assert (error.code, error.status) == ("backend_refused", 422)
        assert error.answer == "`amount`: Ethereum has 18 decimals."
        assert error.details["answer_code"] == "invalid"
        assert "Correct the input" in str(error)
        assert "decimals" not in str(error)

    async def test_a_list_of_problems_is_one_line(self, ready: ReadySdk, services: Services) -> None:
        sdk = await ready()
        problem = {"loc": ["body", "receiver"], "msg": "Field required", "input": {"amount": "0.5"}}
        services.refusals[PURCHASE] = (422, {"detail": [problem, {**problem, "loc": ["body", 2]}]})
        assert (await refused(sdk)).answer == "body.receiver: Field required; body.2: Field required"

    @pytest.mark.parametrize("status", [400, 403, 404, 409, 413, 422])
    async def test_without_an_explanation_there_is_none(
        self, ready: ReadySdk, services: Services, status: int
    ) -> None:
        sdk = await ready()
        bodies: tuple[Any, ...] = (
            None,
            [],
            "text",
            {"detail": 7},
            {"detail": [None, 1, {"msg": 1}]},
            {"detail": ""},
        )
        for body in bodies:
            services.refusals[PURCHASE] = (status, body)
            error = await refused(sdk)
            assert (error.code, error.answer) == ("backend_refused", None)

    @pytest.mark.parametrize("status", [408, 429, 500, 503])
    async def test_what_may_go_well_later_says_so(
        self, ready: ReadySdk, services: Services, status: int
    ) -> None:
        sdk = await ready()
        services.refusals[PURCHASE] = (status, {"detail": "later"})
        error = await refused(sdk)
        assert (error.code, error.answer, "later" in str(error)) == ("backend_error", None, True)

    async def test_what_was_sent_is_not_shown_when_it_comes_back(
        self, ready: ReadySdk, story: Story, services: Services
    ) -> None:
        sdk = await ready()
        share = await sdk.get_recovery_share(story.pin)
        assert share is not None
        iban = "DE89370400440532013000"
        echoed = f"Bad token {TOKEN} or ({iban}) or {share} given"
        problem = {"loc": ["body", share], "msg": echoed, "input": share, "ctx": {"given": share}}
        for detail in (echoed, [problem], "x" * 100_000, "word " * 100_000):
            services.refusals[PURCHASE] = (422, {"detail": detail, "error": TOKEN, "input": share})
            error = await refused(sdk)
            shown = repr(error.details)
            assert all(secret not in shown for secret in (TOKEN, iban, share, share[-12:], "x" * 30))
            assert len(shown) < 1000

    async def test_the_binding_s_own_requests_tell_it_too(self, ready: ReadySdk, services: Services) -> None:
        sdk = await ready()
        services.refusals["/viviswap/orders"] = (422, {"detail": "`limit`: at most 100."})
        with pytest.raises(BackendError) as raised:
            await sdk.get_swap_list(0, 1000)
        assert raised.value.answer == "`limit`: at most 100."

    async def test_a_purchase_nobody_knows_is_not_found(self, ready: ReadySdk, story: Story) -> None:
        sdk = await ready()
        for call in (
            sdk.get_purchase_details("nobody-knows"),
            sdk.confirm_purchase_request(story.pin, "nobody-knows"),
        ):
            with pytest.raises(NotFound) as raised:
                await call
            assert raised.value.details == {"what": "purchase", "name": "nobody-knows"}
        assert await sdk.pending_payments() == []

    async def test_nothing_is_told_about_shares(self, ready: ReadySdk, services: Services) -> None:
        sdk = await ready()
        services.refusals["/user/shares/recovery"] = (422, {"detail": "anything"})
        with pytest.raises(BackendError) as raised:
            await sdk.has_wallet_at_server()
        assert raised.value.details == {"status": 422}


class TestArguments:
    @pytest.mark.parametrize("value", [-1, 2**32, 10**30])
    @pytest.mark.parametrize(
        ("field", "call"),
        [
            ("start", lambda sdk, story, n: sdk.get_wallet_tx_list(story.pin, n, 5)),
            ("limit", lambda sdk, story, n: sdk.get_wallet_tx_list(story.pin, 0, n)),
            ("start", lambda sdk, _, n: sdk.get_tx_list(n, 5)),
            ("limit", lambda sdk, _, n: sdk.get_tx_list(0, n)),
            ("start", lambda sdk, _, n: sdk.get_swap_list(n, 5)),
            ("limit", lambda sdk, _, n: sdk.get_swap_list(0, n)),
            ("account", lambda sdk, _, n: sdk.set_wallet_derivation_options(n, 0)),
            ("index", lambda sdk, _, n: sdk.set_wallet_derivation_options(0, n)),
        ],
    )
    async def test_a_number_that_cannot_be_is_named(
        self, ready: ReadySdk, story: Story, field: str, call: Callable[..., Awaitable[Any]], value: int
    ) -> None:
        sdk = await ready()
        with pytest.raises(ValidationError) as raised:
            await call(sdk, story, value)
        assert (raised.value.code, raised.value.details["field"]) == ("invalid_argument", field)
        assert f" {field}: " in str(raised.value)

    async def test_what_is_no_whole_number_is_a_type_error(self, ready: ReadySdk, story: Story) -> None:
        sdk = await ready()
        for value in (1.5, "1", None):
            with pytest.raises(TypeError):
                await sdk.get_wallet_tx_list(story.pin, value, 5)  # type: ignore[arg-type]


class TestLogLevels:
    @pytest.mark.parametrize(
        ("level", "seen"),
        [
            ("warning", True),
            ("WARNING", True),
            ("warn", True),
            (logging.WARNING, True),
            (logging.NOTSET, True),
            (15, True),
            ("error", False),
            (logging.ERROR, False),
            ("critical", False),
            (logging.CRITICAL, False),
            ("off", False),
        ],
    )
    async def test_the_names_and_numbers_of_logging(
        self,
        services: Services,
        story: Story,
        tmp_path: Path,
        caplog: pytest.LogCaptureFixture,
        level: str | int,
        seen: bool,
    ) -> None:
        config = Config(f"{services.url}/api", "standalone", tmp_path / "w", log_level=level)
        async with Sdk(config) as sdk:
            await sdk.create_new_user("alice")
            await sdk.init_user("alice")
            await sdk.set_wallet_password(story.pin, story.password)
            await sdk.create_wallet_from_existing_mnemonic(story.pin, story.phrase)
            await sdk.refresh_access_token(TOKEN)
            services.fail("/user/shares", "500")
            await sdk.set_wallet_password(story.pin, "another rather good password")
        warned = [record for record in caplog.records if record.name == "etopay_sdk"]
        assert bool(warned) is seen

    def test_another_is_refused_and_the_allowed_ones_are_named(self, tmp_path: Path) -> None:
        with pytest.raises(ValidationError) as raised:
            Sdk(Config("https://example.org/api", "standalone", tmp_path / "w", log_level="loud"))
        assert raised.value.details["field"] == "log_level"
        assert "log_level: it must be off, error, warn, info, debug or trace" in str(raised.value)


async def reopened(open_sdk: OpenSdk, first: Sdk) -> Sdk:
    """The same folder after a restart, with nobody signed in and the vault shut."""
    await first.close()
    again = open_sdk()
    await again.init_user("alice")
    return again


class TestLockedAfterARestart:
    async def test_what_the_vault_knows_of_networks_is_locked(
        self, ready: ReadySdk, open_sdk: OpenSdk, story: Story
    ) -> None:
        sdk = await reopened(open_sdk, await ready())
        for call in (sdk.get_networks, lambda: sdk.set_network("ETH"), sdk.get_exchange_rate):
            with pytest.raises(StateError) as raised:
                await call()
            assert raised.value.code == "locked"
        await sdk.unlock(story.pin)
        await sdk.set_network("ETH")
        assert len(await sdk.get_networks()) == 3

    async def test_with_a_token_the_networks_are_asked_for(self, ready: ReadySdk, open_sdk: OpenSdk) -> None:
        sdk = await reopened(open_sdk, await ready())
        await sdk.refresh_access_token(TOKEN)
        assert len(await sdk.get_networks()) == 3
        await sdk.set_network("ETH")
        with pytest.raises(NotFound):
            await sdk.set_network("eth")

    async def test_who_has_no_vault_is_told_what_is_missing(self, open_sdk: OpenSdk) -> None:
        sdk = open_sdk()
        await sdk.create_new_user("alice")
        await sdk.init_user("alice")
        with pytest.raises(StateError) as raised:
            await sdk.get_networks()
        assert raised.value.code == "no_token"
        with pytest.raises(NotFound) as missing:
            await sdk.set_network("ETH")
        assert "get_networks" in missing.value.details["reason"]


class TestDeletingWithoutAToken:
    async def no_token(self, sdk: Sdk, story: Story) -> None:
        """Deleting is refused for want of a token, and nothing happens."""
        with pytest.raises(StateError) as raised:
            await sdk.delete_wallet(story.pin)
        assert (raised.value.code, "server" in raised.value.details["reason"]) == ("no_token", True)

    async def test_shares_are_not_left_behind_silently(
        self, ready: ReadySdk, story: Story, services: Services
    ) -> None:
        sdk = await ready()
        await sdk.refresh_access_token(None)
        await self.no_token(sdk, story)
        assert await sdk.get_mnemonic(story.pin) == story.phrase
        await sdk.refresh_access_token(TOKEN)
        await sdk.delete_wallet(story.pin)
        assert services.shares is None

    async def test_nor_after_the_password_was_changed_offline(self, ready: ReadySdk, story: Story) -> None:
        sdk = await ready()
        await sdk.refresh_access_token(None)
        await sdk.set_wallet_password(story.pin, "another rather good password")
        await self.no_token(sdk, story)

    async def test_those_of_a_wallet_that_is_not_here_are_no_question(
        self, ready: ReadySdk, story: Story
    ) -> None:
        sdk = await ready(token=False, wallet=False)
        with pytest.raises(WalletNotInitialized):
            await sdk.delete_wallet(story.pin)

    async def test_a_wallet_that_never_left_the_device_can_go(self, ready: ReadySdk, story: Story) -> None:
        sdk = await ready(token=False)
        await sdk.delete_wallet(story.pin)
        assert not (await sdk.get_user()).has_wallet

    @pytest.mark.parametrize("token", [None, TOKEN])
    async def test_only_here_when_that_is_said(
        self, ready: ReadySdk, story: Story, services: Services, token: str | None
    ) -> None:
        sdk = await ready()
        await sdk.refresh_access_token(token)
        await sdk.delete_wallet(story.pin, only_here=True)
        with pytest.raises(WalletNotInitialized):
            await sdk.get_mnemonic(story.pin)
        assert services.shares is not None
        await sdk.refresh_access_token(TOKEN)
        await sdk.restore_wallet_from_shares(story.pin)
        assert await sdk.get_mnemonic(story.pin) == story.phrase
