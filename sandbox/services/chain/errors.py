"""Errors of the chain service: JSON-RPC errors for wallets, ChainError for the rest of the sandbox."""

from __future__ import annotations

PARSE_ERROR = -32700
INVALID_REQUEST = -32600
METHOD_NOT_FOUND = -32601
INVALID_PARAMS = -32602
INTERNAL_ERROR = -32603
SERVER_ERROR = -32000
IOTA_TRANSACTION_REFUSED = -32002
EXECUTION_REVERTED = 3


class ChainError(Exception):
    """Base of all errors that ChainHub raises."""


class UnknownNetworkError(ChainError):
    """No network of this key exists."""

    def __init__(self, network_key: str, known: tuple[str, ...]) -> None:
        super().__init__(f"There is no network {network_key!r}. Known networks: {', '.join(known)}.")
        self.network_key = network_key


class AmountError(ChainError):
    """An amount is negative, not finite or has more decimals than its network."""


class AddressError(ChainError):
    """An address is malformed for its network."""


class TransferRefusedError(ChainError):
    """A node refused or failed a transaction that the hub built (too little balance, say)."""


class TransferUnknownError(ChainError):
    """Nobody says whether a transfer was taken: it may be executed yet."""


class ChainControlError(ChainError):
    """What a tester asked of a chain is not possible."""


class UnknownTransactionError(ChainError):
    """No transaction of this hash waits."""

    def __init__(self, tx_hash: str) -> None:
        super().__init__(f"No transaction {tx_hash[:70]!r} waits there. GET the network for what does.")


class ExternalNodeError(ChainError):
    """An external node cannot be used."""


class NodeFailedError(ChainError):
    """A node could not answer (an external one that is down, say)."""


class StorageInUseError(ChainError):
    """Another process has the chains of this folder open."""


class RpcError(Exception):
    """A JSON-RPC error answer with its code, message and optional data."""

    def __init__(self, code: int, message: str, data: str | None = None) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.data = data


class NoAnswerError(RpcError):
    """A node elsewhere gave no answer: what was asked of it may be done all the same."""


def invalid_params(message: str) -> RpcError:
    """The error for a malformed parameter."""
    return RpcError(INVALID_PARAMS, message)
