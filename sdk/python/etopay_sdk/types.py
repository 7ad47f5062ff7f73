"""What the SDK takes and gives, as frozen dataclasses with upstream's field names."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from etopay_sdk.kyc import KycType, ViviswapState

NATIVE_EVM_DECIMALS = 18
IOTA_GAS_BUDGET = 5_000_000


@dataclass(frozen=True)
class StoredUser:
    """A user of this device, known without any PIN."""

    username: str
    created_at: datetime
    has_wallet: bool
    phrase_confirmed: bool
    password_set: bool
    damaged: bool
    """The wallet file cannot be read; it was kept."""
    attempts_left: int = 10
    """PINs that may be tried before only one a day is allowed."""
    retry_after: float = 0.0
    """Seconds until the next PIN is looked at; 0 when one may be tried now."""


class SharesState(StrEnum):
    """Whether the server holds the shares of the wallet."""

    NONE = "none"
    PENDING = "pending"
    UPLOADED = "uploaded"
    CONFLICT = "conflict"


@dataclass(frozen=True)
class User:
    """The active user."""

    username: str
    has_wallet: bool
    password_set: bool
    phrase_confirmed: bool
    is_unlocked: bool
    shares: SharesState | None
    """None while locked."""
    wallet_pending: bool | None
    """The wallet's creation was interrupted; calling create again goes on with the same phrase."""
    wallet_replaces: bool | None = None
    """The wallet waits to take the place of the one at the server, which happens by a call of creation only.

    discard_pending_wallet drops it while it is pending. None while locked.
    """
    is_kyc_verified: bool | None = None
    """What the backend said last; None while locked.

    Every call about the identity check or the exchange looks whether it still holds; is_kyc_status_verified
    asks anew.
    """
    kyc_type: KycType | None = None
    """Who checks the identity; None while locked."""
    viviswap_state: ViviswapState | None = None
    """As of the last call about the exchange; None while locked and before the first one."""


@dataclass(frozen=True)
class Evm:
    """The native coin of an EVM chain."""

    chain_id: int


@dataclass(frozen=True)
class EvmErc20:
    """A token on an EVM chain."""

    chain_id: int
    contract_address: str


@dataclass(frozen=True)
class IotaRebased:
    """A coin on an IOTA Rebased network."""

    coin_type: str


Protocol = Evm | EvmErc20 | IotaRebased


@dataclass(frozen=True)
class Network:
    """A chain, or a token on one, that the backend offers."""

    key: str
    is_testnet: bool
    display_name: str
    display_symbol: str
    coin_type: int
    node_urls: tuple[str, ...]
    decimals: int
    can_do_purchases: bool
    protocol: Protocol
    block_explorer_url: str


@dataclass(frozen=True)
class GasCostEstimation:
    """What a payment will cost, in upstream's units."""

    max_fee_per_gas: int
    max_priority_fee_per_gas: int
    gas_limit: int

    def fee(self, network: Network) -> Decimal:
        """Return the expected fee, in main units of the coin that pays for it."""
        # The crate bids twice the base fee plus the tip; what is charged is the base fee plus the tip.
        return self._in_main_units(network, (self.max_fee_per_gas + self.max_priority_fee_per_gas + 1) // 2)

    def max_fee(self, network: Network) -> Decimal:
        """Return the most it can cost, in main units of the coin that pays for it."""
        if isinstance(network.protocol, IotaRebased):
            # What is signed for; the estimate has only what will be used of it.
            most = max(self.gas_limit, IOTA_GAS_BUDGET)
            return Decimal(most).scaleb(-network.decimals).normalize()
        return self._in_main_units(network, self.max_fee_per_gas)

    def _in_main_units(self, network: Network, price: int) -> Decimal:
        if isinstance(network.protocol, IotaRebased):
            # Here the limit already is the net cost in base units.
            return Decimal(self.gas_limit).scaleb(-network.decimals).normalize()
        return Decimal(self.gas_limit * price).scaleb(-NATIVE_EVM_DECIMALS).normalize()


class WalletTxStatus(StrEnum):
    """What became of a transaction; Conflicting: it failed, or another one took its place for good."""

    PENDING = "Pending"
    CONFIRMED = "Confirmed"
    CONFLICTING = "Conflicting"


@dataclass(frozen=True)
class WalletTransaction:
    """A transfer on a chain that concerns this wallet."""

    date: datetime
    block_number_hash: tuple[int, str] | None
    transaction_hash: str
    sender: str
    receiver: str
    amount: Decimal
    network_key: str
    status: WalletTxStatus
    gas_fee: Decimal | None
    """Fee in main units of the coin that pays for it; None when the node did not say."""
    is_sender: bool
    explorer_url: str | None = None


class PaymentState(StrEnum):
    """How far a payment has come."""

    SUBMITTING = "submitting"
    SUBMITTED = "submitted"
    CONFIRMED = "confirmed"
    FAILED = "failed"
    UNKNOWN = "unknown"
    NOT_SENT = "not_sent"


@dataclass(frozen=True)
class PendingPayment:
    """A payment as the wallet's journal knows it."""

    payment_id: str
    network_key: str
    address: str
    amount: Decimal
    created_at: datetime
    state: PaymentState
    tx_id: str | None
    purchase_id: str | None
    committed: bool
    """For purchases: the backend knows the transaction."""
    error: str | None
    """Code of the failure that was reported when it was submitted."""


class PurchaseModel(StrEnum):
    """Kinds of purchases: a like, or the right to see something."""

    CLIK = "CLIK"
    CPIC = "CPIC"


class PurchaseState(StrEnum):
    """States of a purchase at the backend."""

    PENDING = "Pending"
    WAITING_FOR_VERIFICATION = "WaitingForVerification"
    VALID = "Valid"
    INVALID = "Invalid"
    PROCESSING_INCOMING = "ProcessingIncoming"
    PROCESSING_OUTGOING = "ProcessingOutgoing"
    COMPLETED = "Completed"
    FAILED = "Failed"


@dataclass(frozen=True)
class PurchaseStatus:
    """State of a purchase, with the backend's reasons where it gives any."""

    state: PurchaseState
    reasons: tuple[str, ...] = field(default=())


@dataclass(frozen=True)
class PurchaseDetails:
    """What has to be paid, to whom and where."""

    system_address: str
    amount: Decimal
    status: PurchaseStatus
    network: Network


@dataclass(frozen=True)
class ApplicationMetadata:
    """What the app attached to a purchase."""

    product_hash: str
    reason: str
    purchase_model: str
    app_data: str


@dataclass(frozen=True)
class TxInfo:
    """A purchase in the backend's list."""

    date: datetime | None
    sender: str
    receiver: str
    reference_id: str
    application_metadata: ApplicationMetadata | None
    amount: Decimal
    currency: str
    status: PurchaseStatus
    transaction_hash: str | None
    course: Decimal
