"""eth_call and eth_estimateGas: executions that change nothing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from etopay_sandbox_evm import Outcome, RefusedError

from sandbox.services.chain.errors import EXECUTION_REVERTED, SERVER_ERROR, RpcError, invalid_params
from sandbox.services.chain.evm import params, views
from sandbox.services.chain.evm.chain import EvmChain
from sandbox.services.chain.evm.fees import GAS_LIMIT

NOBODY = "0x" + "00" * 20
ERROR_SELECTOR = bytes.fromhex("08c379a0")
PANIC_SELECTOR = bytes.fromhex("4e487b71")

# A call passes at most 63/64 of its gas on, and a call with value needs this stipend on top.
CALL_STIPEND = 2300
ESTIMATE_TOLERANCE = 1000


@dataclass(frozen=True, slots=True)
class Message:
    """A call as a wallet describes it."""

    sender: str
    to: str | None
    data: bytes
    value: int
    gas: int


def read_message(fields: dict[str, Any], chain_id: int) -> Message:
    """Reads a transaction object, with strict numbers."""
    sender, to = fields.get("from"), fields.get("to")
    given = [params.data(fields[name], name) for name in ("input", "data") if fields.get(name) is not None]
    if len(given) == 2 and given[0] != given[1]:
        raise invalid_params('both "data" and "input" are set and not equal. Please use "input"')
    for name in ("nonce", "gasPrice", "maxFeePerGas", "maxPriorityFeePerGas"):
        if fields.get(name) is not None:
            params.quantity(fields[name], name)
    wanted = chain_id if fields.get("chainId") is None else params.quantity(fields["chainId"], "chainId")
    if wanted != chain_id:
        raise RpcError(SERVER_ERROR, f"chainId does not match node's (have={wanted}, want={chain_id})")
    gas = params.quantity(fields["gas"], "gas") if fields.get("gas") is not None else GAS_LIMIT
    return Message(
        sender=NOBODY if sender is None else params.address(sender, "from"),
        to=None if to is None else params.address(to, "to"),
        data=given[0] if given else b"",
        value=params.quantity(fields["value"], "value") if fields.get("value") is not None else 0,
        gas=min(gas, GAS_LIMIT),
    )


def call(chain: EvmChain, message: Message) -> bytes:
    """Return data of a message; a revert is an error with its data."""
    outcome = _run(chain, message, message.gas)
    _require_success(outcome, message.gas)
    return outcome.output


def estimate_gas(chain: EvmChain, message: Message) -> int:
    """The least gas limit (within a thousandth) with which the message succeeds."""
    outcome = _run(chain, message, message.gas)
    _require_success(outcome, message.gas)
    used = outcome.gas_used
    too_low, enough = used - 1, message.gas
    for guess in (used, (used + CALL_STIPEND) * 64 // 63):
        if guess >= enough:
            break
        if _succeeds(chain, message, guess):
            enough = guess
            break
        too_low = guess
    while enough - too_low > 1 and (enough - too_low) * ESTIMATE_TOLERANCE > enough:
        middle = (too_low + enough) // 2
        if _succeeds(chain, message, middle):
            enough = middle
        else:
            too_low = middle
    return enough


def _run(chain: EvmChain, message: Message, gas: int) -> Outcome:
    try:
        return chain.engine.call(
            sender=message.sender,
            to=message.to,
            data=message.data,
            value=message.value,
            gas_limit=gas,
            block=chain.next_block(),
        )
    except RefusedError as error:
        raise RpcError(SERVER_ERROR, str(error)) from None


def _succeeds(chain: EvmChain, message: Message, gas: int) -> bool:
    try:
        return _run(chain, message, gas).success
    except RpcError:
        return False


def _require_success(outcome: Outcome, gas: int) -> None:
    if outcome.reverted:
        reason = revert_reason(outcome.output)
        text = "execution reverted" + (f": {reason}" if reason else "")
        raise RpcError(EXECUTION_REVERTED, text, views.hex_data(outcome.output))
    if outcome.failure == "out of gas":
        raise RpcError(SERVER_ERROR, f"gas required exceeds allowance ({gas})")
    if outcome.failure is not None:
        raise RpcError(SERVER_ERROR, outcome.failure)


def revert_reason(output: bytes) -> str | None:
    """The text of Error(string), or the code of Panic(uint256)."""
    if output[:4] == PANIC_SELECTOR and len(output) == 36:
        return f"panic code {int.from_bytes(output[4:]):#04x}"
    if output[:4] != ERROR_SELECTOR or len(output) < 68:
        return None
    length = int.from_bytes(output[36:68])
    return output[68 : 68 + length].decode(errors="replace")
