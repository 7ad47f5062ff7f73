"""Chains that exist in memory only."""

import hashlib
import secrets
from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from sandbox.core.ports import ChainRefusedError


@dataclass(frozen=True)
class FakeNetwork:
    """A network of the fake chains."""

    key: str
    node_path: str
    decimals: int
    chain_id: int | None = None
    contract_address: str | None = None


@dataclass(frozen=True)
class FakeTransfer:
    """A transfer on a fake chain."""

    sequence: int
    network_key: str
    tx_id: str
    sender: str
    recipient: str
    amount: Decimal
    data: bytes = b""


@dataclass(frozen=True)
class FakeSigned:
    """A signed transfer of the fake chains."""

    tx_id: str
    raw: bytes
    nonce: int


NETWORKS = (
    FakeNetwork("iota_rebased_testnet", "/nodes/iota_rebased_testnet", 9),
    FakeNetwork("iota_rebased_mainnet", "/nodes/iota_rebased_mainnet", 9),
    FakeNetwork("ETH", "/nodes/ETH", 18, 31337),
    FakeNetwork("EURX", "/nodes/ETH", 6, 31337, "0x" + "c0" * 20),
)


class FakeChains:
    """Keeps balances and a log, refuses when told to."""

    def __init__(self) -> None:
        self.networks = {network.key: network for network in NETWORKS}
        self.log: dict[str, list[FakeTransfer]] = defaultdict(list)
        self.refuse: str | None = None
        self.lose_next_answer = False
        self.drop_next = 0
        self.unreachable = False
        self.signed = 0
        self._looked = 0

    def address(self, name: str, network_key: str) -> str:
        """Return an address made of the name."""
        size = 64 if network_key.startswith("iota") else 40
        return "0x" + name.encode().hex().ljust(size, "0")[:size]

    async def balance(self, network_key: str, address: str) -> Decimal:
        """Add up what came and went."""
        total = Decimal(0)
        for item in self.log[network_key]:
            if item.recipient.lower() == address.lower():
                total += item.amount
            if item.sender.lower() == address.lower():
                total -= item.amount
        return total

    async def fund(self, network_key: str, address: str, amount: Decimal) -> str:
        """Note a transfer from the treasury."""
        return await self.transfer(network_key, address, amount, sender="treasury")

    async def transfer(self, network_key: str, to: str, amount: Decimal, *, sender: str) -> str:
        """Note a transfer of one of the sandbox's accounts."""
        if self.refuse:
            raise ChainRefusedError(self.refuse)
        tx_id = self.pay(network_key, self.address(sender, network_key), to, amount)
        if self.lose_next_answer:
            self.lose_next_answer = False
            raise ConnectionError("the answer was lost")
        return tx_id

    async def sign(
        self, network_key: str, to: str, amount: Decimal, *, sender: str, after: int | None = None
    ) -> "FakeSigned":
        """Sign a transfer that is not in the log yet."""
        if self.refuse:
            raise ChainRefusedError(self.refuse)
        self.signed += 1
        tx_id = "0x" + secrets.token_hex(32)
        raw = "|".join((tx_id, self.address(sender, network_key), to, f"{amount:f}"))
        return FakeSigned(tx_id, raw.encode(), self.signed)

    async def hand_over(self, network_key: str, raw: bytes) -> tuple[str, str]:
        """Put a signed transfer into the log once; some are dropped, some answers are lost."""
        if self.unreachable:
            return "later", "no answer"
        tx_id, sender, to, amount = raw.decode().split("|")
        if self.drop_next:
            self.drop_next -= 1
            return "taken", ""
        if await self.fate(network_key, tx_id) == "unknown":
            self.pay(network_key, sender, to, Decimal(amount), tx_id=tx_id)
        if self.lose_next_answer:
            self.lose_next_answer = False
            raise ConnectionError("the answer was lost")
        return "taken", ""

    async def fate(self, network_key: str, tx_id: str) -> str:
        """Say whether the log has it."""
        return "landed" if any(item.tx_id == tx_id for item in self.log[network_key]) else "unknown"

    def pay(
        self, network_key: str, sender: str, to: str, amount: Decimal, data: bytes = b"", *, tx_id: str = ""
    ) -> str:
        """Note any transfer, as if a wallet had sent it."""
        log = self.log[network_key]
        tx_id = tx_id or "0x" + hashlib.sha256(f"{network_key} {len(log)}".encode()).hexdigest()
        log.append(FakeTransfer(len(log) + 1, network_key, tx_id, sender, to, amount, data))
        return tx_id

    async def transfers(
        self, network_key: str, *, after: int, limit: int, recipient: str | None = None
    ) -> list[FakeTransfer]:
        """Return a part of the log."""
        wanted = [
            item
            for item in self.log[network_key]
            if item.sequence > after and (recipient is None or item.recipient.lower() == recipient.lower())
        ]
        return wanted[:limit]

    @property
    def changes(self) -> int:
        """Always another one: whoever follows looks again."""
        self._looked += 1
        return self._looked

    async def wait_for_change(self, timeout: float) -> bool:
        """Say that nothing changed."""
        return False

    async def copy_to(self, folder: Path) -> None:
        """Refuse: there are no files."""
        raise ChainRefusedError("These chains are in memory only.")

    async def reset(self) -> None:
        """Forget everything."""
        self.log.clear()
