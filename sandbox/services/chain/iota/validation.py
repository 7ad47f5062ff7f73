"""What a validator checks before it executes a transaction."""

from __future__ import annotations

from sandbox.services.chain.errors import IOTA_TRANSACTION_REFUSED, RpcError, invalid_params
from sandbox.services.chain.iota.bcs import BcsError
from sandbox.services.chain.iota.coins import CoinStore
from sandbox.services.chain.iota.digests import base58_text, hex_text
from sandbox.services.chain.iota.execution import (
    MAX_BUDGET,
    MAX_GAS_PRICE,
    MIN_BUDGET,
    REFERENCE_GAS_PRICE,
    Coin,
)
from sandbox.services.chain.iota.transaction import (
    ObjectRef,
    OwnedInput,
    TransactionData,
    UnsupportedInput,
    decode_transaction,
)

MAX_TRANSACTION_BYTES = 128 * 1024
MAX_PAYMENT_COINS = 256
EPOCH = 0


def read(raw: bytes) -> TransactionData:
    """The transaction in these bytes; RpcError if they are none."""
    if len(raw) > MAX_TRANSACTION_BYTES:
        raise invalid_params(f"Invalid params: a transaction has at most {MAX_TRANSACTION_BYTES} bytes")
    try:
        return decode_transaction(raw)
    except BcsError as error:
        raise invalid_params(f"Invalid params: cannot deserialize the transaction: {error}") from None


def check(transaction: TransactionData, coins: CoinStore) -> dict[bytes, Coin]:
    """The input coins of a transaction, all checked; RpcError says what is wrong."""
    _check_gas_terms(transaction)
    if any(isinstance(one, UnsupportedInput) for one in transaction.inputs):
        raise refused("Shared and receiving objects are not simulated by the sandbox")
    if not transaction.commands:
        raise refused("Empty command list in programmable transaction block")
    refs = [one.ref for one in transaction.inputs if isinstance(one, OwnedInput)]
    refs += transaction.payment
    if len({ref.id for ref in refs}) != len(refs):
        raise refused("Mutable object cannot appear more than one in one transaction")
    found = {ref.id: _require_owned(coins, ref, transaction.sender) for ref in refs}
    available = sum(found[ref.id].balance for ref in transaction.payment)
    if available < transaction.gas_budget:
        raise refused(
            f"Balance of gas object {available} is lower than the needed amount: {transaction.gas_budget}"
        )
    return found


def _check_gas_terms(transaction: TransactionData) -> None:
    price, budget = transaction.gas_price, transaction.gas_budget
    if transaction.gas_owner != transaction.sender:
        raise refused("Sponsored transactions are not simulated by the sandbox")
    if transaction.expiration_epoch is not None and transaction.expiration_epoch < EPOCH:
        raise refused("Transaction Expired")
    if price < REFERENCE_GAS_PRICE:
        raise refused(f"Gas price {price} under reference gas price (RGP) {REFERENCE_GAS_PRICE}")
    if price >= MAX_GAS_PRICE:
        raise refused(f"Gas price cannot exceed {MAX_GAS_PRICE} nanos")
    if budget > MAX_BUDGET:
        raise refused(f"Gas budget: {budget} is higher than max: {MAX_BUDGET}")
    if budget < MIN_BUDGET:
        raise refused(f"Gas budget: {budget} is lower than min: {MIN_BUDGET}")
    if not transaction.payment:
        raise refused("Missing gas payment")
    if len(transaction.payment) > MAX_PAYMENT_COINS:
        raise refused(f"Size limit exceeded: maximum number of gas payment objects is {MAX_PAYMENT_COINS}")


def _require_owned(coins: CoinStore, ref: ObjectRef, sender: bytes) -> Coin:
    name = hex_text(ref.id)
    coin = coins.get(ref.id)
    if coin is None:
        raise refused(
            f"Could not find the referenced object {name} at version Some(SequenceNumber({ref.version}))"
        )
    if coin.version != ref.version:
        raise refused(
            f"Object ID {name} Version {ref.version} Digest {base58_text(ref.digest)} is not available for"
            f" consumption, current version: {coin.version}"
        )
    if coin.digest != ref.digest:
        raise refused(f"Invalid Object digest for object {name}, expected digest: {base58_text(coin.digest)}")
    if coin.owner != sender:
        owner = hex_text(coin.owner or b"")
        raise refused(
            f"Transaction was not signed by the correct sender: Object {name} is owned by account address"
            f" {owner}, but given owner/signer address is {hex_text(sender)}"
        )
    return coin


def refused(reason: str) -> RpcError:
    """The error of a transaction that may not be executed."""
    return RpcError(
        IOTA_TRANSACTION_REFUSED,
        "Transaction validator signing failed due to issues with transaction inputs, please review the errors"
        f" and try again:\n- {reason}",
    )


def contended(transaction: TransactionData) -> RpcError:
    """The error of a transaction whose coins another one has reserved."""
    names = ", ".join(f"({hex_text(ref.id)}, SequenceNumber({ref.version}))" for ref in transaction.payment)
    return RpcError(
        IOTA_TRANSACTION_REFUSED,
        "Failed to sign transaction by a quorum of validators because one or more of its objects is"
        f" reserved for another transaction. Locked objects: {names}",
    )
