"""Going back after a replacement that was interrupted: what the SDK is asked to do, and in which order."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

import etopay_sdk as sdk
import pytest

from app.core.errors import AppError, ErrorCode
from app.core.model import Account, Mnemonic
from app.core.secret import Secret
from app.core.settings import load_settings
from app.gateway.etopay.accounts import EtopayAccount
from app.gateway.etopay.tokens import TokenKeeper

PIN, PASSWORD = Secret("493817"), Secret("drei Berge und ein kalter See")
PHRASE = Mnemonic("legal winner thank year wave sausage worth useful legal winner thank yellow")


@dataclass(frozen=True)
class Seen:
    """The user, as the SDK tells it."""

    wallet_pending: bool
    wallet_replaces: bool


@dataclass
class Vault:
    """An SDK with a wallet that waits to take the place of another one."""

    discarding: list[Exception | None]
    replaces: bool = True
    pending: bool = True
    complete: bool = False
    is_unlocked: bool = True
    calls: list[str] = field(default_factory=list)

    async def get_user(self) -> Seen:
        return Seen(self.pending, self.pending and self.replaces)

    async def unlock(self, pin: str) -> None:
        self.calls.append("unlock")

    async def discard_pending_wallet(self, pin: str) -> None:
        self.calls.append("discard")
        if (failure := self.discarding.pop(0)) is not None:
            raise failure
        self.pending = False

    async def delete_wallet(self, pin: str, *, only_here: bool) -> None:
        self.calls.append(f"delete {only_here}")
        self.pending = False

    async def create_wallet_from_new_mnemonic(self, pin: str) -> str:
        self.calls.append("complete")
        self.pending, self.complete = False, True
        return ""

    async def create_wallet_from_existing_mnemonic(self, pin: str, phrase: str, *, replace: bool) -> None:
        self.calls.append(f"create {replace}")
        raise sdk.WalletExists("wallet_exists", {"where": "server"})

    async def set_wallet_password(self, pin: str, password: str) -> None:
        self.calls.append("password")

    async def forget_user(self, username: str) -> None:
        raise AssertionError("what may still be on its way is forgotten with the user")


class Tokens:
    """Stands in for the keeper of tokens."""

    async def read(self, call: Any) -> Any:
        return await call()

    async def ensure(self) -> None:
        pass

    async def seal(self) -> None:
        pass

    async def unseal(self) -> None:
        pass


def account_on(vault: Vault, tmp_path: Path) -> EtopayAccount:
    settings = load_settings(
        data_dir=tmp_path, backend_url="http://127.0.0.1:9/api", idp_url="http://127.0.0.1:9/x"
    )

    def describe() -> Account:
        return Account("alice", "Alice", secured=True, has_wallet=vault.pending or vault.complete)

    keeper = cast(TokenKeeper, Tokens())
    return EtopayAccount("alice", cast(sdk.Sdk, vault), settings, keeper, describe)


def refused(code: str, **details: object) -> Exception:
    kinds = {"network_timeout": sdk.NetworkTimeout, "wallet_exists": sdk.WalletExists}
    return kinds[code](code, details)


async def test_nothing_is_dropped_while_an_upload_may_be_on_its_way(tmp_path: Path) -> None:
    vault = Vault([refused("network_timeout"), None])
    account = account_on(vault, tmp_path)
    with pytest.raises(AppError) as caught:
        await account.keep_other_wallet(PIN)
    assert (caught.value.code, vault.pending) == (ErrorCode.TIMEOUT, True)
    assert await account.keep_other_wallet(PIN)
    assert (vault.calls, vault.pending) == (["unlock", "discard"] * 2, False)
    assert not await account.keep_other_wallet(PIN)


async def test_a_consent_that_was_taken_back_is_asked_for_again(tmp_path: Path) -> None:
    vault = Vault([refused("network_timeout"), None])
    account = account_on(vault, tmp_path)
    with pytest.raises(AppError):
        await account.keep_other_wallet(PIN)
    vault.calls.clear()
    with pytest.raises(AppError) as caught:
        await account.restore_from_phrase(PIN, PHRASE)
    assert caught.value.code is ErrorCode.OTHER_WALLET_EXISTS
    assert vault.calls == ["unlock", "unlock", "discard", "create False"]


async def test_what_has_replaced_the_other_wallet_is_completed(tmp_path: Path) -> None:
    vault = Vault([refused("wallet_exists", where="server")])
    account = account_on(vault, tmp_path)
    with pytest.raises(AppError) as caught:
        await account.keep_other_wallet(PIN)
    assert caught.value.code is ErrorCode.OTHER_WALLET_EXISTS
    assert (vault.calls, vault.complete) == (["unlock", "discard", "complete"], True)


@pytest.mark.parametrize("replaces", [True, False])
async def test_a_new_password_waits_for_the_same(tmp_path: Path, replaces: bool) -> None:
    vault = Vault([refused("network_timeout"), None], replaces=replaces)
    account = account_on(vault, tmp_path)
    await account._look()
    with pytest.raises(AppError) as caught:
        await account.secure(PIN, PASSWORD)
    assert (caught.value.code, vault.pending) == (ErrorCode.TIMEOUT, True)
    await account.secure(PIN, PASSWORD)
    assert vault.calls == ["unlock", "discard", "unlock", "discard", "password"]


async def test_the_same_wallet_there_is_left_alone(tmp_path: Path) -> None:
    vault = Vault([refused("wallet_exists", where="server")], replaces=False)
    account = account_on(vault, tmp_path)
    await account.secure(PIN, PASSWORD)
    assert vault.calls == ["unlock", "discard", "delete True", "password"]
