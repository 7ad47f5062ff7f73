"""What the SDK can do and see, and what of that the journeys have really reached."""

from __future__ import annotations

import dataclasses
import enum
import inspect
import types
import typing
from collections.abc import Iterator
from typing import Any

import etopay_sdk
from etopay_sdk import EtopayError, PurchaseModel, PurchaseState, Sdk

from sandbox.core.faults import Fault
from sandbox.core.faults.partners import PARTNERS
from sandbox.core.trading import LEVELS
from sandbox.services.exchange import judgement, payments
from sandbox.services.exchange.tables import State as OrderState
from sandbox.services.kyc import magic
from sandbox.services.kyc.postident.tables import CaseState
from sandbox.services.kyc.viviswap.steps import HANDED_IN_ORDER, PartState
from sandbox.services.transactions import refunds, steps

ERRORS = (
    "unauthorized",
    "backend_error",
    "backend_refused",
    "network_error",
    "network_timeout",
    "node_error",
    "not_found",
    "insufficient_funds",
    "payment_not_sent",
    "uncertain_outcome",
    "kyc_already_verified",
    "kyc_already_started",
    "kyc_not_started",
    "invalid_kyc_state",
    "invalid_purchase",
)
"""What calls raise because of a service; the codes about PIN, vault and arguments have tests of their own."""

FAILURES = (
    steps.NOT_PAID,
    steps.PAID_TOO_LITTLE,
    steps.PAYMENT_GONE,
    steps.NO_ADDRESS,
    steps.PAYOUT_REVERTED,
    steps.PAYOUT_REFUSED,
)
REFUNDS = (
    *(reason for reason in FAILURES if reason not in {steps.NOT_PAID, steps.PAYMENT_GONE}),
    refunds.LATE,
    refunds.PAID_TWICE,
    refunds.OVERPAID,
    refunds.NOT_PAYABLE,
    refunds.UNMATCHED,
    refunds.BY_HAND,
)

ORDER_STATUSES = {0: "pending", 1: "cancelled", 2: "refunded", 3: "failed", 4: "paid out"}
ORDER_REASONS = (
    judgement.WRONG_ACCOUNT,
    judgement.LATE,
    judgement.TOO_SMALL,
    judgement.TOO_LARGE,
    judgement.PAID_TWICE,
    judgement.NOT_VERIFIED,
    judgement.OVER_LIMIT,
    payments.REFUSED,
    "NotPaid",
    "ContractEnded",
    "TransferReturned",
)
NEVER = {
    "ViviswapKycStatus.verified_step Documents": "with the documents all is verified, which is Undefined",
    **dict.fromkeys(
        (
            "purchase CLIK failed: PayoutRefused",
            "purchase CPIC failed: PayoutRefused",
            "refund PayoutRefused",
        ),
        "chains refuse to sign what there are no coins for, and there are those that were paid",
    ),
    "part General in review": "nothing that is in it can be doubted, so it is approved at once",
}


class Reached:
    """What was seen at run time; each line says what, and nothing is written down in advance."""

    def __init__(self) -> None:
        self.seen: set[str] = set()
        self.models: dict[str, PurchaseModel] = {}

    def note(self, line: str) -> None:
        """Note one thing that happened."""
        self.seen.add(line)

    def call(self, name: str) -> None:
        """Note an operation that succeeded."""
        self.note(f"call {name}")

    def error(self, error: EtopayError) -> None:
        """Note an error of the SDK."""
        self.note(f"error {error.code}")

    def purchase(self, purchase_id: str, status: etopay_sdk.PurchaseStatus) -> None:
        """Note where a purchase of a known kind is."""
        model = self.models.get(purchase_id)
        if model is not None:
            self.note(f"purchase {model} {status.state}({', '.join(status.reasons)})")

    def answer(self, answer: Any) -> None:
        """Note every value of an enumeration in an answer, with the member that holds it."""
        if isinstance(answer, (list, tuple)):
            for one in answer:
                self.answer(one)
        elif dataclasses.is_dataclass(answer):
            for member in dataclasses.fields(answer):
                value = getattr(answer, member.name)
                if isinstance(value, enum.StrEnum):
                    self.note(f"{type(answer).__name__}.{member.name} {value}")
                self.answer(value)


def operations() -> set[str]:
    """Return the public operations: methods and properties of `Sdk`, and functions of the package."""
    functions = {name for name in etopay_sdk.__all__ if inspect.isroutine(getattr(etopay_sdk, name))}
    return {name for name in dir(Sdk) if not name.startswith("_")} | functions


def wanted() -> set[str]:
    """Return everything that has to be reached."""
    found = {f"call {name}" for name in operations()}
    found |= {f"error {code}" for code in ERRORS}
    found |= set(_enumerations())
    found |= {f"fault {kind}" for kind in typing.get_args(typing.get_type_hints(Fault)["kind"])}
    found |= {f"fault {name} {kind}" for name, kinds in PARTNERS.items() for kind in kinds}
    found |= set(_purchases()) | set(_orders()) | set(_checks())
    return found - set(NEVER)


def _enumerations() -> Iterator[str]:
    """Every value of every enumeration that an answer can hold."""
    for name in etopay_sdk.__all__:
        kind = getattr(etopay_sdk, name)
        if not dataclasses.is_dataclass(kind):
            continue
        for member, hint in typing.get_type_hints(kind).items():
            options = typing.get_args(hint) if isinstance(hint, types.UnionType) else (hint,)
            for option in options:
                if isinstance(option, type) and issubclass(option, enum.StrEnum) and name not in _TAKEN:
                    yield from (f"{name}.{member} {value}" for value in option)


_TAKEN = {"IdentityOfficialDocumentData"}
"""Classes of arguments, which never come back."""


def _purchases() -> Iterator[str]:
    reasons = {
        PurchaseState.WAITING_FOR_VERIFICATION: [steps.NOT_VERIFIED],
        PurchaseState.INVALID: [steps.NOT_VERIFIED, steps.NO_ADDRESS],
    }
    for model in PurchaseModel:
        for state in PurchaseState:
            yield from (f"purchase {model} {state}({reason})" for reason in reasons.get(state, [""]))
        yield from (f"purchase {model} failed: {reason}" for reason in FAILURES)
    yield from (f"refund {reason}" for reason in REFUNDS)


def _orders() -> Iterator[str]:
    for direction in ("deposit", "withdrawal"):
        yield from (f"order {direction} {status}" for status in ORDER_STATUSES.values())
        yield f"order {direction} approved"
    yield from (f"order is {state}" for state in OrderState)
    yield from (f"order because {reason}" for reason in ORDER_REASONS)
    yield from ("detail SEPA verified", "detail ETH verified", "detail IOTA verified")


def _checks() -> Iterator[str]:
    for entry in magic.TABLE:
        yield f"{entry.field} {entry.value}: {entry.outcome}"
    for step in HANDED_IN_ORDER:
        yield from (f"part {step} {state}" for state in PartState)
    yield from (f"case {state}" for state in CaseState)
    yield from (f"case archived when {state}" for state in CaseState)
    yield from (f"risk level {level}" for level in LEVELS)
    yield from ("application closed", "application not there yet")
