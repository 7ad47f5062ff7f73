"""Between the native half's JSON and the classes about identity and swaps."""

from __future__ import annotations

import asyncio
import json
import os
from dataclasses import fields
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from etopay_sdk import kyc, swap
from etopay_sdk._moment import moment


async def file_parts(value: kyc.FileLike, name: str) -> tuple[bytes, str]:
    """Content and name of a file; `name` is for content without one."""
    if isinstance(value, kyc.File):
        return value.data, value.filename
    if isinstance(value, bytes | bytearray):
        return bytes(value), name
    if not isinstance(value, os.PathLike):
        raise TypeError(f"a file is a File, bytes or a path, not {type(value).__name__}")
    path = Path(value)
    return await asyncio.to_thread(path.read_bytes), path.name


async def optional_file_parts(value: kyc.FileLike | None, name: str) -> tuple[bytes, str] | None:
    """The same where a file may be left out."""
    return None if value is None else await file_parts(value, name)


def document(kind: str, expiration_date: date, number: str) -> str:
    """Spell the facts about a document."""
    facts = {"kind": kind, "expiration_date": expiration_date.isoformat(), "document_number": number}
    return json.dumps(facts)


def new_case(text: str) -> kyc.NewCaseId:
    """Read a new case at Postident."""
    return kyc.NewCaseId(**json.loads(text))


def case_details(text: str) -> kyc.CaseDetails:
    """Read a case at Postident."""
    return kyc.CaseDetails(**json.loads(text))


def kyc_status(text: str) -> kyc.ViviswapKycStatus:
    """Read how far an identity check is."""
    data = json.loads(text)
    return kyc.ViviswapKycStatus(
        full_name=data["full_name"],
        submission_step=kyc.ViviswapVerificationStep(data["submission_step"]),
        verified_step=kyc.ViviswapVerificationStep(data["verified_step"]),
        verification_status=kyc.ViviswapVerificationStatus(data["verification_status"]),
        monthly_limit_eur=Decimal(data["monthly_limit_eur"]),
    )


def _partial(data: dict[str, Any]) -> kyc.ViviswapPartiallyKycDetails:
    born = data["date_of_birth"]
    return kyc.ViviswapPartiallyKycDetails(
        **{**data, "date_of_birth": None if born is None else date.fromisoformat(born)}
    )


def partial_details(text: str) -> kyc.ViviswapPartiallyKycDetails:
    """Read what the user has typed."""
    return _partial(json.loads(text))


def from_partial(details: kyc.ViviswapPartiallyKycDetails) -> str:
    """Spell what the user has typed."""
    born = details.date_of_birth
    return json.dumps({**vars(details), "date_of_birth": None if born is None else born.isoformat()})


def viviswap_state(data: dict[str, Any] | None) -> kyc.ViviswapState | None:
    """Read what the vault remembers of the exchange."""
    if data is None:
        return None
    iban = data["current_iban"]
    return kyc.ViviswapState(
        verification_status=kyc.ViviswapVerificationStatus(data["verification_status"]),
        monthly_limit_eur=Decimal(data["monthly_limit_eur"]),
        next_verification_step=kyc.ViviswapVerificationStep(data["next_verification_step"]),
        partial_kyc_details_input=_partial(data["partial_kyc_details_input"]),
        current_iban=None if iban is None else kyc.ViviswapAddressDetail(**iban),
    )


def questions(text: str) -> list[kyc.KycAmlaQuestion]:
    """Read open questions."""
    return [
        kyc.KycAmlaQuestion(**{**entry, "possible_answers": tuple(entry["possible_answers"])})
        for entry in json.loads(text)
    ]


def documents(text: str) -> list[kyc.KycOpenDocument]:
    """Read the documents that are asked for."""
    return [kyc.KycOpenDocument(**entry) for entry in json.loads(text)]


def address_detail(text: str) -> kyc.ViviswapAddressDetail:
    """Read a bank account or a coin address."""
    return kyc.ViviswapAddressDetail(**json.loads(text))


def deposit(text: str) -> swap.ViviswapDeposit:
    """Read a contract for euros into coins."""
    data = json.loads(text)
    return swap.ViviswapDeposit(**{**data, "details": swap.ViviswapDepositDetails(**data["details"])})


def withdrawal(text: str) -> swap.ViviswapWithdrawal:
    """Read a contract for coins into euros."""
    data = json.loads(text)
    return swap.ViviswapWithdrawal(**{**data, "details": swap.ViviswapWithdrawalDetails(**data["details"])})


_NUMBERS = (
    "fees_amount_eur",
    "crypto_fees",
    "incoming_amount",
    "incoming_course",
    "outgoing_amount",
    "outgoing_course",
    "refund_amount",
    "refund_course",
)


def _order(data: dict[str, Any]) -> swap.Order:
    # Straight from the service: members that are null may be absent, others may have been added.
    values: dict[str, Any] = {field.name: data.get(field.name) for field in fields(swap.Order)}
    for name in _NUMBERS:
        values[name] = None if values[name] is None else Decimal(values[name])
    for side in ("incoming", "outgoing", "refund"):
        detail = values[f"{side}_payment_detail"]
        values[f"{side}_payment_detail"] = detail and swap.PaymentDetail(
            detail["id"], detail["address"], detail.get("is_verified")
        )
    values["creation_date"] = moment(values["creation_date"])
    return swap.Order(**values)


def order(text: str) -> swap.Order:
    """Read one swap."""
    return _order(json.loads(text, parse_float=Decimal))


def orders(text: str) -> swap.OrderList:
    """Read a page of swaps."""
    return swap.OrderList(tuple(_order(entry) for entry in json.loads(text, parse_float=Decimal)["orders"]))
