"""Whatever is ordered in whatever order: no coin is made or lost, and a restart changes nothing."""

import tempfile
from decimal import Decimal
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sandbox.services.chain.errors import ChainControlError, RpcError
from sandbox.services.chain.evm import token
from sandbox.services.chain.evm.mining import INSTANT, MANUAL
from sandbox.services.chain.evm.node import CONTRACT_ADDRESS, ETHER, NETWORKS, TREASURY_WEI, EvmNode
from tests.sandbox.chain.makers import BOB, GWEI, EvmWallet, FakeClock

SLOW = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
KINDS = ("pay", "token", "gap", "replace", "plan", "mine", "mode", "reorg", "vanish", "release", "restart")

steps = st.lists(st.tuples(st.sampled_from(KINDS), st.integers(1, 6)), max_size=25)


def opened(folder: str) -> EvmNode:
    return EvmNode(Path(folder) / "eth.sqlite", seed="s", clock=FakeClock(), changed=lambda: None)


def wallet_step(wallet: EvmWallet, kind: str, number: int) -> None:
    if kind == "token":
        wallet.send(to=CONTRACT_ADDRESS, value=0, data=token.transfer_call(BOB, 0), gas_limit=70_000)
        return
    changes: dict[str, Any] = {"value": number}
    pending = int(wallet.node.call("eth_getTransactionCount", [wallet.address, "pending"]), 16)
    if kind == "gap":
        changes["nonce"] = pending + number
    elif kind == "replace":
        fee = (5 + 2 * number) * GWEI
        changes |= {
            "nonce": max(pending - 1, 0),
            "max_fee_per_gas": 2 * fee,
            "max_priority_fee_per_gas": fee,
        }
    wallet.send(**changes)


def control_step(node: EvmNode, kind: str, number: int) -> None:
    if kind == "plan":
        node.chain.plans.add(("stuck", "dropped", "reverted")[number % 3], None, 1)
    elif kind == "mine":
        node.mine()
    elif kind == "mode":
        node.use_mining(MANUAL if number % 2 else INSTANT)
    elif kind in {"reorg", "vanish"}:
        node.reorganise(number, "pool" if kind == "reorg" else "vanish")
    elif kind == "release":
        for one in node.chain.pool.all():
            node.chain.pool.decide(one.transaction.hash, None)


def seen(node: EvmNode) -> list[Any]:
    accounts = node._database.all("SELECT address FROM account ORDER BY address")
    return [
        node.chain.head(),
        node.chain.mining,
        node.chain.plans.all(),
        [(one.transaction.hash, one.fate) for one in node.chain.pool.all()],
        [
            (address, node.chain.engine.balance(address), node.chain.engine.nonce(address))
            for (address,) in accounts
        ],
        node.call("txpool_content", []),
        node.log.after(NETWORKS[0], 0, 1000),
    ]


@SLOW
@given(steps)
def test_nothing_is_made_or_lost(taken: list[tuple[str, int]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        node = opened(folder)
        wallet = EvmWallet(node)
        node.send(NETWORKS[0], "treasury", wallet.address, 2 * ETHER, b"")
        for kind, number in taken:
            if kind == "restart":
                before = seen(node)
                node.close()
                node = wallet.node = opened(folder)
                assert seen(node) == before
                continue
            try:
                if kind in {"pay", "token", "gap", "replace"}:
                    wallet_step(wallet, kind, number)
                else:
                    control_step(node, kind, number)
            except (RpcError, ChainControlError):
                continue
        held = sum(int(row[0]) for row in node._database.all("SELECT balance FROM account"))
        burned = sum(fee * gas for fee, gas in node._database.all("SELECT base_fee, gas_used FROM block"))
        assert held + burned == TREASURY_WEI + ETHER
        paid = sum((one.amount for one in node.log.after(NETWORKS[0], 0, 1000, BOB)), Decimal(0))
        assert NETWORKS[0].to_units(paid) == node.balance(NETWORKS[0], BOB)
        node.close()
