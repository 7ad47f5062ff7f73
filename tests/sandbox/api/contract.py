"""schemathesis against a fresh sandbox in this process."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import schemathesis
from schemathesis.config import SchemathesisConfig
from schemathesis.engine import events, from_schema

from sandbox.control.seeds import Seed, SeedUser
from sandbox.core.clock import FixedClock
from sandbox.core.db import Database
from sandbox.core.settings import Settings
from sandbox.main import create_app
from sandbox.services.identity.grants import clean_scope
from tests.sandbox.fakes import FakeChains

BASE = "http://127.0.0.1:9000"

LEFT_OUT = (
    # It makes all other calls fail on purpose; tests/sandbox/control has its own tests.
    ("/_sandbox/faults", "plans failures"),
    # It ends the users that the tokens of the run belong to.
    ("/_sandbox/reset", "forgets everything"),
    # They change clock, chains and failures; tests/sandbox/scenarios has its own tests.
    ("/_sandbox/scenarios", "plays whole stories"),
    # They need real chains; tests/sandbox/state has its own tests.
    ("/_sandbox/snapshots", "exchanges everything"),
)
"""Paths that a run does not call, and why."""


_KEY = "an Idempotency-Key belongs to the call that it came with first"
_IBAN = "an IBAN has check digits"
_KYC = "dates, countries, pictures and answers are judged by their meaning, which no schema tells"
_ADDRESS = "an address has the form and check sum of the network it is for"
_TOGETHER = "some members go with certain values of others only"
REFUSED_BY_RULE = {
    "POST /_sandbox/bank/accounts/{iban}/funds": _IBAN,
    "DELETE /_sandbox/bank/accounts/{iban}": _IBAN,
    "GET /_sandbox/bank/accounts/{iban}/statement": _IBAN,
    "POST /_sandbox/bank/transfers": _IBAN,
    "POST /_sandbox/bank/accounts": _KEY,
    "POST /_sandbox/kyc/applications/{username}/closure": _KEY,
    "POST /_sandbox/kyc/cases/{case_id}/decisions": _KEY,
    "POST /api/postident/update-case-status": _KEY,
    "POST /api/transactions/commit": _KEY,
    "POST /_sandbox/clock/advance": "the clock ends with a certain year",
    "PUT /_sandbox/clock": _TOGETHER,
    "PUT /_sandbox/rates/{network_key}": _TOGETHER,
    "PUT /_sandbox/kyc/applications/{username}/risk-level": _TOGETHER,
    "POST /_sandbox/kyc/applications/{username}/verdicts": _TOGETHER,
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
}
"""Calls whose `Allow` names methods of a path with a parameter that fits as well."""

_EXCUSED = {
    "positive_data_acceptance": REFUSED_BY_RULE,
    "allow_header_conformance": ALLOWED_BY_A_NEIGHBOUR,
}


@dataclass
class Outcome:
    """What a run came to."""

    cases: Counter[str] = field(default_factory=Counter)
    failures: dict[str, str] = field(default_factory=dict)
    errors: list[str] = field(default_factory=list)
    statuses: Counter[int] = field(default_factory=Counter)

    @property
    def total(self) -> int:
        return sum(self.cases.values())


class Target:
    """A sandbox, and tokens for its user and its administrator."""

    def __init__(self, folder: Path) -> None:
        self.settings = Settings(
            public_url=BASE, data=folder, token_algorithm="ES256", password_hash_memory_kib=8
        )
        self.db = Database(self.settings.sqlalchemy_url)
        self.db.create()
        clock = FixedClock(datetime(2026, 3, 1, 12, tzinfo=UTC))
        self.app = create_app(self.settings, self.db, FakeChains(), clock=clock)
        self.app.state.seed = Seed(users=[SeedUser(username="alice", password="sandbox-Pass-1")])
        self._identity = self.app.state.identity
        self._tokens: dict[str, str] = {}

    def token(self, client_id: str) -> str:
        """A token that is good now: the clock may have been moved, the user deleted."""
        known = self._tokens.get(client_id)
        if known is not None:
            try:
                self._identity.tokens.read_access(known)
            except Exception:  # noqa: BLE001 — whatever is wrong with it, a new one is needed
                known = None
        if known is None:
            accounts = self._identity.accounts
            if client_id == "admin-cli":
                subject = accounts.find("admin").id
            else:
                subject = accounts.ensure_account("alice", "sandbox-Pass-1", "Alice", "alice@example.com")
            client, account = self._identity.clients.find(client_id), accounts.get(subject)
            answer = self._identity.grants.password_grant(client, account, clean_scope("openid"))
            known = self._tokens[client_id] = answer.access_token
        return known

    async def from_here(self, scope: Any, receive: Any, send: Any) -> None:
        """The application, as a client on this machine reaches it."""
        if scope["type"] == "http":
            scope = {**scope, "client": ("127.0.0.1", 50000)}
        await self.app(scope, receive, send)

    def close(self) -> None:
        self.db.close()


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
        schema = schema.exclude(path_regex=f"^{path}")

    @schema.auth(refresh_interval=None)
    class Auth:
        def get(self, case: Any, context: Any) -> str:
            return target.token("admin-cli" if case.path.startswith("/admin/") else "etopay-test")

        def set(self, case: Any, data: str, context: Any) -> None:
            case.headers = {
                **(case.headers or {}),
                "Authorization": f"Bearer {data}",
                "X-APP-NAME": "standalone",
            }

    outcome = Outcome()
    for event in from_schema(schema).execute():
        if isinstance(event, events.ScenarioFinished):
            _count(event, outcome)
            if tell is not None:
                tell(outcome.total)
        elif isinstance(event, events.NonFatalError | events.FatalError):
            outcome.errors.append(str(getattr(event, "value", None) or event.exception))
    target.close()
    return outcome


def _is_by_rule(check: Any) -> bool:
    operation = check.failure_info.failure.operation
    return operation in _EXCUSED.get(check.name, ())


def _count(event: events.ScenarioFinished, outcome: Outcome) -> None:
    outcome.cases[event.phase.value] += len(event.recorder.interactions)
    for interaction in event.recorder.interactions.values():
        if interaction.response is not None:
            outcome.statuses[interaction.response.status_code] += 1
    for checks in event.recorder.checks.values():
        for check in checks:
            if check.failure_info is not None and not _is_by_rule(check):
                failure = check.failure_info.failure
                key = f"{failure.operation}: {check.name}: {failure.title}"
                if key not in outcome.failures:
                    outcome.failures[key] = f"{failure.message}\n{check.failure_info.code_sample}"
