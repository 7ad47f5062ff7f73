"""The sandbox's own accounts on an external node."""

from __future__ import annotations

import time

from etopay_sandbox_evm import DecodeError, Transaction, address_of_key

from sandbox.services.chain.errors import SERVER_ERROR, ExternalNodeError, RpcError
from sandbox.services.chain.evm import token
from sandbox.services.chain.evm.node import CONTRACT_ADDRESS, DEPLOYER
from sandbox.services.chain.external.rpc import RpcClient
from sandbox.services.chain.keys import TREASURY, EvmAccount, evm_account

GWEI = 10**9
PATIENCE_SECONDS = 30.0
POLL_SECONDS = 0.1


class ExternalWallet:
    """Signs for named accounts; without a key the treasury has none, and nothing can be sent."""

    def __init__(self, client: RpcClient, chain_id: int, seed: str, key: bytes | None) -> None:
        self._client = client
        self._chain_id = chain_id
        self._seed = seed
        self._treasury = None if key is None else EvmAccount(_address(key), key)

    @property
    def can_pay(self) -> bool:
        """Whether a key was given."""
        return self._treasury is not None

    def account(self, name: str) -> EvmAccount:
        """The account of a name; the treasury's is that of the given key."""
        if name != TREASURY:
            return evm_account(self._seed, name)
        if self._treasury is None:
            raise RpcError(
                SERVER_ERROR,
                "no key is set for the external node, so the sandbox has no coins there to send."
                " Set ETOPAY_SANDBOX_EXTERNAL_NODE_KEY",
            )
        return self._treasury

    def send(self, sender: str, to: str, value: int, data: bytes) -> str:
        """Sends from a named account, which gets what it needs for gas; the hash, before it is mined."""
        account = self.account(sender)
        gas = self._gas(account, to, value, data)
        held = self._client.number("eth_getBalance", account.address, "latest")
        needed = value + gas * self._max_fee()
        if sender != TREASURY and value <= held < needed:
            self._provide(account.address, 2 * needed - held - value)
        return self._send(account, to, value, data, gas)

    def deploy_token(self) -> None:
        """Creates the euro token at the address that it has in every sandbox, its supply at the treasury."""
        code = token.creation_code(self.account(TREASURY).address)
        gas = self._gas(DEPLOYER, None, 0, code)
        self._provide(DEPLOYER.address, 2 * gas * self._max_fee())
        self._await(self._send(DEPLOYER, None, 0, code, gas))

    def has_token(self) -> bool:
        """Whether the chain has the euro token."""
        return len(self._client.call("eth_getCode", [CONTRACT_ADDRESS, "latest"])) > 2

    def may_deploy(self) -> bool:
        """Whether the token would get its address."""
        return (
            self.can_pay and self._client.number("eth_getTransactionCount", DEPLOYER.address, "latest") == 0
        )

    def _provide(self, address: str, wei: int) -> None:
        treasury = self.account(TREASURY)
        self._await(self._send(treasury, address, wei, b"", self._gas(treasury, address, wei, b"")))

    def _gas(self, account: EvmAccount, to: str | None, value: int, data: bytes) -> int:
        message = {"from": account.address, "value": hex(value), "input": "0x" + data.hex()}
        if to is not None:
            message["to"] = to
        return self._client.number("eth_estimateGas", message)

    def _send(self, account: EvmAccount, to: str | None, value: int, data: bytes, gas: int) -> str:
        transaction = Transaction.sign(
            key=account.key,
            chain_id=self._chain_id,
            nonce=self._client.number("eth_getTransactionCount", account.address, "pending"),
            to=to,
            value=value,
            data=data,
            gas_limit=gas,
            max_fee_per_gas=self._max_fee(),
            max_priority_fee_per_gas=GWEI,
        )
        self._client.call("eth_sendRawTransaction", ["0x" + transaction.encode().hex()])
        return transaction.hash

    def _max_fee(self) -> int:
        block = self._client.block("latest", full=False) or {}
        return 2 * int(block.get("baseFeePerGas") or hex(GWEI), 16) + GWEI

    def _await(self, tx_hash: str) -> None:
        deadline = time.monotonic() + PATIENCE_SECONDS
        while self._client.receipt(tx_hash) is None:
            if time.monotonic() > deadline:
                raise RpcError(
                    SERVER_ERROR, f"{tx_hash} was not mined within {PATIENCE_SECONDS:.0f} s; try again later"
                )
            time.sleep(POLL_SECONDS)


def read_key(text: str) -> bytes | None:
    """The key in a setting, None if it is empty; what is wrong with it is told without it."""
    digits = text.strip().removeprefix("0x")
    if not digits:
        return None
    try:
        key = bytes.fromhex(digits)
    except ValueError:
        key = b""
    if len(key) != 32:
        raise ExternalNodeError("The key for the external node is none. Give 64 hex digits.")
    _address(key)
    return key


def _address(key: bytes) -> str:
    try:
        return address_of_key(key)
    except (DecodeError, ValueError):
        raise ExternalNodeError("The key for the external node is no key of the curve secp256k1.") from None
