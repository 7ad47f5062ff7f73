"""Reading methods of the IOTA node: shapes, pages, filters, unknown things."""

import base64
from typing import Any

import base58
import pytest

from sandbox.services.chain.errors import RpcError
from sandbox.services.chain.hub import IOTA_NETWORKS
from sandbox.services.chain.iota.node import IotaNode
from tests.sandbox.chain.makers import IOTA, IotaWallet

BOB = b"\xbb" * 32
BOB_TEXT = "0x" + BOB.hex()
UNKNOWN_DIGEST = base58.b58encode(b"\x01" * 32).decode()


def test_unknown_address_and_coin_type(iota: IotaNode, alice: IotaWallet) -> None:
    empty = {
        "coinType": "0x2::iota::IOTA",
        "coinObjectCount": 0,
        "totalBalance": "0",
        "lockedBalance": {},
    }
    assert iota.call("iotax_getBalance", [BOB_TEXT, "0x2::iota::IOTA"]) == empty
    assert iota.call("iotax_getCoins", [BOB_TEXT]) == {"data": [], "nextCursor": None, "hasNextPage": False}
    other = iota.call("iotax_getBalance", [alice.address, "0x9::x::X"])
    assert (other["coinType"], other["totalBalance"]) == ("0x9::x::X", "0")
    long = "0x" + "2".rjust(64, "0") + "::iota::IOTA"
    assert iota.call("iotax_getBalance", [alice.address, long])["totalBalance"] == str(10 * IOTA)
    assert iota.call("iotax_getAllBalances", [BOB_TEXT]) == []
    assert len(iota.call("iotax_getAllBalances", [alice.address])) == 1


def test_coins_come_largest_first_in_pages(iota: IotaNode, alice: IotaWallet) -> None:
    for amount in (3, 1, 2, 2):
        iota.send(IOTA_NETWORKS[0], "treasury", alice.address, amount * IOTA, b"")
    balances: list[int] = []
    cursor = None
    while True:
        page = iota.call("iotax_getCoins", [alice.address, None, cursor, 2])
        balances += [int(coin["balance"]) // IOTA for coin in page["data"]]
        cursor = page["nextCursor"]
        if not page["hasNextPage"]:
            break
    assert balances == [10, 3, 2, 2, 1]
    assert len(iota.call("iotax_getAllCoins", [alice.address])["data"]) == 5


def test_history_newest_first_in_pages(iota: IotaNode, alice: IotaWallet) -> None:
    sent = [alice.execute(alice.transfer(BOB, amount)) for amount in (1, 2, 3)]
    query = {"filter": {"FromAddress": alice.address}, "options": {"showEffects": False}}
    page = iota.call("iotax_queryTransactionBlocks", [query, None, 2, True])
    assert [one["digest"] for one in page["data"]] == sent[:0:-1]
    assert page["hasNextPage"] is True
    rest = iota.call("iotax_queryTransactionBlocks", [query, page["nextCursor"], 2, True])
    assert [one["digest"] for one in rest["data"]] == sent[:1]
    assert rest["hasNextPage"] is False
    received = iota.call("iotax_queryTransactionBlocks", [{"filter": {"ToAddress": BOB_TEXT}}, None, 25])
    assert [one["digest"] for one in received["data"]] == sent
    ours = iota.call("iotax_queryTransactionBlocks", [{"filter": {"ToAddress": alice.address}}, None, 25])
    assert [one["digest"] for one in ours["data"]][1:] == sent, "change comes back to the sender"
    assert len(iota.call("iotax_queryTransactionBlocks", [{}, None, None])["data"]) == 5


def test_history_tells_which_versions_of_coins_were_used(iota: IotaNode, alice: IotaWallet) -> None:
    (coin,) = iota.call("iotax_getCoins", [alice.address])["data"]
    sent = [alice.execute(alice.transfer(BOB, amount)) for amount in (1, 2)]
    query = {"filter": {"FromAddress": alice.address}, "options": {"showEffects": True}}
    newer, first = iota.call("iotax_queryTransactionBlocks", [query, None, 2, True])["data"]
    used = {"objectId": coin["coinObjectId"], "sequenceNumber": coin["version"]}
    assert [newer["digest"], first["digest"]] == sent[::-1]
    assert first["effects"]["modifiedAtVersions"] == [used]
    assert newer["effects"]["modifiedAtVersions"] != [used]


def test_details_as_asked(iota: IotaNode, alice: IotaWallet) -> None:
    raw = alice.transfer(BOB, IOTA)
    digest = alice.execute(raw)
    bare = iota.call("iota_getTransactionBlock", [digest, None])
    assert set(bare) == {"digest", "timestampMs", "checkpoint"}
    options = dict.fromkeys(("showInput", "showRawInput", "showEvents", "showObjectChanges"), True)
    full = iota.call("iota_getTransactionBlock", [digest, options])
    assert full["events"] == []
    assert full["transaction"]["data"]["sender"] == alice.address
    assert full["transaction"]["txSignatures"] == [alice.signature(raw)]
    assert {change["type"] for change in full["objectChanges"]} == {"mutated", "created"}
    signed = base64.b64decode(full["rawTransaction"])
    assert signed == b"\x01\0\0\0" + raw + b"\x01\x61" + base64.b64decode(alice.signature(raw))


def test_the_answer_to_an_execution(iota: IotaNode, alice: IotaWallet) -> None:
    raw = alice.transfer(BOB, IOTA)
    values = [base64.b64encode(raw).decode(), [alice.signature(raw)], {"showEffects": True}, None]
    answer = iota.call("iota_executeTransactionBlock", values)
    assert set(answer) == {"digest", "effects", "confirmedLocalExecution"}


def test_chain_facts(iota: IotaNode, alice: IotaWallet) -> None:
    del alice
    assert iota.call("iotax_getReferenceGasPrice", []) == "1000"
    assert iota.call("iota_getLatestCheckpointSequenceNumber", []) == "1"
    assert iota.call("iota_getTotalTransactionBlocks", []) == "2"
    assert len(iota.call("iota_getChainIdentifier", [])) == 8
    first = iota.call("iota_getCheckpoint", ["0"])
    assert first["previousDigest"] is None
    assert iota.call("iota_getCheckpoint", ["1"])["previousDigest"] == first["digest"]


@pytest.mark.parametrize(
    ("method", "values", "code", "message"),
    [
        ("iota_getTransactionBlock", [UNKNOWN_DIGEST], -32602, "Could not find the referenced transaction"),
        ("iota_getTransactionBlock", ["0OIl"], -32602, "32 bytes in base58"),
        ("iota_getTransactionBlock", [None], -32602, "32 bytes in base58"),
        ("iota_getCheckpoint", ["99"], -32602, "Verified checkpoint not found for 99"),
        ("iota_getCheckpoint", [UNKNOWN_DIGEST], -32602, "Verified checkpoint not found"),
        ("iota_getCheckpoint", ["-1"], -32602, "32 bytes in base58"),
        ("iotax_getBalance", ["bb"], -32602, "an address is 0x"),
        ("iotax_getBalance", ["0x" + "b" * 65], -32602, "an address is 0x"),
        ("iotax_getBalance", [BOB_TEXT, "IOTA"], -32602, "a coin type looks like"),
        ("iotax_getCoins", [BOB_TEXT, None, "0x1"], -32602, "is no coin of this owner"),
        ("iotax_getCoins", [BOB_TEXT, None, None, 0], -32602, "at least 1"),
        ("iotax_queryTransactionBlocks", [{"filter": {"Checkpoint": "1"}}], -32602, "is not simulated"),
        ("iotax_queryTransactionBlocks", ["x"], -32602, "must be an object"),
        ("iotax_queryTransactionBlocks", [{}, UNKNOWN_DIGEST], -32602, "Could not find"),
        ("iota_executeTransactionBlock", ["AAA=", "sig"], -32602, "a list of text"),
        ("iota_getObject", ["0x1"], -32601, "Method not found: iota_getObject"),
    ],
)
def test_refused(iota: IotaNode, method: str, values: list[Any], code: int, message: str) -> None:
    with pytest.raises(RpcError) as caught:
        iota.call(method, values)
    assert caught.value.code == code
    assert message in caught.value.message
