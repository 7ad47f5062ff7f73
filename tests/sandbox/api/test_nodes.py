"""Calls of nodes and explorer pages that chance makes up: no crash, always a reply of the agreed form."""

from __future__ import annotations

import json
import random
import re
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx
import pytest

import sandbox.services.chain as chain
from tests.sandbox.api.target import BASE, Target
from tests.support.campaign import Campaign

NETWORKS = ("ETH", "EURX", "iota_rebased_testnet", "iota_rebased_mainnet")
INTERNAL = -32603
_METHOD = re.compile(r'"((?:eth|net|web3|evm|anvil|hardhat|iota|iotax|unsafe|txpool|debug)_[A-Za-z]+)"')
METHODS = sorted(
    {
        name
        for file in Path(chain.__file__).parent.rglob("*.py")
        for name in _METHOD.findall(file.read_text(encoding="utf-8"))
    }
)
"""All that the code answers or speaks of, so that new ones are tried without a word here."""

PAGES = ("", "/blocks", "/block/{}", "/tx/{}", "/address/{}", "/object/{}", "/search")


class Maker:
    """Makes up values: those a wallet would send, their neighbours, and nonsense."""

    def __init__(self, chance: random.Random, known: list[str]) -> None:
        self.chance = chance
        self.known = known

    def value(self, depth: int = 0) -> Any:
        """Anything that JSON can say."""
        makers = [self._word, self._word, self._number, self._hex, self._hex]
        if depth < 3:
            makers += [
                lambda: [self.value(depth + 1) for _ in range(self.chance.randrange(4))],
                lambda: {self._name(): self.value(depth + 1) for _ in range(self.chance.randrange(5))},
            ]
        return self.chance.choice(makers)()

    def call(self) -> Any:
        """A call, now and then with something wrong around it."""
        made: dict[str, Any] = {
            "jsonrpc": "2.0",
            "id": self.chance.choice([1, "x", 0]),
            "method": self.chance.choice(METHODS),
            "params": [self.value() for _ in range(self.chance.randrange(5))],
        }
        if self.chance.random() < 0.1:
            made[self.chance.choice(["jsonrpc", "id", "method", "params"])] = self.value()
        if self.chance.random() < 0.05:
            del made[self.chance.choice(list(made))]
        return made

    def body(self) -> bytes:
        """A body: mostly one call, sometimes a batch or what is no call at all."""
        roll = self.chance.random()
        if roll < 0.03:
            return self.chance.randbytes(self.chance.randrange(40))
        if roll < 0.06:
            return json.dumps(self.value()).encode()
        if roll < 0.16:
            return json.dumps([self.call() for _ in range(self.chance.randrange(4))]).encode()
        return json.dumps(self.call()).encode()

    def reference(self) -> str:
        """What somebody may ask the explorer for."""
        return str(self.chance.choice([self._word, self._number, self._hex])())

    def _word(self) -> Any:
        fixed = ("latest", "pending", "earliest", "safe", "", "0x", "0x0", "\x00", "\ud7ff💶", "A" * 300)
        return self.chance.choice((*fixed, *self.known, None, True, False))

    def _number(self) -> Any:
        return self.chance.choice([0, 1, -1, 7, 2**31, 2**63, 2**64, 2**300, 0.5, 1e308])

    def _hex(self) -> str:
        digits = self.chance.choice([1, 2, 20, 39, 40, 63, 64, 65, 128, 200])
        return "0x" + "".join(self.chance.choice("0123456789abcdefABCDEFg") for _ in range(digits))

    def _name(self) -> str:
        names = ("to", "from", "data", "value", "gas", "blockHash", "fromBlock", "toBlock", "topics")
        more = ("address", "filter", "options", "FromAddress", "showInput", "gasPrice", "nonce", "limit")
        return self.chance.choice((*names, *more))


def judge(reply: Any) -> None:
    """See that a reply, or each of a batch, is as JSON-RPC 2.0 has it, and no crash in disguise."""
    for one in reply if isinstance(reply, list) else [reply]:
        assert one["jsonrpc"] == "2.0"
        assert "id" in one
        assert ("result" in one) != ("error" in one)
        if "error" in one:
            assert isinstance(one["error"]["code"], int)
            assert isinstance(one["error"]["message"], str)
            assert one["error"]["code"] != INTERNAL, one["error"]


@pytest.mark.campaign("nodes")
async def test_nodes_and_pages_stand_whatever_is_asked(campaign: Campaign, tmp_path: Path) -> None:
    target = Target(tmp_path)
    transport = httpx.ASGITransport(target.from_here)
    try:
        async with httpx.AsyncClient(transport=transport, base_url=BASE) as http:
            users = (await http.get("/_sandbox/users")).json()["users"]
            known = [address for user in users for address in user["addresses"].values()]
            maker = Maker(campaign.chance, known)
            for _ in campaign.each():
                await _one(http, maker, campaign)
    finally:
        target.close()
    assert campaign.figures["results"] > 0
    assert campaign.figures["pages"] > 0


async def _one(http: httpx.AsyncClient, maker: Maker, campaign: Campaign) -> None:
    network = maker.chance.choice(NETWORKS)
    if maker.chance.random() < 0.2:
        page = maker.chance.choice(PAGES).format(quote(maker.reference(), safe="").replace(".", "%2E"))
        answer = await http.get(f"/explorer/{network}{page}", params={"q": maker.reference()})
        assert answer.status_code < 500, (answer.url, answer.text)
        if answer.status_code == 200:
            assert answer.headers["content-type"].startswith("text/html"), answer.url
            campaign.figures["pages"] += 1
        return
    body = maker.body()
    answer = await http.post(f"/nodes/{network}", content=body, headers={"content-type": "application/json"})
    assert answer.status_code == 200, (body, answer.text)
    if answer.content:
        try:
            judge(answer.json())
        except AssertionError as error:
            raise AssertionError(f"{network}: {body!r} was answered {answer.text}") from error
        campaign.figures["results" if b'"result"' in answer.content else "refusals"] += 1
