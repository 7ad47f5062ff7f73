"""Ready-made states of the demo for screenshots and for a first look."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Final

from app.core.model import Mnemonic
from app.core.secret import Secret
from app.gateway.demo.chain import NETWORKS, address_of, estimate
from app.gateway.demo.gateway import DemoGateway

SCENARIOS: Final = ("fresh", "funded", "locked")
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


async def play(gateway: DemoGateway, scenario: str) -> None:
    """Bring a new gateway into the state.

    ``fresh``: nothing, as after installing. ``locked``: Alice has a wallet with PIN 135790 and no money.
    ``funded``: the same with balances on all networks and a week of payments.
    """
    if scenario == "fresh":
        return
    account = await gateway.open_account(gateway.identity.sign_in("alice"))
    await account.secure(Secret(PIN), Secret(PASSWORD))
    wallet = await account.restore_from_phrase(Secret(PIN), Mnemonic(PHRASE))
    if scenario == "funded":
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
    await account.close()
