"""From the SDK's data to the app's."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import etopay_sdk as sdk

from app.core.model import (
    Direction,
    FeeEstimate,
    Network,
    NetworkKind,
    Payment,
    PaymentState,
    PendingPayment,
    TransactionStatus,
    WalletTransaction,
)

_STATUS: Final = {
    sdk.WalletTxStatus.PENDING: TransactionStatus.PENDING,
    sdk.WalletTxStatus.CONFIRMED: TransactionStatus.CONFIRMED,
    sdk.WalletTxStatus.CONFLICTING: TransactionStatus.FAILED,
}


def network(found: sdk.Network, others: Sequence[sdk.Network]) -> Network:
    """One network; ``others`` tell which coin pays the fee of a token."""
    protocol = found.protocol
    kind, chain_id, contract = NetworkKind.IOTA, None, None
    if isinstance(protocol, sdk.Evm):
        kind, chain_id = NetworkKind.EVM, protocol.chain_id
    elif isinstance(protocol, sdk.EvmErc20):
        kind, chain_id, contract = NetworkKind.ERC20, protocol.chain_id, protocol.contract_address
    payer = fee_network(found, others)
    return Network(
        key=found.key,
        display_name=found.display_name,
        symbol=found.display_symbol,
        decimals=found.decimals,
        kind=kind,
        is_testnet=found.is_testnet,
        can_do_purchases=found.can_do_purchases,
        fee_symbol=payer.display_symbol if payer else "ETH",
        chain_id=chain_id,
        contract_address=contract,
        explorer_url=found.block_explorer_url.rstrip("/") or None,
    )


def fee_network(found: sdk.Network, others: Sequence[sdk.Network]) -> sdk.Network | None:
    """The network whose coin pays the fee; None when a token's chain is not offered itself."""
    if not isinstance(found.protocol, sdk.EvmErc20):
        return found
    native = sdk.Evm(found.protocol.chain_id)
    return next((other for other in others if other.protocol == native), None)


def fee(gas: sdk.GasCostEstimation, of: sdk.Network, shown: Network) -> FeeEstimate:
    """What a payment costs."""
    return FeeEstimate(shown.key, shown.fee_symbol, likely=gas.fee(of), at_most=gas.max_fee(of))


def transaction(found: sdk.WalletTransaction, network_key: str) -> WalletTransaction:
    """One transfer."""
    status = _STATUS[found.status]
    pending = status is TransactionStatus.PENDING
    direction = Direction.OUT if found.is_sender else Direction.IN
    if found.is_sender and found.sender.lower() == found.receiver.lower():
        direction = Direction.SELF
    return WalletTransaction(
        tx_id=found.transaction_hash,
        network_key=network_key,
        direction=direction,
        status=status,
        amount=abs(found.amount),
        fee=None if direction is Direction.IN else found.gas_fee,
        sender=found.sender,
        receiver=found.receiver,
        at=None if pending else found.date,
        block=found.block_number_hash[0] if found.block_number_hash else None,
    )


def pending_payment(found: sdk.PendingPayment) -> PendingPayment:
    """One payment of the journal."""
    payment = Payment(found.payment_id, found.network_key, found.address, found.amount)
    return PendingPayment(payment, PaymentState(found.state.value), found.created_at, found.tx_id)
