"""Coins are paid once each, whatever breaks off: on the sandbox's real chains."""

from decimal import Decimal

import pytest

from sandbox.chain_port import HubChains
from sandbox.core.coins import CoinDesk, CoinOrder
from sandbox.core.db import Database
from sandbox.services.chain import ChainHub

BOB = {"ETH": "0x" + "b0" * 20, "EURX": "0x" + "b0" * 20, "iota_rebased_testnet": "0x" + "b0" * 32}
KEYS = sorted(BOB)


class KilledError(Exception):
    """Stands for the end of the process."""


class KilledChains(HubChains):
    """Chains whose process ends right before or right after a transfer is handed over."""

    moment: str | None = None

    async def hand_over(self, network_key, raw):
        moment, self.moment = self.moment, None
        if moment == "before":
            raise KilledError
        handed = await super().hand_over(network_key, raw)
        if moment == "after":
            raise KilledError
        return handed


@pytest.fixture
async def chains(tmp_path):
    hub = ChainHub(tmp_path / "chains")
    await hub.open()
    yield KilledChains(hub), hub
    await hub.close()


@pytest.fixture
def desk(tmp_path, chains):
    db = Database(f"sqlite:///{tmp_path / 'desk.sqlite'}")
    db.create()
    yield CoinDesk(db, chains[0])
    db.close()


def order(key, purpose="payout 1"):
    return CoinOrder(purpose, key, "shop", BOB[key], Decimal("1.5"))


@pytest.mark.parametrize("moment", ["before", "after"])
@pytest.mark.parametrize("key", KEYS)
async def test_a_process_that_is_killed_pays_once(chains, desk, key, moment):
    port, hub = chains
    await hub.fund(key, hub.address("shop", key), Decimal(5))
    port.moment = moment
    with pytest.raises(KilledError):
        await desk.pay(order(key))
    for _ in range(3):
        done = await desk.pay(order(key))
    assert done.state == "landed"
    assert [one.tx_id for one in await hub.transfers(key, recipient=BOB[key])] == [done.tx_id]


@pytest.mark.parametrize("key", ["ETH", "EURX"])
async def test_what_a_reorganisation_takes_is_sent_again_the_very_same(chains, desk, key):
    _, hub = chains
    await hub.fund(key, hub.address("shop", key), Decimal(5))
    first = await desk.pay(order(key))
    await hub._evm.run(lambda node: node.reorganise(1, "vanish"))
    assert await hub.balance(key, BOB[key]) == 0
    again = await desk.pay(order(key))
    assert (again.state, again.tx_id) == ("landed", first.tx_id)
    assert await hub.balance(key, BOB[key]) == Decimal("1.5")


async def test_a_later_payment_does_not_take_the_nonce_of_one_that_was_taken_back(chains, desk):
    _, hub = chains
    await hub.fund("ETH", hub.address("shop", "ETH"), Decimal(5))
    first = await desk.pay(order("ETH"))
    await hub._evm.run(lambda node: node.reorganise(1, "vanish"))
    later = await desk.pay(order("ETH", "payout 2"))
    assert later.state == "waiting"
    again = await desk.pay(order("ETH"))
    assert (again.state, again.tx_id, again.sent_again) == ("landed", first.tx_id, True)
    done = await desk.pay(order("ETH", "payout 2"))
    assert (done.state, done.tx_id) == ("landed", later.tx_id)
    assert await hub.balance("ETH", BOB["ETH"]) == 3


async def test_while_blocks_wait_each_payment_has_a_nonce_of_its_own(chains, desk):
    port, hub = chains
    await hub.fund("ETH", hub.address("shop", "ETH"), Decimal(5))
    await hub.set_block_interval(3600)
    port.moment = "before"
    with pytest.raises(KilledError):
        await desk.pay(order("ETH"))
    for _ in range(2):
        for purpose in ("payout 2", "payout 1"):
            assert (await desk.pay(order("ETH", purpose))).state == "waiting"
    await hub.mine()
    states = [(await desk.pay(order("ETH", purpose))).state for purpose in ("payout 1", "payout 2")]
    assert states == ["landed", "landed"]
    assert await hub.balance("ETH", BOB["ETH"]) == 3


@pytest.mark.parametrize(("key", "outcome"), [("ETH", "reverted"), ("iota_rebased_testnet", "failed")])
async def test_what_failed_for_good_is_told_and_made_anew_on_demand(chains, desk, key, outcome):
    _, hub = chains
    shop = hub.address("shop", key)
    await hub.fund(key, shop, Decimal(5))
    plans = (lambda node, _: node.chain.plans) if key == "ETH" else (lambda node, _: node.ledger.plans)
    (await hub.run(key, plans)).add(outcome, shop.lower(), 1)
    for _ in range(2):
        assert (await desk.pay(order(key))).state == "reverted"
    await desk.again("payout 1")
    assert (await desk.pay(order(key))).state == "landed"
    assert await hub.balance(key, BOB[key]) == Decimal("1.5")
