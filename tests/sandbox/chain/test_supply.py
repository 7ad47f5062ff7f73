"""Whatever is sent, no coin comes from nothing and none gets lost."""

import tempfile
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sandbox.services.chain.errors import RpcError
from sandbox.services.chain.evm import token
from sandbox.services.chain.evm.node import CONTRACT_ADDRESS, ETHER, NETWORKS, TREASURY_WEI, EvmNode
from sandbox.services.chain.hub import IOTA_NETWORKS
from sandbox.services.chain.iota.execution import STORAGE_DEPOSIT
from sandbox.services.chain.iota.ledger import TOTAL_SUPPLY
from sandbox.services.chain.iota.node import IotaNode
from sandbox.services.chain.storage import Database
from tests.sandbox.chain.makers import BOB, IOTA, EvmWallet, FakeClock, IotaWallet

SLOW = settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow])

evm_steps = st.lists(
    st.tuples(
        st.sampled_from(["pay", "token", "fund", "token fund", "create"]),
        st.integers(0, 3 * ETHER),
        st.binary(max_size=40),
    ),
    max_size=12,
)


@SLOW
@given(evm_steps)
def test_ether_and_euro_tokens(steps: list[tuple[str, int, bytes]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        node = EvmNode(Path(folder) / "eth.sqlite", seed="s", clock=FakeClock(), changed=lambda: None)
        wallet = EvmWallet(node)
        node.send(NETWORKS[0], "treasury", wallet.address, 2 * ETHER, b"")
        for kind, amount, data in steps:
            try:
                evm_step(node, wallet, kind, amount, data)
            except RpcError:
                continue
        with_database(node._database)
        holders = {wallet.address, BOB, node_treasury(node)}
        assert sum(node.balance(NETWORKS[1], one) for one in holders) == token.TOTAL_SUPPLY
        node.close()


def evm_step(node: EvmNode, wallet: EvmWallet, kind: str, amount: int, data: bytes) -> None:
    units = amount // 10**9
    if kind == "pay":
        wallet.send(value=amount, data=data, gas_limit=60_000)
    elif kind == "token":
        wallet.send(to=CONTRACT_ADDRESS, value=0, data=token.transfer_call(BOB, units), gas_limit=70_000)
    elif kind == "fund":
        node.send(NETWORKS[0], "treasury", wallet.address, amount, data)
    elif kind == "token fund":
        node.send(NETWORKS[1], "treasury", wallet.address, units, b"")
    else:
        wallet.send(to=None, value=amount, data=data, gas_limit=90_000)


def with_database(database: Database) -> None:
    held = sum(int(row[0]) for row in database.all("SELECT balance FROM account"))
    burned = sum(fee * gas for fee, gas in database.all("SELECT base_fee, gas_used FROM block"))
    assert held + burned == TREASURY_WEI + ETHER


def node_treasury(node: EvmNode) -> str:
    (first,) = node.call("eth_getLogs", [{"fromBlock": "0x1", "toBlock": "0x1"}])
    holder: str = first["topics"][2]
    return "0x" + holder[-40:]


iota_steps = st.lists(
    st.tuples(
        st.sampled_from(["alice", "bob", "treasury"]),
        st.sampled_from(["alice", "bob"]),
        st.integers(0, 6 * IOTA),
        st.integers(1, 3),
        st.sampled_from([1_000_000, 2_000_000, 5_000_000]),
    ),
    max_size=15,
)


@SLOW
@given(iota_steps)
def test_iota(steps: list[tuple[str, str, int, int, int]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        node = IotaNode(
            Path(folder) / "i.sqlite", IOTA_NETWORKS[0], seed="s", clock=FakeClock(), changed=lambda: None
        )
        wallets = {name: IotaWallet(node, name) for name in ("alice", "bob")}
        for sender, recipient, amount, coins, budget in steps:
            to = wallets[recipient]
            try:
                if sender == "treasury":
                    node.send(IOTA_NETWORKS[0], sender, to.address, amount, b"")
                else:
                    wallet = wallets[sender]
                    payment = wallet.coins()[:coins]
                    wallet.execute(
                        wallet.transfer(to.address_bytes, amount, payment=payment, gas_budget=budget)
                    )
            except RpcError:
                continue
        held, rebates = node._database.one("SELECT sum(balance), sum(rebate) FROM coin") or (0, 0)
        burned = node._database.number("SELECT sum(burned) FROM tx")
        assert held + rebates + burned == TOTAL_SUPPLY + STORAGE_DEPOSIT
        node.close()
