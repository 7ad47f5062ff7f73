"""The sandbox's own accounts on an external node."""

from __future__ import annotations

import time

from etopay_sandbox_evm import DecodeError, Transaction, address_of_key

from sandbox.services.chain.errors import SERVER_ERROR, ExternalNodeError, RpcError
from sandbox.services.chain.evm import token
from sandbox.services.chain.evm.node import CONTRACT_ADDRESS, DEPLOYER
from sandbox.services.chain.external.rpc import RpcClient
from sandbox.services.chain.keys import TREASURY, EvmAccount, evm_account
from sandbox.services.chain.model import Fate, Signed
from sandbox.services.chain.node import Payment

GWEI = 10**9
PATIENCE_SECONDS = 30.0
POLL_SECONDS = 0.1


class ExternalWallet:
    """Signs for named accounts; without a key the treasury has none, and nothing can be sent."""

    def __init__(self, client: RpcClient, chain_id: int, seed: str, key: bytes | None) -> None:
        self._client = client
        self._chain_id = chain_id
        self._seed = seed
        self._lent: dict[str, Signed] = {}
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

    def sign(self, payment: Payment) -> Signed | None:
        """Signs a payment of a named account; None while what it needs for gas is on its way there."""
        account = self.account(payment.sender)
        to, value, data = payment.to, payment.units, payment.data
        gas = self._gas(account, to, value, data)
        held = self._client.number("eth_getBalance", account.address, "latest")
        needed = value + gas * self._max_fee()
        if payment.sender != TREASURY and value <= held < needed:
            self._lend(account.address, 2 * needed - held - value)
            return None
        self._lent.pop(account.address, None)
        after = -1 if payment.after is None else payment.after
        return self._signed(account, to, value, data, gas, after=after)

    def hand_over(self, raw: bytes) -> None:
        """Gives a signed transaction to the node; NoAnswerError if nobody knows whether it has it."""
        try:
            self._client.call("eth_sendRawTransaction", ["0x" + raw.hex()])
        except RpcError:
            # The answer may be lost, or the node has it from before: the transaction itself tells.
            if self.fate(Transaction.decode(raw).hash) == "unknown":
                raise

    def fate(self, tx_hash: str) -> Fate:
        """What became of a transaction."""
        receipt = self._client.receipt(tx_hash)
        if receipt is not None:
            return "landed" if receipt.get("status") == "0x1" else "reverted"
        return "unknown" if self._client.transaction(tx_hash) is None else "waiting"

    def is_void(self, raw: bytes) -> bool:
        """Whether another transaction has its nonce for good."""
        transaction = Transaction.decode(raw)
        used = self._client.number("eth_getTransactionCount", transaction.sender, "latest")
        return used > transaction.nonce and self.fate(transaction.hash) == "unknown"

    def deploy_token(self) -> None:
        """Creates the euro token at the address that it has in every sandbox, its supply at the treasury."""
        code = token.creation_code(self.account(TREASURY).address)
        gas = self._gas(DEPLOYER, None, 0, code)
        treasury, wei = self.account(TREASURY), 2 * gas * self._max_fee()
        self._await(
            self._send(treasury, DEPLOYER.address, wei, b"", self._gas(treasury, DEPLOYER.address, wei, b""))
        )
        self._await(self._send(DEPLOYER, None, 0, code, gas))

    def has_token(self) -> bool:
        """Whether the chain has the euro token."""
        return len(self._client.call("eth_getCode", [CONTRACT_ADDRESS, "latest"])) > 2

    def may_deploy(self) -> bool:
        """Whether the token would get its address."""
        return (
            self.can_pay and self._client.number("eth_getTransactionCount", DEPLOYER.address, "latest") == 0
        )

    def _lend(self, address: str, wei: int) -> None:
        """Sends an account coins for gas, once; the same again if the node does not have them."""
        treasury = self.account(TREASURY)
        signed = self._lent.get(address)
        if signed is None or self.fate(signed.tx_id) in {"landed", "reverted"}:
            gas = self._gas(treasury, address, wei, b"")
            signed = self._lent[address] = self._signed(treasury, address, wei, b"", gas)
        if self.fate(signed.tx_id) == "unknown":
            if self.is_void(signed.raw):
                del self._lent[address]
                return
            self.hand_over(signed.raw)

    def _gas(self, account: EvmAccount, to: str | None, value: int, data: bytes) -> int:
        message = {"from": account.address, "value": hex(value), "input": "0x" + data.hex()}
        if to is not None:
            message["to"] = to
        return self._client.number("eth_estimateGas", message)

    def _send(self, account: EvmAccount, to: str | None, value: int, data: bytes, gas: int) -> str:
        signed = self._signed(account, to, value, data, gas)
        self.hand_over(signed.raw)
        return signed.tx_id

    def _signed(
        self, account: EvmAccount, to: str | None, value: int, data: bytes, gas: int, *, after: int = -1
    ) -> Signed:
        pending = self._client.number("eth_getTransactionCount", account.address, "pending")
        transaction = Transaction.sign(
            key=account.key,
            chain_id=self._chain_id,
            nonce=max(pending, after + 1),
            to=to,
            value=value,
            data=data,
            gas_limit=gas,
            max_fee_per_gas=self._max_fee(),
            max_priority_fee_per_gas=GWEI,
        )
        return Signed(transaction.hash, transaction.encode(), transaction.nonce)

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
