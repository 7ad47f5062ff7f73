"""An open wallet on the real gateway: the PIN it keeps, and that locking locks."""

from __future__ import annotations

import asyncio
import contextlib
from decimal import Decimal
from typing import Any, cast

import etopay_sdk as sdk
import pytest

from app.core.errors import AppError
from app.core.model import Account
from app.core.secret import Secret
from app.gateway.etopay.tokens import TokenKeeper
from app.gateway.etopay.wallets import EtopayWallet

OLD, NEW = Secret("493817"), Secret("222222")
NETWORK = sdk.Network(
    key="ETH",
    is_testnet=True,
    display_name="Ethereum",
    display_symbol="ETH",
    coin_type=60,
    node_urls=("http://node",),
    decimals=18,
    can_do_purchases=False,
    protocol=sdk.Evm(1),
    block_explorer_url="",
)


class SlowSdk:
    """An SDK whose calls wait until they are let go, and that goes on when its caller is cancelled."""

    def __init__(self) -> None:
        self.pin = OLD.reveal()
        self.wrong = 0
        self.locked = False
        self.asked = asyncio.Event()
        self.let_go = asyncio.Event()

    async def verify_pin(self, pin: str) -> None:
        self.wrong += pin != self.pin

    async def change_pin(self, old: str, new: str) -> None:
        async def work() -> None:
            self.asked.set()
            await self.let_go.wait()
            self.pin = new

        await asyncio.shield(asyncio.ensure_future(work()))

    async def get_networks(self) -> list[sdk.Network]:
        await self.let_go.wait()
        return [NETWORK]

    async def get_balance(self, pin: str, *, network: str) -> Decimal:
        await self.verify_pin(pin)
        return Decimal(1)

    async def lock(self) -> None:
        self.locked = True


class Tokens:
    """Stands in for the keeper of tokens."""

    def __init__(self, failure: Exception | None = None) -> None:
        self.failure = failure

    async def drop(self) -> None:
        if self.failure is not None:
            raise self.failure

    async def read(self, call: Any) -> Any:
        return await call()


def wallet_on(opened: SlowSdk, tokens: Tokens | None = None) -> EtopayWallet:
    account = Account("alice", "Alice", secured=True, has_wallet=True)
    keeper = cast(TokenKeeper, tokens or Tokens())
    return EtopayWallet(cast(sdk.Sdk, opened), lambda: account, keeper, OLD)


async def test_a_change_of_pin_whose_caller_is_gone_is_known_all_the_same() -> None:
    opened = SlowSdk()
    wallet = wallet_on(opened)
    changing = asyncio.create_task(wallet.change_pin(OLD, NEW))
    await opened.asked.wait()
    changing.cancel()
    with pytest.raises(asyncio.CancelledError):
        await changing
    opened.let_go.set()
    await asyncio.sleep(0.01)
    await wallet.balance("ETH")
    assert opened.wrong == 0, "the old PIN was counted as a wrong one"


async def test_a_reading_that_began_before_a_change_of_pin_uses_the_new_one() -> None:
    opened = SlowSdk()
    wallet = wallet_on(opened)
    reading = asyncio.create_task(wallet.balance("ETH"))
    await asyncio.sleep(0)
    changing = asyncio.create_task(wallet.change_pin(OLD, NEW))
    await opened.asked.wait()
    opened.let_go.set()
    await changing
    await reading
    assert opened.wrong == 0, "the old PIN was counted as a wrong one"


async def test_a_reading_that_began_before_locking_does_not_open_again() -> None:
    opened = SlowSdk()
    wallet = wallet_on(opened)
    reading = asyncio.create_task(wallet.balance("ETH"))
    await asyncio.sleep(0)
    await wallet.lock()
    opened.let_go.set()
    with pytest.raises(AppError):
        await reading


@pytest.mark.parametrize(
    "failure", [sdk.InternalError("internal_error"), OSError("no"), asyncio.CancelledError()]
)
async def test_locking_drops_the_keys_whatever_else_fails(failure: Exception) -> None:
    opened = SlowSdk()
    with contextlib.suppress(asyncio.CancelledError):
        await wallet_on(opened, Tokens(failure)).lock()
    assert opened.locked
