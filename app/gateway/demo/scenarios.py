"""Ready-made states of the demo for screenshots and for a first look."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Final

from app.core.model import Mnemonic
from app.core.secret import Secret
from app.gateway.demo.chain import NETWORKS, address_of, estimate, network_of
from app.gateway.demo.gateway import DemoGateway

SCENARIOS: Final = ("fresh", "funded", "locked", "long")
PIN: Final = "135790"
PASSWORD: Final = "correcthorsebatterystaple"  # noqa: S105 - the demo's, and shown in its documentation
PHRASE: Final = "test test test test test test test test test test test junk"

_STORY: Final = (
    # days ago, network, amount received (or sent, when negative)
    (9, "ETH", "1.25"),
    (8, "EURX", "4200"),
    (7, "iota_rebased_testnet", "20000"),
    (6, "EURX", "-250"),
    (4, "iota_rebased_testnet", "-1759.5"),
    (2, "ETH", "0.5545"),
    (1, "iota_rebased_mainnet", "512.25"),
)
_FRIEND: Final = "a friend"
_ALL_DIGITS: Final = Decimal("0.123456789012345678")
_MANY: Final = 500


async def play(gateway: DemoGateway, scenario: str) -> None:
    """Bring a new gateway into the state.

    ``fresh``: nothing, as after installing. ``locked``: Alice has a wallet with PIN 135790 and no money.
    ``funded``: the same with balances on all networks and a week of payments. ``long``: on top of that a
    failed payment, one to the own address, one with every digit an amount can have, and 500 received.
    """
    if scenario == "fresh":
        return
    account = await gateway.open_account(gateway.identity.sign_in("alice"))
    await account.secure(Secret(PIN), Secret(PASSWORD))
    wallet = await account.restore_from_phrase(Secret(PIN), Mnemonic(PHRASE))
    if scenario in ("funded", "long"):
        for days, key, amount in _STORY:
            network = next(network for network in NETWORKS if network.key == key)
            mine = await wallet.address(key)
            friend = address_of(_FRIEND, network.kind)
            sent = amount.startswith("-")
            gateway.world.chains.submit(
                key,
                mine if sent else friend,
                friend if sent else mine,
                abs(Decimal(amount)),
                fee=estimate(network).likely,
                ago=timedelta(days=days),
            )
    if scenario == "long":
        _prolong(gateway, await wallet.address("ETH"))
    await account.close()


def _prolong(gateway: DemoGateway, mine: str) -> None:
    chains, network = gateway.world.chains, network_of("ETH")
    fee, friend = estimate(network).likely, address_of(_FRIEND, network.kind)
    chains.submit("ETH", mine, friend, Decimal("0.01"), fee=fee, fails=True, ago=timedelta(hours=5))
    chains.submit("ETH", mine, mine, Decimal("0.02"), fee=fee, ago=timedelta(hours=7))
    chains.submit("ETH", mine, friend, _ALL_DIGITS, fee=fee, ago=timedelta(hours=30))
    for number in range(_MANY):
        chains.submit(
            "ETH", friend, mine, Decimal(number + 1) / 1000, fee=fee, ago=timedelta(hours=240 + 5 * number)
        )
