"""Random phrases: the same keys, addresses and bytes as a second implementation."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path
from random import Random
from typing import Any

import pytest
from etopay_sdk import Config, EtopayError, Evm, EvmErc20, IotaRebased, Network, Sdk, mnemonic_words

from tests.campaigns import reference
from tests.sdk.conftest import ReadySdk
from tests.sdk.fake_chain import COIN, CONTRACT, EvmChain, IotaChain
from tests.sdk.fake_services import TOKEN, Services, Story
from tests.support.campaign import Campaign

PIN = Story().pin
NOWHERE = ("http://127.0.0.1:9",)
ETH = Network("eth", True, "", "", 60, NOWHERE, 18, False, Evm(1), "")
# Networks for tests have a coin type of their own in SLIP-44.
TEST = replace(ETH, key="test", coin_type=1)
TOKEN_NETWORK = replace(ETH, key="token", protocol=EvmErc20(1, CONTRACT))
IOTA = Network("iota", True, "", "", 4218, NOWHERE, 9, False, IotaRebased(COIN), "")
WORKERS = 8


def random_phrase(chance: Random) -> str:
    return reference.phrase_of(chance.randbytes(chance.choice((16, 20, 24, 28, 32))), mnemonic_words())


def random_number(chance: Random) -> int:
    return chance.choice((0, 0, 1, chance.randrange(100), chance.randrange(1 << 31), (1 << 31) - 1))


@pytest.mark.campaign("addresses")
async def test_addresses(campaign: Campaign, ready: ReadySdk) -> None:
    chance = campaign.chance
    sdk = await ready(token=False, wallet=False)
    await sdk.set_networks([ETH, TEST, TOKEN_NETWORK, IOTA])
    for _ in campaign.each():
        phrase, account, index = random_phrase(chance), random_number(chance), random_number(chance)
        await sdk.create_wallet_from_existing_mnemonic(PIN, phrase, replace=True)
        await sdk.set_wallet_derivation_options(account, index)
        eth = reference.evm_address(reference.evm_key(phrase, account, index))
        test = reference.evm_address(reference.evm_key(phrase, account, index, coin=1))
        iota = reference.iota_address(reference.iota_key(phrase, account, index))
        for network, expected in (("eth", eth), ("test", test), ("token", eth), ("iota", iota)):
            found = await sdk.generate_new_address(PIN, network=network)
            assert found == expected, (phrase, account, index, network)
            campaign.figures["addresses"] += 1
        assert await sdk.get_mnemonic(PIN) == phrase


class Recorder:
    """A pair of nodes that keep what they are asked to carry out."""

    def __init__(self) -> None:
        self.services = Services()
        self.raw: list[bytes] = []
        self.executed: list[tuple[str, str]] = []

    def start(self, evm: str, iota: str, chance: Random) -> dict[str, str]:
        """New chains for one wallet; returns the coin it pays with on IOTA."""
        self.raw.clear()
        self.executed.clear()
        self.services.evm = EvmChain(evm)
        self.services.iota = IotaChain(iota, version=chance.randrange(1 << 40))
        self.services.evm.take = self._wrap(self.services.evm.take)  # type: ignore[method-assign]
        answer = self.services.iota.answer

        def listen(method: str, params: list[Any]) -> Any:
            if method == "iota_executeTransactionBlock":
                self.executed.append((params[0], params[1][0]))
            return answer(method, params)

        self.services.iota.answer = listen  # type: ignore[method-assign]
        (coin,) = answer("iotax_getCoins", [])["data"]
        return dict(coin)

    def _wrap(self, take: Any) -> Any:
        def listen(raw: str) -> str:
            self.raw.append(bytes.fromhex(raw[2:]))
            return str(take(raw))

        return listen


def evm_fields(raw: bytes) -> list[Any]:
    from tests.sdk.fake_chain import _item  # noqa: PLC0415 - the reader of what a node receives

    fields, _ = _item(raw[1:], 0)
    return list(fields)


async def one_wallet(sdk: Sdk, recorder: Recorder, chance: Random, campaign: Campaign) -> None:
    phrase, account, index = random_phrase(chance), random_number(chance), random_number(chance)
    evm, iota = reference.evm_key(phrase, account, index), reference.iota_key(phrase, account, index)
    coin = recorder.start(reference.evm_address(evm), reference.iota_address(iota), chance)
    await sdk.create_wallet_from_existing_mnemonic(PIN, phrase, replace=True)
    await sdk.set_wallet_derivation_options(account, index)
    to, wei = chance.randbytes(20), chance.randrange(1, 10**18)
    data = chance.randbytes(chance.choice((0, 0, 1, 40, 300)))

    amount = f"{wei // 10**18}.{wei % 10**18:018d}"
    await sdk.send_amount(PIN, "0x" + to.hex(), amount, data or None, network="ETH")
    await sdk.send_amount(PIN, "0x" + to.hex(), amount, network="token")
    call = bytes.fromhex("a9059cbb") + to.rjust(32, b"\0") + wei.to_bytes(32)
    expected = [(to, wei, data), (bytes.fromhex(CONTRACT[2:]), 0, call)]
    assert len(recorder.raw) == 2
    for nonce, (raw, (receiver, value, payload)) in enumerate(zip(recorder.raw, expected, strict=True)):
        tip, most, gas = (int.from_bytes(field) for field in evm_fields(raw)[2:5])
        fields: list[reference.Rlp] = [31337, nonce, tip, most, gas, receiver, value, payload, []]
        assert raw == reference.evm_transaction(evm, fields), (phrase, account, index, raw.hex())
        # What the node proposes decides the fees; within reason, and never the other way around.
        assert 0 < tip <= most < 10**11
        assert 0 < gas <= 10**6

    nanos, receiver_id = chance.randrange(1, 10**9), "0x" + chance.randbytes(32).hex()
    await sdk.send_amount(PIN, receiver_id, f"{nanos // 10**9}.{nanos % 10**9:09d}", network="iota_other")
    assert recorder.executed == [reference.iota_transaction(iota, receiver_id, nanos, coin, 1000)], phrase
    campaign.figures["EVM"] += 1
    campaign.figures["ERC-20"] += 1
    campaign.figures["IOTA"] += 1


@pytest.mark.campaign("signatures")
async def test_signed_transactions(campaign: Campaign, tmp_path: Path) -> None:
    # Sending waits for the next look at the chain, so several wallets wait at the same time.
    runs = campaign.each()

    async def work(number: int) -> None:
        recorder = Recorder()
        # Each its own numbers: the order in which the workers get on is not part of the seed.
        chance = Random(campaign.seed + number)
        config = Config(f"{recorder.services.url}/api", "standalone", tmp_path / str(number))
        try:
            async with Sdk(config) as sdk:
                await sdk.create_new_user("alice")
                await sdk.init_user("alice")
                await sdk.set_wallet_password(PIN, Story().password)
                await sdk.refresh_access_token(TOKEN)
                await sdk.get_networks()
                await sdk.refresh_access_token(None)
                for _ in runs:
                    await one_wallet(sdk, recorder, chance, campaign)
        finally:
            recorder.services.close()

    async with asyncio.TaskGroup() as group:
        for number in range(WORKERS):
            group.create_task(work(number))


async def test_a_difference_would_be_seen(ready: ReadySdk) -> None:
    """The control: one word of the reference differs, and so does the address."""
    sdk = await ready(token=False, wallet=False)
    await sdk.set_networks([ETH])
    phrase = Story().phrase
    await sdk.create_wallet_from_existing_mnemonic(PIN, phrase, replace=True)
    address = await sdk.generate_new_address(PIN, network="eth")
    assert address == reference.evm_address(reference.evm_key(phrase))
    assert address != reference.evm_address(reference.evm_key(phrase, index=1))
    with pytest.raises(EtopayError):
        await sdk.create_wallet_from_existing_mnemonic(PIN, "zoo " + phrase, replace=True)
