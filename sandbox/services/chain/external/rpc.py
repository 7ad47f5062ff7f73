"""JSON-RPC to a node elsewhere, and the networks that are refused."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

import httpx

from sandbox.services.chain.errors import SERVER_ERROR, ExternalNodeError, NoAnswerError, RpcError
from sandbox.services.chain.evm.params import BlockReference

TIMEOUT_SECONDS = 10.0
LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})

MAIN_NETS = {
    1: "Ethereum",
    10: "OP Mainnet",
    25: "Cronos",
    30: "Rootstock",
    56: "BNB Smart Chain",
    61: "Ethereum Classic",
    100: "Gnosis",
    130: "Unichain",
    137: "Polygon",
    146: "Sonic",
    148: "Shimmer EVM",
    250: "Fantom",
    324: "zkSync Era",
    480: "World Chain",
    1101: "Polygon zkEVM",
    1284: "Moonbeam",
    1329: "Sei",
    5000: "Mantle",
    8453: "Base",
    8822: "IOTA EVM",
    42161: "Arbitrum One",
    42170: "Arbitrum Nova",
    42220: "Celo",
    43114: "Avalanche",
    59144: "Linea",
    80094: "Berachain",
    81457: "Blast",
    534352: "Scroll",
    7777777: "Zora",
    1313161554: "Aurora",
}

TEST_NETS = frozenset(
    {
        *(1337, 31337),  # nodes on a developer's machine: geth --dev, Anvil, Hardhat, this sandbox
        *(11155111, 17000, 560048),  # Sepolia, Holesky, Hoodi
        *(11155420, 84532, 421614, 59141, 300, 534351, 168587773, 1301, 999999999),  # rollups on Sepolia
        *(97, 80002, 43113, 10200, 4002, 44787, 1287, 1442, 2442, 31, 338, 5003, 1328, 80069, 4801),
        *(1075, 1076),  # IOTA EVM test networks
    }
)
"""Chains whose coins are worth nothing."""


class RpcClient:
    """One node by its URL."""

    def __init__(self, url: str) -> None:
        host = urlsplit(url).hostname or ""
        self.place = host
        self._url = url
        # The path or the user part of such a URL is often an access key: it is told to nobody.
        self._client = httpx.Client(
            timeout=TIMEOUT_SECONDS, trust_env=host not in LOOPBACK, follow_redirects=False
        )

    def call(self, method: str, values: list[Any]) -> Any:
        """The result of a method; RpcError if the node refuses or does not answer."""
        body = {"jsonrpc": "2.0", "id": 1, "method": method, "params": values}
        try:
            answer = self._client.post(self._url, json=body).json()
        except (httpx.HTTPError, httpx.InvalidURL, ValueError) as error:
            raise NoAnswerError(
                SERVER_ERROR, f"the external node at {self.place} gives no answer ({type(error).__name__})"
            ) from None
        refusal = answer.get("error") if isinstance(answer, dict) else None
        if isinstance(refusal, dict):
            code, data = refusal.get("code"), refusal.get("data")
            raise RpcError(
                code if isinstance(code, int) else SERVER_ERROR,
                str(refusal.get("message", "unknown error")),
                data if isinstance(data, str) else None,
            )
        if not isinstance(answer, dict) or "result" not in answer:
            raise NoAnswerError(SERVER_ERROR, f"the external node at {self.place} answers no JSON-RPC")
        return answer["result"]

    def number(self, method: str, *values: Any) -> int:
        """The result of a method that gives a number in hex."""
        value = self.call(method, list(values))
        try:
            return int(value, 16)
        except (TypeError, ValueError):
            raise RpcError(
                SERVER_ERROR, f"the external node at {self.place} answers {method} with no number"
            ) from None

    def block(self, reference: BlockReference, *, full: bool) -> dict[str, Any] | None:
        """A block by number, tag or hash."""
        by_hash = isinstance(reference, str) and len(reference) == 66
        method = "eth_getBlockByHash" if by_hash else "eth_getBlockByNumber"
        name = hex(reference) if isinstance(reference, int) else reference
        return _object(self.call(method, [name, full]))

    def transaction(self, tx_hash: str) -> dict[str, Any] | None:
        """A transaction that is mined or waits."""
        return _object(self.call("eth_getTransactionByHash", [tx_hash]))

    def receipt(self, tx_hash: str) -> dict[str, Any] | None:
        """Receipt of a mined transaction."""
        return _object(self.call("eth_getTransactionReceipt", [tx_hash]))

    def close(self) -> None:
        """Closes its connections."""
        self._client.close()


def checked_chain_id(client: RpcClient, allowed: frozenset[int] = frozenset()) -> int:
    """Chain id of a node that may be used; ExternalNodeError for all but test networks and those `allowed`.

    Nobody can list all main networks, so those that are known are refused even if they are allowed.
    """
    try:
        chain_id = client.number("eth_chainId")
    except RpcError as error:
        raise ExternalNodeError(
            f"The external node at {client.place} does not say its chain id: {error}."
            " Give the URL of an EVM JSON-RPC node that is running."
        ) from None
    if chain_id in MAIN_NETS:
        raise ExternalNodeError(
            f"The external node at {client.place} serves {MAIN_NETS[chain_id]}, a public main network (chain"
            f" id {chain_id}). The sandbox is not for real money and refuses it. Use a test network or a"
            " local node."
        )
    if chain_id not in TEST_NETS | allowed:
        raise ExternalNodeError(
            f"The external node at {client.place} serves a network that the sandbox does not know (chain id"
            f" {chain_id}). The sandbox is not for real money: if the coins there are worth nothing, set"
            f" ETOPAY_SANDBOX_EXTERNAL_CHAIN_IDS={chain_id}. Else use a test network or a local node."
        )
    return chain_id


def _object(value: Any) -> dict[str, Any] | None:
    return value if isinstance(value, dict) else None
