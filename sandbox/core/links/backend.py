"""Links between the calls of apps: purchases, identity checks, exchange."""

from sandbox.core.links.link import ASKED, DESK, EXAMPLE, ID, Link, to_all

SEPA, ETH = "5f0f3c5a-8d54-4e5e-9a3c-6f1d8a4f1001", "5f0f3c5a-8d54-4e5e-9a3c-6f1d8a4f1003"
STEPS = ("general", "personal", "residence", "identity")
PICTURE = {
    "filename": "statement.png",
    "data": "iVBORw0KGgoAAAANSUhEUgAAAGQAAABkAQAAAABYmaj5AAAAFElEQVR42mNgGAWjYBSMglFATwAABXgAAdgporg"
    "AAAAASUVORK5CYII=",
}


def purchases() -> tuple[Link, ...]:
    """Return the links between the calls about purchases."""
    create, index = "POST /api/transactions/create", {"index": f"{ID}index"}
    pay = {"receiver": f"{ID}users/1/username", "network_key": "ETH", "amount": "0.01"}
    newest = "GET /api/transactions/txs-details"
    payment = {"network_key": f"{ID}payments/0/network_key", "number": f"{ID}payments/0/number"}
    return (
        Link(f"GET {DESK}/users", create, {}, pay),
        Link(create, f"POST {DESK}/clock/advance", {}, {"seconds": 5}),
        Link(create, "GET /api/transactions/details", index),
        Link(create, "GET /api/transactions/status", index),
        Link(create, f"GET {DESK}/purchases/{{purchase_id}}", {"purchase_id": f"{ID}index"}),
        Link(create, "POST /api/transactions/commit", {}, index),
        Link(newest, "GET /api/transactions/details", {"index": f"{ID}txs/0/index"}),
        Link(newest, "POST /api/transactions/commit", {}, {"index": f"{ID}txs/0/index"}),
        Link(
            f"GET {DESK}/purchases",
            f"GET {DESK}/purchases/{{purchase_id}}",
            {"purchase_id": f"{ID}purchases/0/id"},
        ),
        Link(
            "GET /api/transactions/details",
            f"POST {DESK}/faucet",
            {},
            {"network_key": "ETH", "amount": "0.01", "address": f"{ID}system_address", "username": None},
        ),
        Link(f"GET {DESK}/payments", f"POST {DESK}/payments/{{network_key}}/{{number}}/refund", payment),
    )


def identity_checks() -> tuple[Link, ...]:
    """Return the links between the calls about identity checks."""
    new, case = "GET /api/postident/get-new-case-id", {"case_id": f"{ID}case_id"}
    decide = f"POST {DESK}/kyc/cases/{{case_id}}/decisions"
    applications, one = f"GET {DESK}/kyc/applications", f"{DESK}/kyc/applications/{{username}}"
    name = {"username": f"{ID}applications/0/username"}
    part = {"part": "personal", "verdict": "reject", "reason": "The name is another one."}
    level = {"level": None, "daily_limit_eur": None, "monthly_limit_eur": None}
    status, check = "GET /api/viviswap/kyc/status", "/api/viviswap/kyc"
    question = {
        "question_id": f"{ID}questions/0/id",
        "answers": [f"{ID}questions/0/possible_answers/0"],
        "freetext_answer": None,
    }
    document = {
        "document_id": f"{ID}documents/0/id",
        "expiration_date": "",
        "document_number": "",
        "front_image": PICTURE,
        "back_image": None,
    }
    return (
        Link("POST /api/viviswap/users", status),
        Link("POST /api/viviswap/users", f"POST {DESK}/clock/advance", {}, {"seconds": 2}),
        *(Link(status, f"POST {check}/{step}", {}, EXAMPLE) for step in STEPS),
        Link(status, f"GET {check}/questions"),
        Link(status, f"GET {check}/documents"),
        Link(f"GET {check}/questions", f"POST {check}/questions", {}, question),
        Link(f"GET {check}/documents", f"POST {check}/documents", {}, document),
        Link(new, "GET /api/postident/get-case-details"),
        Link(new, "POST /api/postident/update-case-status", {}, case),
        Link(new, decide, case, {"decision": "begin", "reason": ""}),
        Link(f"GET {DESK}/kyc/cases", decide, {"case_id": f"{ID}cases/0/case_id"}),
        Link(applications, f"GET {one}", name),
        Link(applications, f"POST {one}/verdicts", name, part),
        Link(applications, f"PUT {one}/risk-level", name, level),
        Link(applications, f"POST {one}/closure", name, EXAMPLE),
    )


def exchange() -> tuple[Link, ...]:
    """Return the links between the calls about exchange."""
    details, contracts = "/api/viviswap/details", "/api/viviswap/contracts"
    mine = {"payment_method_key": f"{ASKED}payment_method_key"}
    one = {"contract_id": f"{ID}contract/id"}
    sold = {
        "amount": "0.1",
        "incoming_payment_method_id": ETH,
        "incoming_payment_detail_id": None,
        "outgoing_payment_method_id": SEPA,
        "outgoing_payment_detail_id": f"{ID}payment_detail/0/id",
    }
    account = {"payment_method_key": "SEPA"}
    return (
        Link(f"GET {DESK}/bank/accounts", f"POST {details}", account, {"address": f"{ID}accounts/0/iban"}),
        Link(
            f"POST {details}",
            f"DELETE {details}",
            mine | {"payment_detail_id": f"{ID}payment_detail/id"},
        ),
        Link(f"POST {details}", f"GET {details}", mine),
        Link(f"GET {details}", f"POST {contracts}", {}, sold),
        *to_all(
            f"POST {contracts}",
            one["contract_id"],
            "contract_id",
            f"GET {contracts}/{{contract_id}}",
            f"DELETE {contracts}/{{contract_id}}",
        ),
        Link("GET /api/viviswap/orders", "GET /api/viviswap/orders", {"id": f"{ID}orders/0/id"}),
    )
