"""The sandbox's own payments: signed first, handed over afterwards, asked about until they are executed."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from decimal import Decimal
from typing import Protocol, TypeVar

from sandbox.services.chain.errors import (
    AmountError,
    NoAnswerError,
    NodeFailedError,
    RpcError,
    TransferRefusedError,
    TransferUnknownError,
)
from sandbox.services.chain.external.node import ExternalNode
from sandbox.services.chain.model import ChainNetwork, Fate, Handed, Signed
from sandbox.services.chain.node import ChainNode, Payment

T = TypeVar("T")

PATIENCE_SECONDS = 60.0
POLL_SECONDS = 0.5


class Run(Protocol):
    """Runs a task with a network's node, in that node's thread."""

    async def __call__(self, network_key: str, task: Callable[[ChainNode, ChainNetwork], T]) -> T:
        """The task's result."""


class Outgoing:
    """What moves the coins of named accounts."""

    def __init__(self, network: Callable[[str], ChainNetwork], run: Run) -> None:
        self._network = network
        self._run = run

    async def sign(
        self,
        network_key: str,
        to: str,
        amount: Decimal,
        *,
        sender: str,
        data: bytes = b"",
        after: int | None = None,
    ) -> Signed | None:
        """Signs a payment that nobody has yet; None while an external account waits for gas.

        Its nonce is higher than `after`. TransferRefusedError if it could not be executed.
        """
        units = self._units(network_key, amount)

        def task(node: ChainNode, network: ChainNetwork) -> Signed | None:
            payment = Payment(sender, node.normal_address(to), units, data, after)
            try:
                return node.sign(network, payment)
            except NoAnswerError:
                raise
            except RpcError as error:
                raise _refusal(amount, network.symbol, sender, error) from error

        return await self._run(network_key, task)

    async def hand_over(self, network_key: str, raw: bytes) -> tuple[Handed, str]:
        """Gives a signed payment to its node, once more if need be; what came of it, and the node's words."""

        def task(node: ChainNode, _: ChainNetwork) -> tuple[Handed, str]:
            try:
                node.hand_over(raw)
            except NoAnswerError as error:
                return "later", error.message
            except RpcError as error:
                return ("never" if node.is_void(raw) else "later"), error.message
            return "taken", ""

        try:
            return await self._run(network_key, task)
        except NodeFailedError as error:
            return "later", str(error)

    async def fate(self, network_key: str, tx_id: str) -> Fate:
        """What became of a payment; it has landed when the log of transfers shows it."""

        def task(node: ChainNode, network: ChainNetwork) -> Fate:
            moved = node.log.of_transaction(network, tx_id)
            if moved:
                return "final" if moved[0].block <= node.last_final() else "landed"
            known = node.fate(tx_id)
            return "waiting" if known == "landed" else known

        return await self._run(network_key, task)

    async def send(
        self, network_key: str, to: str, amount: Decimal, *, sender: str, data: bytes = b""
    ) -> str:
        """Signs, hands over, and with an external node waits until it is executed; the transaction id."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        units = self._units(network_key, amount)

        def start(node: ChainNode, network: ChainNetwork) -> tuple[Signed | None, bool]:
            # In one go, so that nobody else takes the nonce in between.
            payment = Payment(sender, node.normal_address(to), units, data)
            try:
                signed = node.sign(network, payment)
            except NoAnswerError:
                raise
            except RpcError as error:
                raise _refusal(amount, network.symbol, sender, error) from error
            if signed is None:
                return None, False
            try:
                node.hand_over(signed.raw)
            except NoAnswerError:
                return signed, False
            except RpcError as error:
                raise _refusal(amount, network.symbol, sender, error) from error
            return signed, not isinstance(node, ExternalNode)

        started, done = await self._run(network_key, start)
        while started is None:
            if time.monotonic() > deadline:
                raise TransferUnknownError(f"The coins that pay for the gas of {sender!r} do not arrive.")
            await asyncio.sleep(POLL_SECONDS)
            started, done = await self._run(network_key, start)
        signed = started
        while not done and time.monotonic() < deadline:
            try:
                done = await self._run(network_key, lambda node, _: _is_executed(node, signed))
            except NodeFailedError:
                # It may be on its way: that the node falters now must not pass for a refusal.
                done = False
            if not done:
                await asyncio.sleep(POLL_SECONDS)
        if not done and await self._is_unknown(network_key, signed.tx_id):
            raise TransferUnknownError(
                f"Nobody says whether the node took {signed.tx_id}. Look for it before you send again."
            )
        return signed.tx_id

    def _units(self, network_key: str, amount: Decimal) -> int:
        network = self._network(network_key)
        units = network.to_units(amount)
        if units == 0:
            raise AmountError(f"0 {network.symbol} cannot be sent. Give more than zero.")
        return units

    async def _is_unknown(self, network_key: str, tx_id: str) -> bool:
        try:
            return await self.fate(network_key, tx_id) == "unknown"
        except NodeFailedError:
            return True


def _is_executed(node: ChainNode, signed: Signed) -> bool:
    """Looks for a payment; what the node does not have is handed over again, the very same."""
    fate = node.fate(signed.tx_id)
    if fate == "unknown":
        node.hand_over(signed.raw)
    return fate in {"landed", "reverted"}


def _refusal(amount: Decimal, symbol: str, sender: str, error: RpcError) -> TransferRefusedError:
    return TransferRefusedError(f"{amount} {symbol} could not be sent from {sender!r}: {error.message}")
