"""Frozen data classes that all rooms speak in."""

from app.core.model.account import Account, Identity, PasswordStrength, SignedIn, SignInRequest, Tokens
from app.core.model.network import Network, NetworkKind
from app.core.model.payment import FeeEstimate, Payment, PaymentState, PendingPayment
from app.core.model.wallet import (
    Balance,
    Direction,
    ExchangeRate,
    Mnemonic,
    TransactionStatus,
    WalletTransaction,
)

__all__ = [
    "Account",
    "Balance",
    "Direction",
    "ExchangeRate",
    "FeeEstimate",
    "Identity",
    "Mnemonic",
    "Network",
    "NetworkKind",
    "PasswordStrength",
    "Payment",
    "PaymentState",
    "PendingPayment",
    "SignInRequest",
    "SignedIn",
    "Tokens",
    "TransactionStatus",
    "WalletTransaction",
]
