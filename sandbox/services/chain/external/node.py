"""The node that the hub talks to where an external one serves ETH."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from etopay_sandbox_evm import checksummed

from sandbox.services.chain import plans, transfers
from sandbox.services.chain.errors import AddressError, ChainControlError, ExternalNodeError, RpcError
from sandbox.services.chain.evm import params, token
from sandbox.services.chain.evm.explorer import EvmExplorer
from sandbox.services.chain.evm.node import CONTRACT_ADDRESS, NETWORKS
from sandbox.services.chain.external.follower import SCHEMA, Follower
from sandbox.services.chain.external.rpc import RpcClient, checked_chain_id
from sandbox.services.chain.external.wallet import ExternalWallet, read_key
from sandbox.services.chain.model import ETH, EURX, ChainNetwork, Fate, Signed
from sandbox.services.chain.node import Changed, Payment
from sandbox.services.chain.storage import Database
from sandbox.services.chain.transfers import TransferLog

BLOCKS_UNTIL_FINAL = 64
"""Two epochs of Ethereum; less than the follower remembers."""


@dataclass(frozen=True, slots=True)
class External:
    """Where a node is, and the key of the account that pays for the sandbox there."""

    url: str = field(repr=False)
    key: bytes | None = field(default=None, repr=False)
    chain_ids: frozenset[int] = frozenset()
    """Chains that may be used besides the test networks that are known."""


def read_external(
    nodes: Mapping[str, str], key: str = "", chain_ids: frozenset[int] = frozenset()
) -> External | None:
    """The external node that settings name; ExternalNodeError if they name what cannot be one."""
    for network_key, url in nodes.items():
        if network_key != ETH:
            reason = (
                "EURX is a contract on the chain of ETH: set the node of ETH"
                if network_key == EURX
                else "only ETH can have one; IOTA networks, the main network above all, stay in the sandbox"
            )
            raise ExternalNodeError(f"{network_key!r} cannot have an external node: {reason}.")
        if urlsplit(url).scheme not in {"http", "https"} or not urlsplit(url).hostname:
            raise ExternalNodeError(
                f"The external node of {network_key} needs a URL with http:// or https://."
            )
    return External(nodes[ETH], read_key(key), chain_ids) if nodes else None


class ExternalNode:
    """Passes JSON-RPC on, and reads payments out of the blocks."""

    def __init__(self, path: Path, external: External, *, seed: str, changed: Changed) -> None:
        self._changed = changed
        self._client = RpcClient(external.url)
        self.chain_id = checked_chain_id(self._client, external.chain_ids)
        self._wallet = ExternalWallet(self._client, self.chain_id, seed, external.key)
        self._database = Database(path, plans.SCHEMA + transfers.SCHEMA + SCHEMA)
        self.log = TransferLog(self._database)
        self.explorer = EvmExplorer(self._client, NETWORKS[0])
        self._follower = Follower(self._client, self._database, self.log)
        try:
            self._start()
        except (RpcError, LookupError, TypeError, ValueError) as error:
            self.close()
            raise ExternalNodeError(f"The external node cannot be used: {error}.") from error

    @property
    def networks(self) -> list[ChainNetwork]:
        """The networks that the chain can serve."""
        known = NETWORKS if self._follower.contract else NETWORKS[:1]
        return [replace(one, chain_id=self.chain_id) for one in known]

    def call(self, method: str, values: list[Any]) -> Any:
        """Answers a JSON-RPC call, or raises RpcError."""
        return self._client.call(method, values)

    def normal_address(self, address: str) -> str:
        """The address in lower case; AddressError if it is malformed."""
        try:
            return params.address(address, "address")
        except RpcError:
            raise AddressError(f"{address!r} is no EVM address. It must be 0x and 40 hex digits.") from None

    def shown_address(self, address: str) -> str:
        """The address with its EIP-55 checksum."""
        return checksummed(address)

    @property
    def can_pay(self) -> bool:
        """Whether a key was given."""
        return self._wallet.can_pay

    def own_address(self, name: str) -> str:
        """Address of one of the sandbox's own accounts there."""
        return checksummed(self._wallet.account(name).address)

    def balance(self, network: ChainNetwork, address: str) -> int:
        """Wei of an address, or its millionths of EURX."""
        if network.key == ETH:
            return self._client.number("eth_getBalance", address, "latest")
        message = {"to": CONTRACT_ADDRESS, "input": "0x" + token.balance_call(address).hex()}
        return self._client.number("eth_call", message, "latest")

    def sign(self, network: ChainNetwork, payment: Payment) -> Signed | None:
        """Signs a payment of a named account; None while its gas is on the way."""
        if network.key == EURX:
            data = token.transfer_call(payment.to, payment.units) + payment.data
            payment = replace(payment, to=CONTRACT_ADDRESS, units=0, data=data)
        return self._wallet.sign(payment)

    def hand_over(self, raw: bytes) -> None:
        """Gives a signed payment to the node; it is executed with one of the next blocks."""
        self._wallet.hand_over(raw)

    def fate(self, tx_id: str) -> Fate:
        """What became of a transaction."""
        return self._wallet.fate(tx_id)

    def last_final(self) -> int:
        """The newest block that is buried so deep that it counts as final."""
        return self._follower.newest() - BLOCKS_UNTIL_FINAL

    def is_void(self, raw: bytes) -> bool:
        """Whether another transaction has its nonce for good."""
        return self._wallet.is_void(raw)

    def follow(self) -> None:
        """Reads new blocks."""
        if self._follower.follow():
            self._changed()

    def copy_to(self, path: Path) -> None:  # noqa: ARG002 — as all nodes have it
        """Refuses: what others have of this chain cannot be taken back."""
        raise ChainControlError("A chain of a node elsewhere cannot be kept in a snapshot, nor taken back.")

    def close(self) -> None:
        """Closes the connections and the database."""
        self._client.close()
        self._database.close()

    def _start(self) -> None:
        genesis = (self._client.block(0, full=False) or {}).get("hash")
        name = f"{self.chain_id} {genesis}"
        if plans.read_switch(self._database, "chain") != name:
            # The same URL may serve another chain than last time: a local node that was started anew, say.
            self._follower.forget()
            plans.set_switch(self._database, "chain", name)
        if not self._wallet.has_token() and self._wallet.may_deploy():
            self._wallet.deploy_token()
        if self._wallet.has_token():
            self._follower.contract = CONTRACT_ADDRESS
        self._follower.follow()
