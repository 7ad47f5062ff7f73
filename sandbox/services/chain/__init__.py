"""The sandbox's chains: an EVM node, two IOTA Rebased nodes, a faucet, a transfer log and an explorer.

A ChainHub is opened on a folder and keeps its chains there. `router(hub)` serves POST /nodes/{key} and
GET /explorer/{key}. Amounts are Decimal in main units of the network. A consumer of payments reads
`hub.transfers(key, after=await hub.cursor(name, key))`, handles each and then calls `hub.acknowledge`;
`hub.wait_for_change(timeout, since=hub.changes)` tells when to look again.

Errors are ChainError: UnknownNetworkError, AmountError, AddressError, TransferRefusedError, NodeFailedError
and, from `open`, StorageInUseError and ExternalNodeError.
"""

from sandbox.services.chain.errors import (
    AddressError,
    AmountError,
    ChainError,
    ExternalNodeError,
    StorageInUseError,
    TransferRefusedError,
    UnknownNetworkError,
)
from sandbox.services.chain.external.node import External, read_external
from sandbox.services.chain.hub import ChainHub
from sandbox.services.chain.model import ETH, EURX, IOTA_MAINNET, IOTA_TESTNET, ChainNetwork, Transfer
from sandbox.services.chain.router import router

__all__ = [
    "ETH",
    "EURX",
    "IOTA_MAINNET",
    "IOTA_TESTNET",
    "AddressError",
    "AmountError",
    "ChainError",
    "ChainHub",
    "ChainNetwork",
    "External",
    "ExternalNodeError",
    "StorageInUseError",
    "Transfer",
    "TransferRefusedError",
    "UnknownNetworkError",
    "read_external",
    "router",
]
