"""Failed, contended and delayed IOTA transactions on demand: as a wallet sees them."""

import base64
from pathlib import Path

import pytest

from sandbox.services.chain.errors import RpcError
from sandbox.services.chain.hub import IOTA_NETWORKS
from sandbox.services.chain.iota.node import IotaNode
from tests.sandbox.chain.makers import IOTA, FakeClock, IotaWallet

BOB = b"\xb0" * 32
BOB_TEXT = "0x" + BOB.hex()


def test_failed_effects(iota: IotaNode, alice: IotaWallet) -> None:
    iota.ledger.plans.add("failed", None, 1)
    before = alice.balance()
    raw = alice.transfer(BOB, IOTA)
    dry = iota.call("iota_dryRunTransactionBlock", [base64.b64encode(raw).decode()])
    assert dry["effects"]["status"] == {"status": "success"}, "an estimate does not use the plan up"
    shown = alice.details(alice.execute(raw))
    assert shown["effects"]["status"] == {
        "status": "failure",
        "error": "InsufficientCoinBalance in command 0",
    }
    gas = shown["effects"]["gasUsed"]
    cost = int(gas["computationCost"]) + int(gas["storageCost"]) - int(gas["storageRebate"])
    assert alice.balance() == before - cost
    assert iota.log.after(IOTA_NETWORKS[0], 0, 10, BOB_TEXT) == []
    assert alice.details(alice.execute(alice.transfer(BOB, IOTA)))["effects"]["status"]["status"] == "success"


def test_contention(iota: IotaNode, alice: IotaWallet) -> None:
    iota.ledger.plans.add("contended", alice.address, 2)
    before, newest = alice.balance(), iota.ledger.newest_number()
    raw = alice.transfer(BOB, IOTA)
    for _ in range(2):
        with pytest.raises(RpcError, match="reserved for another transaction") as caught:
            alice.execute(raw)
        assert caught.value.code == -32002
    assert (alice.balance(), iota.ledger.newest_number()) == (before, newest)
    assert alice.details(alice.execute(raw))["effects"]["status"]["status"] == "success"


def test_a_delayed_checkpoint(iota: IotaNode, alice: IotaWallet, tmp_path: Path, clock: FakeClock) -> None:
    iota.ledger.plans.add("delayed", None, 1)
    newest = iota.call("iota_getLatestCheckpointSequenceNumber", [])
    first = alice.execute(alice.transfer(BOB, IOTA))
    second = alice.execute(alice.transfer(BOB, 2 * IOTA))
    iota.close()
    node = IotaNode(
        tmp_path / "iota.sqlite", IOTA_NETWORKS[0], seed="test", clock=clock, changed=lambda: None
    )
    wallet = IotaWallet(node)
    for digest in (first, second):
        shown = wallet.details(digest)
        assert shown["effects"]["status"] == {"status": "success"}
        assert "checkpoint" not in shown
        assert "timestampMs" not in shown
    assert node.call("iota_getLatestCheckpointSequenceNumber", []) == newest
    with pytest.raises(RpcError, match="Verified checkpoint not found"):
        node.call("iota_getCheckpoint", [str(int(newest) + 1)])
    assert node.call("iotax_getBalance", [BOB_TEXT])["totalBalance"] == str(3 * IOTA)
    assert node.log.after(IOTA_NETWORKS[0], 0, 10, BOB_TEXT) == [], "payments count with their checkpoint"
    node.release()
    numbers = [int(wallet.details(one)["checkpoint"]) for one in (first, second)]
    assert numbers == [int(newest) + 1, int(newest) + 2]
    assert [one.amount for one in node.log.after(IOTA_NETWORKS[0], 0, 10, BOB_TEXT)] == [1, 2]
    assert node.call("iota_getCheckpoint", [str(numbers[0])])["transactions"] == [first]
    node.close()


def test_plans_without_a_sender_spare_the_sandbox(iota: IotaNode, alice: IotaWallet) -> None:
    iota.ledger.plans.add("contended", None, 1)
    iota.send(IOTA_NETWORKS[0], "treasury", alice.address, IOTA, b"")
    with pytest.raises(RpcError, match="reserved"):
        alice.execute(alice.transfer(BOB, 1))
