"""EIP-1559: the base fee of the next block and the fee history."""

from __future__ import annotations

from typing import Any

from sandbox.services.chain.errors import RpcError, invalid_params
from sandbox.services.chain.evm.params import HEAD_TAGS, Arguments, block_number
from sandbox.services.chain.storage import Database

GAS_LIMIT = 30_000_000
GAS_TARGET = GAS_LIMIT // 2
INITIAL_BASE_FEE = 10**9
SUGGESTED_TIP = 10**9
MAX_HISTORY = 1024


def next_base_fee(base_fee: int, gas_used: int) -> int:
    """Base fee that follows a block, by the rule of EIP-1559."""
    if gas_used == GAS_TARGET:
        return base_fee
    change = base_fee * abs(gas_used - GAS_TARGET) // GAS_TARGET // 8
    return base_fee + max(change, 1) if gas_used > GAS_TARGET else base_fee - change


def fee_history(database: Database, arguments: Arguments, head: int) -> dict[str, Any]:
    """Answer of eth_feeHistory."""
    count = _block_count(arguments.required(0))
    reference = arguments.block(1)
    if isinstance(reference, str) and reference not in HEAD_TAGS:
        raise invalid_params("invalid argument 1: a block number or tag is expected")
    newest = reference if isinstance(reference, int) else head
    if newest > head:
        raise RpcError(-32000, f"request beyond head block: requested {newest}, head {head}")
    percentiles = _percentiles(arguments.optional(2))
    rows = database.all(
        "SELECT number, base_fee, gas_used FROM block WHERE number BETWEEN ? AND ? ORDER BY number",
        newest - count + 1,
        newest,
    )
    if not rows:
        return {"oldestBlock": "0x0", "gasUsedRatio": []}
    following = next_base_fee(rows[-1][1], rows[-1][2])
    history: dict[str, Any] = {
        "oldestBlock": hex(rows[0][0]),
        "baseFeePerGas": [*(hex(row[1]) for row in rows), hex(following)],
        "gasUsedRatio": [row[2] / GAS_LIMIT for row in rows],
        "baseFeePerBlobGas": ["0x1"] * (len(rows) + 1),
        "blobGasUsedRatio": [0] * len(rows),
    }
    if percentiles:
        history["reward"] = [_rewards(database, row[0], row[2], percentiles) for row in rows]
    return history


def _rewards(database: Database, number: int, gas_used: int, percentiles: list[float]) -> list[str]:
    tips = sorted(
        (int(tip), gas) for tip, gas in database.all("SELECT tip, gas_used FROM tx WHERE block = ?", number)
    )
    rewards = []
    for percentile in percentiles:
        threshold, seen, reward = gas_used * percentile / 100, 0, 0
        for tip, gas in tips:
            reward, seen = tip, seen + gas
            if seen >= threshold:
                break
        rewards.append(hex(reward))
    return rewards


def _block_count(value: Any) -> int:
    count = value if isinstance(value, int) and not isinstance(value, bool) else None
    if count is None:
        count = (
            int(value) if isinstance(value, str) and value.isdecimal() else block_number(value, "argument 0")
        )
    if count < 0:
        raise invalid_params("invalid argument 0: a block count is expected")
    return min(count, MAX_HISTORY)


def _percentiles(value: Any) -> list[float]:
    if value is None:
        return []
    if not isinstance(value, list) or not all(
        isinstance(one, int | float) and not isinstance(one, bool) for one in value
    ):
        raise invalid_params("invalid argument 2: a list of percentiles is expected")
    if any(not 0 <= one <= 100 for one in value) or sorted(value) != value:
        raise RpcError(-32000, "invalid reward percentile: rising numbers from 0 to 100 are expected")
    return [float(one) for one in value]
