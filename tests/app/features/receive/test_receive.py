"""Receiving: the right address for the chosen network, and a live look at what arrives."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from decimal import Decimal
from io import BytesIO

import pytest
from PIL import Image

from app.core.errors import Action, AppError, ErrorCode
from app.features.receive.screens.receive import ReceiveActions, ReceiveView
from app.features.receive.state import Receiving, Watch
from app.features.receive.store import ReceiveStore
from app.gateway.demo.chain import NETWORKS, network_of
from app.widgets.qr_code import MARK_SHARE, QUIET_MODULES, qr_png
from tests.support.money import FRIEND, Money, make_money
from tests.support.screens import LOOKS, show

SHOWN = Receiving(network_of("ETH"), FRIEND)
STATES = {
    "starting": Receiving(),
    "address on its way": Receiving(network_of("EURX")),
    "watching": SHOWN,
    "received": replace(SHOWN, watch=Watch.RECEIVED, amount=Decimal("0.08")),
    "blind": replace(SHOWN, watch=Watch.BLIND),
    "long address": Receiving(network_of("iota_rebased_testnet"), "0x" + "ab12" * 16),
    "offline": Receiving(error=AppError(ErrorCode.OFFLINE, Action.RETRY)),
}


def store_of(money: Money) -> ReceiveStore:
    async def pause(seconds: float) -> None:
        money.world.clock.step(seconds)
        await asyncio.sleep(0)

    return ReceiveStore(money.networks, money.balances, money.activity, pause)


async def test_the_address_belongs_to_the_chosen_network() -> None:
    money = await make_money()
    store = store_of(money)
    await store.start("EURX")
    assert store.state.network == network_of("EURX")
    assert store.state.address == money.addresses["EURX"]
    await store.choose_network("iota_rebased_mainnet")
    assert store.state.address == money.addresses["iota_rebased_mainnet"]
    await store.start("unheard of")
    assert store.state.network == money.networks.networks[0]


async def test_it_works_offline_as_far_as_it_can() -> None:
    money = await make_money()
    money.world.faults.offline = True
    store = store_of(money)
    await store.start("ETH")
    assert store.state.address == money.addresses["ETH"]
    await store.look()
    assert store.state.watch is Watch.BLIND
    money.world.faults.offline = False
    await store.look()
    assert store.state.watch is Watch.WATCHING


async def test_a_payment_turns_watching_into_received() -> None:
    money = await make_money()
    store = store_of(money)
    await store.start("ETH")
    await store.look()
    assert store.state.watch is Watch.WATCHING
    for amount in ("0.08", "0.02"):
        money.world.chains.fund("ETH", money.addresses["ETH"], Decimal(amount))
        money.world.clock.step(30)
        await store.look()
    assert store.state.watch is Watch.RECEIVED
    assert store.state.amount == Decimal("0.10")
    assert len(money.activity.items) == 9
    await store.choose_network("EURX")
    assert store.state.watch is Watch.WATCHING


async def test_own_payments_meanwhile_do_not_hide_what_arrives() -> None:
    money = await make_money()
    store = store_of(money)
    await store.start("ETH")
    await store.look()
    money.pay("ETH", FRIEND, "1", days=0)
    await store.look()
    assert store.state.watch is Watch.WATCHING
    money.world.chains.fund("ETH", money.addresses["ETH"], Decimal("0.5"))
    money.world.clock.step(30)
    await store.look()
    assert store.state.amount == Decimal("0.5")


async def test_watching_ends_with_the_screen() -> None:
    money = await make_money()
    store = store_of(money)
    await store.start("ETH")
    watching = asyncio.create_task(store.watch())
    await asyncio.sleep(0.01)
    store.close()
    await asyncio.wait_for(watching, 1)


async def test_without_networks_it_says_so_and_can_be_tried_again() -> None:
    money = await make_money(refresh=False)
    money.world.faults.fail_next("networks", AppError(ErrorCode.OFFLINE, Action.RETRY))
    store = store_of(money)
    await store.start()
    assert store.state.error is not None
    await store.look()
    await store.start()
    assert store.state.error is None
    assert store.state.address is not None


@pytest.mark.parametrize(("brand", "dark", "language"), LOOKS)
@pytest.mark.parametrize("name", STATES)
async def test_each_state(name: str, brand: str, dark: bool, language: str) -> None:
    state = STATES[name]
    tapped: list[str] = []

    def note(what: str):
        async def act(*args: object) -> None:
            tapped.append(what)

        return act

    actions = ReceiveActions(note("back"), note("choose"), note("copy"), note("retry"))
    async with show(
        lambda ui: ReceiveView(ui, state, NETWORKS, actions), brand=brand, dark=dark, language=language
    ) as app:
        app.assert_mirror()
        await app.tap("back")
        if state.address is not None:
            assert app.has("receive-address")
            await app.tap("receive-copy")
            assert tapped == ["back", "copy"]


async def test_another_network_is_two_taps_away() -> None:
    chosen: list[str] = []
    actions = ReceiveActions(lambda: None, chosen.append, lambda: None, lambda: None)
    async with show(lambda ui: ReceiveView(ui, SHOWN, NETWORKS, actions)) as app:
        await app.tap("receive-network")
        await app.tap("receive-network-EURX")
        assert chosen == ["EURX"]


async def test_copying_is_answered_and_the_network_is_named() -> None:
    actions = ReceiveActions(*(lambda: None,) * 4)
    async with show(lambda ui: ReceiveView(ui, SHOWN, NETWORKS, actions, copied=True)) as app:
        assert app.shows("Address copied")
        assert app.shows("Ethereum network only")
        assert app.shows("Watching for a payment")
    async with show(lambda ui: ReceiveView(ui, STATES["received"], NETWORKS, actions)) as app:
        assert app.shows("0.08\u00a0ETH received")


@pytest.mark.parametrize("content", [FRIEND, "0x" + "ab12" * 16])
def test_the_code_is_large_quiet_and_dark_on_white(content: str) -> None:
    picture = Image.open(BytesIO(qr_png(content, 700))).convert("L")
    assert picture.width == picture.height >= 700
    middle = picture.crop((0, 0, picture.width, 1))
    assert middle.getextrema() == (255, 255)
    modules = {33, 37, 41, 45, 49, 53}
    boxes = [size for size in modules if picture.width % (size + 2 * QUIET_MODULES) == 0]
    assert boxes
    assert picture.getextrema()[0] < 60


def test_the_mark_covers_less_than_the_code_repairs() -> None:
    # Level H repairs 30 % of the code; the mark also hides no finder pattern, which lie in the corners.
    assert MARK_SHARE**2 < 0.3 / 4
