"""Runs the commands of a programmable transaction on coins, without touching any store."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import TypeVar

from sandbox.services.chain.iota import digests
from sandbox.services.chain.iota.transaction import (
    Argument,
    Command,
    GasCoin,
    InputArgument,
    MergeCoins,
    OwnedInput,
    PureInput,
    ResultArgument,
    SplitCoins,
    TransactionData,
    TransferObjects,
)

T = TypeVar("T")

REFERENCE_GAS_PRICE = 1000
COMPUTATION_UNITS = 1000
STORAGE_DEPOSIT = 129 * 7600
"""Nanos for one coin object: its size in bytes times the price of a byte; all of it comes back."""
MIN_BUDGET = REFERENCE_GAS_PRICE * COMPUTATION_UNITS
MAX_BUDGET = 50_000_000_000
MAX_GAS_PRICE = 100_000


class ExecutionError(Exception):
    """A command failed; its effects are taken back and gas is charged."""


@dataclass(frozen=True, slots=True)
class Coin:
    """A coin of IOTA; amounts are nanos. A coin that was just split off has no owner yet."""

    id: bytes
    owner: bytes | None
    version: int
    digest: bytes
    balance: int
    previous: bytes
    rebate: int


@dataclass(frozen=True, slots=True)
class GasUsed:
    """What a transaction costs, in nanos."""

    computation: int
    storage: int
    rebate: int
    kept: int
    """Deposits of the inputs that are not given back."""

    @property
    def net(self) -> int:
        """What the gas coin loses; never negative."""
        return self.computation + self.storage - self.rebate


@dataclass(frozen=True, slots=True)
class Execution:
    """Coins after a transaction; versions and digests are not set yet."""

    error: str | None
    gas: GasUsed
    live: dict[bytes, Coin]
    created: list[bytes]
    deleted: list[bytes]


@dataclass(slots=True)
class _Run:
    transaction: TransactionData
    digest: bytes
    live: dict[bytes, Coin]
    gas_coin: bytes
    created: list[bytes] = field(default_factory=list)
    deleted: list[bytes] = field(default_factory=list)
    results: list[list[bytes]] = field(default_factory=list)
    moved: set[bytes] = field(default_factory=set)
    next_index: int = 0

    def perform(self, command: Command) -> None:
        match command:
            case SplitCoins():
                self.results.append(self._split(command))
            case MergeCoins():
                self._merge(command)
                self.results.append([])
            case TransferObjects():
                self._transfer(command)
                self.results.append([])
            case _:
                raise ExecutionError(f"FeatureNotYetSupported: {command.kind} is not simulated")

    def _split(self, command: SplitCoins) -> list[bytes]:
        source = self._coin(command.coin)
        parts = []
        for argument in command.amounts:
            amount = int.from_bytes(self._pure(argument, 8), "little")
            if self.live[source].balance < amount:
                raise ExecutionError("InsufficientCoinBalance")
            self.add(source, -amount)
            part = digests.object_id(self.digest, self.next_index)
            self.next_index += 1
            self.live[part] = Coin(part, None, 0, b"", amount, b"", 0)
            self.created.append(part)
            parts.append(part)
        return parts

    def _merge(self, command: MergeCoins) -> None:
        target = self._coin(command.target)
        for argument in command.sources:
            source = self._coin(argument)
            if source in (target, self.gas_coin):
                raise ExecutionError("CommandArgumentError: InvalidValueUsage")
            self.add(target, self.live.pop(source).balance)
            if source in self.created:
                self.created.remove(source)
            else:
                self.deleted.append(source)

    def _transfer(self, command: TransferObjects) -> None:
        recipient = self._pure(command.recipient, 32)
        if not command.objects:
            raise ExecutionError("EmptyCommandInput")
        for argument in command.objects:
            coin = self._coin(argument)
            self.live[coin] = replace(self.live[coin], owner=recipient)
            self.moved.add(coin)

    def _coin(self, argument: Argument) -> bytes:
        coin = self._find(argument)
        if coin not in self.live or coin in self.moved:
            raise ExecutionError("CommandArgumentError: InvalidValueUsage")
        return coin

    def _find(self, argument: Argument) -> bytes:
        match argument:
            case GasCoin():
                return self.gas_coin
            case InputArgument(index):
                value = _at(self.transaction.inputs, index)
                if not isinstance(value, OwnedInput):
                    raise ExecutionError("CommandArgumentError: TypeMismatch")
                return value.ref.id
            case ResultArgument(command, None):
                results = _at(self.results, command)
                if len(results) != 1:
                    raise ExecutionError("CommandArgumentError: InvalidResultArity")
                return results[0]
            case ResultArgument(command, nested):
                return _at(_at(self.results, command), nested or 0)

    def _pure(self, argument: Argument, size: int) -> bytes:
        if not isinstance(argument, InputArgument):
            raise ExecutionError("CommandArgumentError: TypeMismatch")
        value = _at(self.transaction.inputs, argument.index)
        if not isinstance(value, PureInput):
            raise ExecutionError("CommandArgumentError: TypeMismatch")
        if len(value.value) != size:
            raise ExecutionError("CommandArgumentError: InvalidBCSBytes")
        return value.value

    def add(self, coin: bytes, amount: int) -> None:
        self.live[coin] = replace(self.live[coin], balance=self.live[coin].balance + amount)


def execute(
    transaction: TransactionData, digest: bytes, coins: dict[bytes, Coin], ordered: str | None = None
) -> Execution:
    """Runs a transaction on its input coins; a failed one still pays for its computation.

    With an `ordered` error it fails with that, whatever its commands do.
    """
    gas_coin = transaction.payment[0].id
    computation = COMPUTATION_UNITS * transaction.gas_price
    rebate = sum(coin.rebate for coin in coins.values())
    smashed = [ref.id for ref in transaction.payment[1:]]
    together = sum(coins[ref.id].balance for ref in transaction.payment)
    start = {identifier: coin for identifier, coin in coins.items() if identifier not in smashed}
    start[gas_coin] = replace(coins[gas_coin], balance=together)

    def settle(
        error: str | None, live: dict[bytes, Coin], created: list[bytes], deleted: list[bytes]
    ) -> Execution:
        charged = min(computation, transaction.gas_budget)
        storage = STORAGE_DEPOSIT * len(live)
        # The wallet subtracts without a sign: a payment that merges many coins must not cost less than 0.
        given_back = min(rebate, charged + storage)
        gas = GasUsed(charged, storage, given_back, rebate - given_back)
        paid = replace(live[gas_coin], balance=live[gas_coin].balance - gas.net)
        return Execution(error, gas, {**live, gas_coin: paid}, created, deleted)

    if computation > transaction.gas_budget:
        return settle("InsufficientGas", start, [], smashed)
    # The budget is set aside while commands run, so that they cannot spend it.
    budgeted = replace(start[gas_coin], balance=together - transaction.gas_budget)
    run = _Run(transaction, digest, {**start, gas_coin: budgeted}, gas_coin, deleted=list(smashed))
    error = ordered or _perform_all(run)
    if error is None:
        run.add(gas_coin, transaction.gas_budget)
        done = settle(None, run.live, run.created, run.deleted)
        if done.gas.net <= transaction.gas_budget:
            return done
        error = "InsufficientGas"
    return settle(error, start, [], smashed)


def _perform_all(run: _Run) -> str | None:
    for index, command in enumerate(run.transaction.commands):
        try:
            run.perform(command)
        except ExecutionError as error:
            return f"{error} in command {index}"
    if any(coin.owner is None for coin in run.live.values()):
        return "UnusedValueWithoutDrop"
    return None


def _at(values: Sequence[T], index: int) -> T:
    if index >= len(values):
        raise ExecutionError("CommandArgumentError: IndexOutOfBounds")
    return values[index]
