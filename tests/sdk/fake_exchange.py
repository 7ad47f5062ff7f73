"""The backend's identity and exchange services, as far as the binding's own tests need them."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

STEPS = ["Undefined", "General", "Personal", "Residence", "Identity", "Amla", "Document", "Completed"]
ORDER = {
    "id": "order-1",
    "is_payed_out": True,
    "is_approved": True,
    "is_canceled": False,
    "fees_amount_eur": 0.1,
    "crypto_fees": 0,
    "contract_id": "contract-1",
    "incoming_payment_method_id": "method-sepa",
    "incoming_payment_method_currency": "EUR",
    "incoming_amount": 25.123456789,
    "incoming_course": 1,
    "outgoing_payment_method_id": "method-eth",
    "outgoing_payment_method_currency": "ETH",
    "outgoing_amount": 0.01234567890123,
    "outgoing_course": 2034.1,
    "status": 4,
    "creation_date": "2025-07-01T12:00:00Z",
    "incoming_payment_detail": {"id": "detail-1", "address": "DE89370400440532013000"},
}
METHOD = {
    "min_amount": 25.0,
    "max_amount": 15000,
    "supported_deposit_currencies": ["EUR"],
    "supported_withdrawal_method_keys": ["SEPA"],
    "contract_type": "x",
    "is_incoming_payment_detail_required": True,
    "is_incoming_amount_required": False,
    "network_identifier": "n",
}

Answer = tuple[int, Any]


@dataclass
class Exchange:
    """What the services know of the one user there is."""

    verified: bool = False
    case: dict[str, Any] | None = None
    account: str | None = None
    step: str = "Undefined"
    status: str = "Unverified"
    limit: float = 0
    handed_in: list[tuple[str, Any]] = field(default_factory=list)
    details: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    contracts: list[dict[str, Any]] = field(default_factory=list)
    deposit_address: str = "0x70997970C51812dc3A010C7d01b50e0d17dc79C8"
    orders: list[dict[str, Any]] = field(default_factory=lambda: [dict(ORDER)])
    next_id: int = 0
    fail_delete: bool = False

    def answer(self, command: str, name: str, query: dict[str, str], body: Any) -> Answer | None:
        """Answer one request; None when it is for somebody else."""
        if name.startswith("/postident/"):
            return self._postident(name, body)
        if not name.startswith("/viviswap/"):
            return None
        if name.startswith("/viviswap/kyc/"):
            return self._kyc(command, name.removeprefix("/viviswap/kyc/"), body)
        return self._swap(command, name.removeprefix("/viviswap/"), query, body)

    def _postident(self, name: str, body: Any) -> Answer:
        match name:
            case "/postident/get-new-case-id":
                number = 1 if self.case is None else int(self.case["case_id"][5:]) + 1
                self.case = {"case_id": f"case-{number}", "archived": False, "status": "opened"}
                return 200, {"case_id": f"case-{number}", "case_url": f"https://example.org/{number}"}
            case "/postident/get-case-details":
                return (404, None) if self.case is None else (200, self.case)
            case _:
                self.handed_in.append(("postident", body))
                self.verified = True
                return 202, None

    def _kyc(self, command: str, name: str, body: Any) -> Answer:
        if command == "POST":
            self.handed_in.append((name, body))
            reached = name.capitalize()
            if reached in STEPS and STEPS.index(reached) > STEPS.index(self.step):
                self.step = reached
            return 200, None
        match name:
            case "status":
                if self.account is None:
                    return 404, None
                return 200, {
                    "is_verified": self.verified,
                    "is_individual": True,
                    "full_name": "Max M",
                    "submission_step": self.step,
                    "verified_step": self.step,
                    "verification_status": self.status,
                    "monthly_limit_eur": self.limit,
                }
            case "questions":
                question = {"id": "q1", "question": "Why?", "possible_answers": ["a", "b"]}
                return 200, {
                    "questions": [question | {"is_free_text": True, "min_answers": 1, "max_answers": 2}]
                }
            case _:
                return 200, {
                    "documents": [
                        {"id": "d1", "is_back_image_required": False, "type": "bill", "description": "A bill"}
                    ]
                }

    def _swap(self, command: str, name: str, query: dict[str, str], body: Any) -> Answer:
        match command, name:
            case "POST", "users":
                self.account = "alice at the exchange"
                self.handed_in.append(("users", body))
                return 200, {"username": self.account}
            case "GET", "methods":
                keys = ("SEPA", "IOTA", "ETH")
                return 200, {
                    "methods": [METHOD | {"id": f"method-{key.lower()}", "key": key} for key in keys]
                }
            case "POST", "contracts":
                return 200, {"contract": self._contract(body)}
            case "GET", "orders" if "id" in query:
                found = [order for order in self.orders if order["id"] == query["id"]]
                return (200, found[0]) if found else (404, None)
            case "GET", "orders":
                return 200, {"count": len(self.orders), "orders": self.orders}
            case _, "details":
                return self._details(
                    command, self.details.setdefault(query["payment_method_key"], []), query, body
                )
        return 404, None

    def _details(self, command: str, known: list[dict[str, Any]], query: dict[str, str], body: Any) -> Answer:
        match command:
            case "GET":
                return 200, {"payment_detail": known}
            case "POST":
                self.next_id += 1
                detail = {"id": f"detail-{self.next_id}", "address": body["address"], "is_verified": None}
                known.append(detail)
                return 200, {"payment_detail": detail}
            case _ if self.fail_delete:
                return 500, None
            case _:
                known[:] = [detail for detail in known if detail["id"] != query["payment_detail_id"]]
                return 200, None

    def _contract(self, body: dict[str, Any]) -> dict[str, Any]:
        number = len(self.contracts) + 1
        is_deposit = body["incoming_payment_method_id"] == "method-sepa"
        bank = {"beneficiary": "X", "name_of_bank": "Bank", "address_of_bank": "Street", "bic": "BIC"}
        crypto = {"deposit_address": self.deposit_address, "wallet_id": "w1"}
        details = (
            {"BankAccount": bank | {"address": "LI21088100002324013AA"}} if is_deposit else {"Crypto": crypto}
        )
        self.contracts.append(body)
        kept = {key: value for key, value in body.items() if re.match("incoming_|outgoing_", key)}
        return kept | {"id": f"contract-{number}", "reference": f"reference {number}", "details": details}
