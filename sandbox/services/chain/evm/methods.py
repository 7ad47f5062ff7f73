"""The JSON-RPC methods of the EVM node."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from etopay_sandbox_evm import DecodeError, Transaction, keccak256

from sandbox.services.chain.errors import METHOD_NOT_FOUND, SERVER_ERROR, RpcError, invalid_params
from sandbox.services.chain.evm import calls, fees, params, views
from sandbox.services.chain.evm.chain import EvmChain
from sandbox.services.chain.evm.params import Arguments
from sandbox.services.chain.evm.reader import EvmReader

CLIENT_VERSION = "etopay-sandbox/revm"

Method = Callable[[Arguments], Any]


class EvmMethods:
    """Answers one call at a time."""

    def __init__(self, chain: EvmChain) -> None:
        self._chain = chain
        self._reader = EvmReader(chain)
        self._methods: dict[str, tuple[int, Method]] = {
            "web3_clientVersion": (0, lambda _: CLIENT_VERSION),
            "web3_sha3": (1, lambda a: views.hex_data(keccak256(a.data(0)))),
            "net_version": (0, lambda _: str(chain.chain_id)),
            "net_listening": (0, lambda _: True),
            "eth_chainId": (0, lambda _: hex(chain.chain_id)),
            "eth_syncing": (0, lambda _: False),
            "eth_accounts": (0, lambda _: []),
            "eth_blockNumber": (0, lambda _: hex(chain.head().number)),
            "eth_gasPrice": (0, lambda _: hex(self._base_fee() + fees.SUGGESTED_TIP)),
            "eth_maxPriorityFeePerGas": (0, lambda _: hex(fees.SUGGESTED_TIP)),
            "eth_feeHistory": (3, lambda a: fees.fee_history(chain.database, a, chain.head().number)),
            "eth_getBalance": (2, self._balance),
            "eth_getTransactionCount": (2, self._transaction_count),
            "eth_getCode": (2, self._code),
            "eth_getStorageAt": (3, self._storage),
            "eth_call": (3, self._call),
            "eth_estimateGas": (3, self._estimate),
            "eth_sendRawTransaction": (1, self._send),
            "eth_getTransactionByHash": (1, lambda a: self._reader.transaction(a.hash(0))),
            "eth_getRawTransactionByHash": (1, self._raw_transaction),
            "eth_getTransactionReceipt": (1, lambda a: self._reader.receipt(a.hash(0))),
            "eth_getTransactionByBlockNumberAndIndex": (2, self._transaction_in),
            "eth_getTransactionByBlockHashAndIndex": (2, self._transaction_in_hash),
            "eth_getBlockByNumber": (2, self._block),
            "eth_getBlockByHash": (2, self._block_by_hash),
            "eth_getBlockReceipts": (1, lambda a: self._reader.receipts(self._required_block(a))),
            "eth_getBlockTransactionCountByNumber": (1, self._count_in),
            "eth_getBlockTransactionCountByHash": (1, self._count_in_hash),
            "eth_getUncleCountByBlockNumber": (1, self._uncles),
            "eth_getUncleCountByBlockHash": (1, self._uncles),
            "eth_getLogs": (1, lambda a: self._reader.logs(a.object(0))),
        }

    def call(self, method: str, values: list[Any]) -> Any:
        """The result of a method; RpcError if it refuses."""
        found = self._methods.get(method)
        if found is None:
            raise RpcError(METHOD_NOT_FOUND, f"the method {method} does not exist/is not available")
        at_most, answer = found
        return answer(Arguments(values, at_most))

    def _base_fee(self) -> int:
        head = self._chain.head()
        return fees.next_base_fee(head.base_fee, head.gas_used)

    def _balance(self, arguments: Arguments) -> str:
        address = arguments.address(0)
        self._reader.require_newest_state(arguments.block(1))
        return hex(self._chain.engine.balance(address))

    def _transaction_count(self, arguments: Arguments) -> str:
        address, block = arguments.address(0), arguments.block(1)
        if block == "pending":
            return hex(self._chain.pending_nonce(address))
        self._reader.require_newest_state(block)
        return hex(self._chain.engine.nonce(address))

    def _code(self, arguments: Arguments) -> str:
        address = arguments.address(0)
        self._reader.require_newest_state(arguments.block(1))
        return views.hex_data(self._chain.engine.code(address))

    def _storage(self, arguments: Arguments) -> str:
        address, slot = arguments.address(0), params.storage_slot(arguments.required(1), "argument 1")
        self._reader.require_newest_state(arguments.block(2))
        value = self._chain.engine.storage(address, slot)
        return views.hex_data(value.to_bytes(32))

    def _call(self, arguments: Arguments) -> str:
        message = calls.read_message(arguments.object(0), self._chain.chain_id)
        self._reader.require_newest_state(arguments.block(1))
        _refuse_overrides(arguments)
        return views.hex_data(calls.call(self._chain, message))

    def _estimate(self, arguments: Arguments) -> str:
        message = calls.read_message(arguments.object(0), self._chain.chain_id)
        self._reader.require_newest_state(arguments.block(1))
        _refuse_overrides(arguments)
        return hex(calls.estimate_gas(self._chain, message))

    def _send(self, arguments: Arguments) -> str:
        try:
            transaction = Transaction.decode(arguments.data(0))
        except DecodeError as error:
            raise RpcError(SERVER_ERROR, str(error)) from None
        return self._chain.submit(transaction)

    def _raw_transaction(self, arguments: Arguments) -> str | None:
        raw = self._reader.raw_transaction(arguments.hash(0))
        return None if raw is None else views.hex_data(raw)

    def _required_block(self, arguments: Arguments) -> params.BlockReference:
        arguments.required(0)
        return arguments.block(0)

    def _block(self, arguments: Arguments) -> Any:
        return self._reader.block(self._required_block(arguments), full=arguments.flag(1, default=False))

    def _block_by_hash(self, arguments: Arguments) -> Any:
        return self._reader.block(arguments.hash(0), full=arguments.flag(1, default=False))

    def _transaction_in(self, arguments: Arguments) -> Any:
        return self._reader.transaction_in(self._required_block(arguments), arguments.quantity(1))

    def _transaction_in_hash(self, arguments: Arguments) -> Any:
        return self._reader.transaction_in(arguments.hash(0), arguments.quantity(1))

    def _count_in(self, arguments: Arguments) -> str | None:
        count = self._reader.transaction_count(self._required_block(arguments))
        return None if count is None else hex(count)

    def _count_in_hash(self, arguments: Arguments) -> str | None:
        count = self._reader.transaction_count(arguments.hash(0))
        return None if count is None else hex(count)

    def _uncles(self, arguments: Arguments) -> str | None:
        known = self._reader.block_number(self._required_block(arguments))
        return None if known is None else "0x0"


def _refuse_overrides(arguments: Arguments) -> None:
    if arguments.optional(2):
        raise invalid_params("invalid argument 2: state overrides are not supported by the sandbox")
