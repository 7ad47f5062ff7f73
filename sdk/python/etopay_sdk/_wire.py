"""Between the native half's JSON and the public dataclasses."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from etopay_sdk import types as t
from etopay_sdk._moment import moment
from etopay_sdk._wire_services import viviswap_state
from etopay_sdk.exceptions import ValidationError
from etopay_sdk.kyc import KycType

_LAST = 253402300799.0


def _time(seconds: float) -> datetime:
    # A node can say any number, and a file can be spoiled.
    return datetime.fromtimestamp(min(max(seconds, 0.0), _LAST), tz=UTC)


def _optional_decimal(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)


def stored_users(text: str) -> list[t.StoredUser]:
    """Read the users of a folder."""
    return [t.StoredUser(**{**user, "created_at": _time(user["created_at"])}) for user in json.loads(text)]


def user(text: str) -> t.User:
    """Read the active user."""
    data = json.loads(text)
    shares = None if data["shares"] is None else t.SharesState(data["shares"])
    known = data.pop("kyc")
    return t.User(
        **{**data, "shares": shares},
        is_kyc_verified=None if known is None else known["verified"],
        kyc_type=None if known is None else KycType(known["kind"]),
        viviswap_state=None if known is None else viviswap_state(known["viviswap"]),
    )


def _protocol(data: dict[str, Any]) -> t.Protocol:
    ((kind, fields),) = data.items()
    kinds: dict[str, type[t.Evm | t.EvmErc20 | t.IotaRebased]] = {
        "Evm": t.Evm,
        "EvmERC20": t.EvmErc20,
        "IotaRebased": t.IotaRebased,
    }
    return kinds[kind](**fields)


def _network(data: dict[str, Any]) -> t.Network:
    return t.Network(
        **{
            **data,
            "node_urls": tuple(data["node_urls"]),
            "protocol": _protocol(data["protocol"]),
        }
    )


def networks(text: str) -> list[t.Network]:
    """Read a list of networks."""
    return [_network(entry) for entry in json.loads(text)]


def from_networks(values: list[t.Network]) -> str:
    """Spell a list of networks the way the backend does."""
    entries = []
    for value in values:
        match value.protocol:
            case t.Evm(chain_id=chain_id):
                protocol: dict[str, Any] = {"Evm": {"chain_id": chain_id}}
            case t.EvmErc20(chain_id=chain_id, contract_address=contract):
                protocol = {"EvmERC20": {"chain_id": chain_id, "contract_address": contract}}
            case t.IotaRebased(coin_type=coin_type):
                protocol = {"IotaRebased": {"coin_type": coin_type}}
            case _:
                raise ValidationError("invalid_network", {"network": value.key, "reason": "unknown protocol"})
        entries.append({**vars(value), "node_urls": list(value.node_urls), "protocol": protocol})
    return json.dumps(entries)


def gas(text: str) -> t.GasCostEstimation:
    """Read a fee estimate."""
    return t.GasCostEstimation(**{name: int(value) for name, value in json.loads(text).items()})


def _transaction(data: dict[str, Any]) -> t.WalletTransaction:
    number, block_hash = data["block_number"], data["block_hash"]
    return t.WalletTransaction(
        date=_time(data["date"]),
        block_number_hash=None if number is None or block_hash is None else (number, block_hash),
        transaction_hash=data["transaction_hash"],
        sender=data["sender"],
        receiver=data["receiver"],
        amount=Decimal(data["amount"]),
        network_key=data["network_key"],
        status=t.WalletTxStatus(data["status"]),
        gas_fee=_optional_decimal(data["gas_fee"]),
        is_sender=data["is_sender"],
    )


def transaction(text: str) -> t.WalletTransaction:
    """Read one wallet transaction."""
    return _transaction(json.loads(text))


def transactions(text: str) -> list[t.WalletTransaction]:
    """Read a list of wallet transactions."""
    return [_transaction(entry) for entry in json.loads(text)]


def _payment(data: dict[str, Any]) -> t.PendingPayment:
    return t.PendingPayment(
        **{
            **data,
            "amount": Decimal(data["amount"]),
            "created_at": _time(data["created_at"]),
            "state": t.PaymentState(data["state"]),
        }
    )


def payment(text: str) -> t.PendingPayment:
    """Read one payment of the journal."""
    return _payment(json.loads(text))


def payments(text: str) -> list[t.PendingPayment]:
    """Read payments of the journal."""
    return [_payment(entry) for entry in json.loads(text)]


def _status(data: str | dict[str, list[str]]) -> t.PurchaseStatus:
    if isinstance(data, str):
        return t.PurchaseStatus(t.PurchaseState(data))
    ((state, reasons),) = data.items()
    return t.PurchaseStatus(t.PurchaseState(state), tuple(reasons))


def purchase(text: str) -> t.PurchaseDetails:
    """Read the details of a purchase."""
    data = json.loads(text)
    return t.PurchaseDetails(
        system_address=data["system_address"],
        amount=Decimal(data["amount"]),
        status=_status(data["status"]),
        network=_network(data["network"]),
    )


def tx_list(text: str) -> list[t.TxInfo]:
    """Read the backend's list of purchases."""
    return [
        t.TxInfo(
            **{
                **entry,
                "date": moment(entry["date"]),
                "application_metadata": entry["application_metadata"]
                and t.ApplicationMetadata(**entry["application_metadata"]),
                "amount": Decimal(entry["amount"]),
                "status": _status(entry["status"]),
                "course": Decimal(entry["course"]),
            }
        )
        for entry in json.loads(text)
    ]
