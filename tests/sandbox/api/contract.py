"""schemathesis against a fresh sandbox in this process."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import schemathesis
from schemathesis.config import SchemathesisConfig
from schemathesis.engine import events, from_schema

from tests.sandbox.api.target import BASE, Target
from tests.sandbox.api.walk import Walk

LEFT_OUT = (
    # They change clock, chains and failures; tests/sandbox/scenarios has its own tests.
    ("/_sandbox/scenarios/{name}/run", "plays whole stories while other calls are judged"),
)
"""Paths that a run does not call, and why."""


_IBAN = "an IBAN has check digits"
_KYC = "dates, countries, pictures and answers are judged by their meaning, which no schema tells"
_ADDRESS = "an address has the form and check sum of the network it is for"
_TOGETHER = "some members go with certain values of others only"
_LINE = "texts of one line hold only what can be printed"
_KIND = "a chain of one kind does not do what one of another does"
REFUSED_BY_RULE = {
    "POST /_sandbox/bank/accounts/{iban}/funds": _IBAN,
    "DELETE /_sandbox/bank/accounts/{iban}": _IBAN,
    "GET /_sandbox/bank/accounts/{iban}/statement": _IBAN,
    "POST /_sandbox/bank/transfers": _IBAN,
    "POST /_sandbox/clock/advance": "the clock ends with a certain year",
    "PUT /_sandbox/clock": _TOGETHER,
    "PUT /_sandbox/rates/{network_key}": _TOGETHER,
    "PUT /_sandbox/kyc/applications/{username}/risk-level": _TOGETHER,
    "POST /_sandbox/kyc/applications/{username}/verdicts": _TOGETHER,
    "POST /_sandbox/faults": _TOGETHER,
    "POST /_sandbox/kyc/applications/{username}/closure": _LINE,
    "POST /_sandbox/kyc/cases/{case_id}/decisions": _LINE,
    "POST /_sandbox/worker-setup/exchanges": "a whole number is written without a fraction",
    "POST /_sandbox/snapshots/import": "a file is a snapshot, which no schema tells",
    **{
        f"{name.split()[0]} /_sandbox/chains/{{network_key}}/{name.split()[1]}": _KIND
        for name in (
            *("PUT mining", "POST blocks", "POST reorg", "POST plans", "DELETE plans"),
            *("PUT pool/{tx_hash}", "DELETE pool/{tx_hash}", "POST checkpoints/release"),
        )
    },
    "POST /_sandbox/faucet": _ADDRESS,
    "PUT /api/user/address": _ADDRESS,
    "POST /api/viviswap/details": _ADDRESS,
    "PUT /_sandbox/identity/clients/{client_id}": "an address for sign-outs has a form",
    "POST /_sandbox/users": "names and addresses of users have a form",
    "POST /api/transactions/create": "an amount has no more decimals than its network",
    "POST /api/viviswap/contracts": "the methods of a contract fit together",
    "GET /api/courses/history": "a span of time begins before it ends",
    "POST /api/viviswap/users": _KYC,
    **dict.fromkeys(
        (
            "POST /admin/realms/etopay/users",
            "PUT /admin/realms/etopay/users/{account_id}",
            "PUT /admin/realms/etopay/users/{account_id}/reset-password",
            "PUT /admin/realms/etopay/clients/{client_uuid}",
        ),
        "Keycloak's rules for names, addresses and passwords, and its actions",
    ),
    **{
        f"PUT /admin/realms/etopay/users/{{account_id}}/{name}": "mails go to addresses, for known clients"
        for name in ("execute-actions-email", "send-verify-email")
    },
    **{
        f"POST /api/viviswap/kyc/{part}": _KYC
        for part in ("general", "personal", "residence", "identity", "questions", "documents")
    },
    **{
        f"POST /realms/etopay/protocol/openid-connect/{name}": "what a form needs depends on the grant"
        for name in ("token", "revoke", "token/introspect")
    },
}
"""Calls that may refuse a well-formed request, and why: `positive_data_acceptance` skips them."""


ALLOWED_BY_A_NEIGHBOUR = {
    "GET /admin/realms/etopay/users/count": "PUT and DELETE are for a user whose id would be `count`",
    "POST /_sandbox/snapshots/import": "DELETE is for a snapshot whose name would be `import`",
}
"""Calls whose `Allow` names methods of a path with a parameter that fits as well."""

NOT_REACHED = {
    **dict.fromkeys(
        ("GET /_sandbox/scenarios/runs/{run_id}", "DELETE /_sandbox/scenarios/runs/{run_id}"),
        "the call that makes a run is left out",
    ),
    **{
        f"{method} /admin/realms/etopay/{path}": "the realm of a sandbox has no groups"
        for method, path in (
            ("GET", "groups/{group_id}/members"),
            ("PUT", "users/{account_id}/groups/{group_id}"),
            ("DELETE", "users/{account_id}/groups/{group_id}"),
        )
    },
    **dict.fromkeys(
        (
            "DELETE /admin/realms/etopay/users/{account_id}/consents/{client_id}",
            "DELETE /realms/etopay/account/applications/{client_id}/consent",
            "DELETE /realms/etopay/account/sessions/{session_id}",
        ),
        "needs a sign-in with a browser",
    ),
    **{
        f"GET /admin/realms/etopay/users/{{account_id}}/{rest}": "needs the ids of two different calls"
        for rest in (
            "offline-sessions/{client_uuid}",
            "role-mappings/clients/{client_uuid}",
            "role-mappings/clients/{client_uuid}/composite",
        )
    },
    "POST /realms/etopay/protocol/openid-connect/token/introspect": "for clients with a secret",
    "POST /_sandbox/snapshots/import": "needs a file that was exported",
    "POST /_sandbox/payments/{network_key}/{number}/refund": "needs a payment by a wallet",
    "POST /api/viviswap/kyc/documents": "all questions come first, one of them in one's own words",
    **dict.fromkeys(
        (
            "PUT /_sandbox/chains/{network_key}/pool/{tx_hash}",
            "DELETE /_sandbox/chains/{network_key}/pool/{tx_hash}",
        ),
        "needs a transaction that waits",
    ),
}
"""Calls that a run may not see succeed, and why; each has its own tests."""

_KEY_ERRORS = {"idempotency_key_reused", "idempotency_key_in_use"}
"""A key belongs to the call that it came with first, which no schema tells."""

ACCEPTED_BY_RULE = {
    "POST /nodes/{network_key}": "what is wrong with a call is told with status 200, as JSON-RPC has it",
    **dict.fromkeys(
        ("GET /_sandbox/mails", "GET /api/transactions/txs-details"),
        "a number is read as a moment, in seconds since 1970",
    ),
    "PUT /admin/realms/etopay": "what is not sent stays as it is, as in Keycloak",
}
"""Calls that accept more than the description says, and why."""

_NOTIFICATION = {"POST /nodes/{network_key}": "what asks for no reply is answered with nothing"}

_EXCUSED = {
    "content_type_conformance": _NOTIFICATION,
    "response_schema_conformance": _NOTIFICATION,
    "negative_data_rejection": ACCEPTED_BY_RULE,
    "positive_data_acceptance": REFUSED_BY_RULE,
    "allow_header_conformance": ALLOWED_BY_A_NEIGHBOUR,
}


@schemathesis.serializer("application/zip")
def _as_file(_context: Any, value: Any) -> Any:
    return value if isinstance(value, bytes) else str(value).encode("utf-8", "surrogateescape")


@dataclass
class Outcome:
    """What a run came to."""

    cases: Counter[str] = field(default_factory=Counter)
    failures: dict[str, str] = field(default_factory=dict)
    errors: list[str] = field(default_factory=list)
    statuses: Counter[int] = field(default_factory=Counter)
    called: set[str] = field(default_factory=set)
    reached: set[str] = field(default_factory=set)
    """The calls that were answered with success at least once."""

    @property
    def total(self) -> int:
        return sum(self.cases.values())


def run(
    folder: Path,
    *,
    examples: int,
    steps: int,
    seed: int,
    full: bool = True,
    tell: Callable[[int], Any] | None = None,
) -> Outcome:
    """Run the phases with all checks; `examples` is for each operation. Not in full: without coverage."""
    target = Target(folder)
    config = SchemathesisConfig.from_dict(
        {
            "seed": seed,
            "base-url": BASE,
            "continue-on-failure": True,
            "generation": {"max-examples": examples, "database": "none", "deterministic": False},
            "phases": {
                "coverage": {"enabled": full},
                "stateful": {"generation": {"max-examples": steps}},
            },
        }
    )
    here = {"host": BASE.removeprefix("http://")}
    schema = schemathesis.openapi.from_asgi("/openapi.json", target.from_here, config=config, headers=here)
    for path, _reason in LEFT_OUT:
        schema = schema.exclude(path=path)

    @schema.auth(refresh_interval=None)
    class Auth:
        def get(self, case: Any, context: Any) -> str:
            return target.token_for(case.path)

        def set(self, case: Any, data: str, context: Any) -> None:
            case.headers = {
                **(case.headers or {}),
                "Authorization": f"Bearer {data}",
                "X-APP-NAME": "standalone",
            }

    walk = Walk(target, target.app.openapi())
    asyncio.run(walk.go())
    outcome = Outcome(reached=set(walk.reached))
    outcome.cases["links"] = len(walk.reached)
    for event in from_schema(schema).execute():
        if isinstance(event, events.ScenarioFinished):
            _count(event, outcome)
            if tell is not None:
                tell(outcome.total)
        elif isinstance(event, events.NonFatalError | events.FatalError):
            outcome.errors.append(str(getattr(event, "value", None) or event.exception))
    target.close()
    return outcome


def _is_by_rule(check: Any, answer: Any) -> bool:
    if check.failure_info.failure.operation in _EXCUSED.get(check.name, ()):
        return True
    return (
        check.name == "positive_data_acceptance"
        and answer is not None
        and answer.status_code == 422
        and answer.json().get("error") in _KEY_ERRORS
    )


def _count(event: events.ScenarioFinished, outcome: Outcome) -> None:
    outcome.cases[event.phase.value] += len(event.recorder.interactions)
    for case_id, interaction in event.recorder.interactions.items():
        label = event.recorder.cases[case_id].value.operation.label
        outcome.called.add(label)
        if interaction.response is not None:
            outcome.statuses[interaction.response.status_code] += 1
            if interaction.response.status_code < 400:
                outcome.reached.add(label)
    for case_id, checks in event.recorder.checks.items():
        seen = event.recorder.interactions.get(case_id)
        for check in checks:
            if check.failure_info is not None and not _is_by_rule(check, seen and seen.response):
                failure = check.failure_info.failure
                key = f"{failure.operation}: {check.name}: {failure.title}"
                if key not in outcome.failures:
                    outcome.failures[key] = f"{failure.message}\n{check.failure_info.code_sample}"
