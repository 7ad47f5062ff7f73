"""Public vectors of BIP-39, BIP-32, SLIP-10 and EIP-55, and addresses known from elsewhere."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from etopay_sdk import Evm, IotaRebased, Network, Sdk, ValidationError, check_mnemonic, mnemonic_words

from tests.campaigns import reference
from tests.sdk.conftest import ReadySdk
from tests.sdk.fake_services import Story

FOLDER = Path(__file__).parent / "vectors"
PIN = Story().pin
COMMON = ("k", True, "", "", 60, ("http://127.0.0.1:9",))
EVM = Network(*COMMON, 18, False, Evm(1), "")
IOTA = Network(
    "iota", True, "", "", 4218, ("http://127.0.0.1:9",), 9, False, IotaRebased("0x2::iota::IOTA"), ""
)


def vectors(name: str) -> Any:
    return json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))


CHECKSUMMED = [text for group in vectors("addresses")["eip55"].values() for text in group]


async def address(sdk: Sdk, phrase: str, network: str, account: int = 0, index: int = 0) -> str:
    await sdk.create_wallet_from_existing_mnemonic(PIN, phrase, replace=True)
    await sdk.set_wallet_derivation_options(account, index)
    return await sdk.generate_new_address(PIN, network=network)


@pytest.fixture
async def sdk(ready: ReadySdk) -> Sdk:
    made = await ready(token=False, wallet=False)
    await made.set_networks([EVM, IOTA])
    return made


class TestReference:
    """The second implementation that the other tests compare with."""

    @pytest.mark.parametrize("vector", vectors("bip39"))
    def test_bip39(self, vector: dict[str, str]) -> None:
        words = mnemonic_words()
        assert reference.phrase_of(bytes.fromhex(vector["entropy"]), words) == vector["phrase"]
        seed = reference.seed_of(vector["phrase"], "TREZOR")
        assert seed.hex() == vector["seed"]
        assert reference.xprv(reference.bip32(seed, "m")) == vector["xprv"]

    @pytest.mark.parametrize("vector", vectors("bip32"))
    def test_bip32(self, vector: dict[str, Any]) -> None:
        for chain in vector["chains"]:
            node = reference.bip32(bytes.fromhex(vector["seed"]), chain["path"])
            assert reference.xprv(node) == chain["xprv"]

    @pytest.mark.parametrize("vector", vectors("slip10"))
    def test_slip10(self, vector: dict[str, Any]) -> None:
        for chain in vector["chains"]:
            node = reference.slip10(bytes.fromhex(vector["seed"]), chain["path"])
            assert (node.chain.hex(), node.key.hex()) == (chain["chain_code"], chain["private"])
            assert reference.ed25519_public(node.key).hex() == chain["public"]

    @pytest.mark.parametrize("text", CHECKSUMMED)
    def test_eip55(self, text: str) -> None:
        assert reference.checksummed(bytes.fromhex(text[2:])) == text

    def test_rfc6979(self) -> None:
        """Key 1 signing the hash of "Satoshi Nakamoto", a vector that libraries for this curve share."""
        digest = bytes.fromhex("a0dc65ffca799873cbea0ac274015b9526505daaaed385155425f7337704883e")
        _, r, s = reference.ecdsa((1).to_bytes(32), digest)
        assert f"{r:064x}" == "934b1ea10a4b3c1757e2b0c017d0b6143ce3c9a7e6a4a49860d7a6ab210ee3d8"
        assert f"{s:064x}" == "2442ce9d2b916064108014783e923ec36b49743e2ffa1c4496f01a512aafd9e5"


class TestBinding:
    @pytest.mark.parametrize("vector", vectors("bip39"))
    async def test_phrases_of_bip39(self, sdk: Sdk, vector: dict[str, str]) -> None:
        phrase = vector["phrase"]
        check_mnemonic(phrase)
        assert await address(sdk, phrase, "k") == reference.evm_address(reference.evm_key(phrase))
        assert await address(sdk, phrase, "iota") == reference.iota_address(reference.iota_key(phrase))
        assert await sdk.get_mnemonic(PIN) == phrase

    @pytest.mark.parametrize("vector", vectors("bip39"))
    def test_another_last_word_is_refused(self, vector: dict[str, str]) -> None:
        words = vector["phrase"].split()
        number = mnemonic_words().index(words[-1])
        # The checksum is in the lowest bits: the neighbour differs in nothing else.
        words[-1] = mnemonic_words()[number ^ 1]
        with pytest.raises(ValidationError) as raised:
            check_mnemonic(" ".join(words))
        assert raised.value.details["reason"] == "checksum"

    @pytest.mark.parametrize("known", vectors("addresses")["evm"])
    async def test_addresses_of_evm(self, sdk: Sdk, known: dict[str, Any]) -> None:
        assert await address(sdk, known["phrase"], "k", index=known["index"]) == known["address"]

    @pytest.mark.parametrize("known", vectors("addresses")["iota"])
    async def test_addresses_of_iota(self, sdk: Sdk, known: dict[str, Any]) -> None:
        assert await address(sdk, known["phrase"], "iota") == known["address"]

    @pytest.mark.parametrize("text", CHECKSUMMED)
    async def test_eip55_is_held(self, ready: ReadySdk, text: str) -> None:
        sdk = await ready()
        await sdk.estimate_gas(PIN, text, "1", network="ETH")
        letters = [place for place, letter in enumerate(text) if place > 1 and letter.isalpha()]
        wrong = text[: letters[-1]] + text[letters[-1]].swapcase() + text[letters[-1] + 1 :]
        with pytest.raises(ValidationError) as raised:
            await sdk.estimate_gas(PIN, wrong, "1", network="ETH")
        assert raised.value.code == "invalid_address"
