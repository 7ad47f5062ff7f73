"""What a test asks of a running sandbox."""

import itertools
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import httpx

from sandbox.testing.mails import Mails

_TIMEOUT = 60.0
_PASSWORD = "sandbox-Pass-1"  # noqa: S105 — of users that live as long as a test


class SandboxRefusedError(AssertionError):
    """The sandbox refused what a test asked of it; the text says why."""


@dataclass(frozen=True)
class User:
    """Somebody with an account and good tokens."""

    username: str
    password: str = field(repr=False)
    access_token: str = field(repr=False)
    refresh_token: str = field(repr=False)
    app_name: str = "standalone"

    @property
    def headers(self) -> dict[str, str]:
        """Return the headers of a call to the backend."""
        return {"Authorization": f"Bearer {self.access_token}", "X-APP-NAME": self.app_name}


class Control:
    """Calls under `/_sandbox`."""

    def __init__(self, http: httpx.Client) -> None:
        self._http = http

    def __call__(self, method: str, path: str, body: dict[str, Any] | None = None) -> Any:
        """Make a call and return the JSON of its answer, None if it has none."""
        return told(self._http.request(method, f"/_sandbox/{path}", json=body))


class Clock:
    """The one clock of everything in the sandbox."""

    def __init__(self, control: Control) -> None:
        self._control = control

    def now(self) -> datetime:
        """Return the present moment."""
        return datetime.fromisoformat(self._control("GET", "clock")["now"])

    def freeze(self, at: datetime | None = None, *, back: bool = False) -> None:
        """Stand still, now or at a moment."""
        self._control("PUT", "clock", {"mode": "frozen", "at": at and at.isoformat(), "back": back})

    def advance(self, seconds: float = 0, **more: float) -> None:
        """Jump forward by seconds, or by what `timedelta` takes, as `days=2`."""
        whole = timedelta(seconds=seconds) + timedelta(**more)
        self._control("POST", "clock/advance", {"seconds": whole.total_seconds()})

    def run(self, rate: float = 1.0) -> None:
        """Go on, so many times as fast as the machine's clock."""
        self._control("PUT", "clock", {"mode": "running", "rate": rate})

    def follow_machine(self) -> None:
        """Show the machine's time again."""
        self._control("PUT", "clock", {"mode": "real"})


class Faults:
    """The planned failures."""

    def __init__(self, control: Control) -> None:
        self._control = control

    def add(self, **plan: Any) -> str:
        """Plan a failure with the members of `POST /_sandbox/faults`, and return its id."""
        return str(self._control("POST", "faults", plan)["id"])

    def all(self) -> list[dict[str, Any]]:
        """Return what is in force."""
        return list(self._control("GET", "faults")["faults"])

    def remove(self, fault_id: str) -> None:
        """End one failure."""
        self._control("DELETE", f"faults/{fault_id}")

    def clear(self) -> None:
        """End all failures."""
        self._control("DELETE", "faults")

    @contextmanager
    def planned(self, **plan: Any) -> Iterator[str]:
        """Let a failure be in force within, and give its id."""
        found = self.add(**plan)
        try:
            yield found
        finally:
            if any(one["id"] == found for one in self.all()):
                self.remove(found)


class Sandbox:
    """A running sandbox."""

    def __init__(self, url: str, *, client_id: str = "etopay-test", app_name: str = "standalone") -> None:
        self.url = url.rstrip("/")
        self._client_id = client_id
        self._app_name = app_name
        self._numbers = itertools.count(1)
        self.http = httpx.Client(base_url=self.url, trust_env=False, timeout=_TIMEOUT)
        """For calls of your own; it knows the address."""

        self.control = Control(self.http)
        self.clock = Clock(self.control)
        self.faults = Faults(self.control)
        self.mails = Mails(self.control)
        health = self.control("GET", "health")
        self.backend: str = health["backend"]
        self.idp: str = health["idp"]

    def user(
        self,
        username: str | None = None,
        *,
        password: str = _PASSWORD,
        is_verified: bool = False,
        **more: str,
    ) -> User:
        """Make somebody with an account, and sign her in; without a name she gets one."""
        name = username or f"user-{next(self._numbers)}"
        body = {"username": name, "password": password, "is_verified": is_verified, **more}
        self.control("POST", "users", body)
        return self.sign_in(name, password)

    def sign_in(self, username: str, password: str) -> User:
        """Return somebody who has an account already, with new tokens."""
        form = {"grant_type": "password", "client_id": self._client_id, "scope": "openid profile email"}
        form |= {"username": username, "password": password}
        got = told(self.http.post(f"{self.idp}/protocol/openid-connect/token", data=form))
        return User(username, password, got["access_token"], got["refresh_token"], self._app_name)

    def fund(self, target: User | str, network: str, amount: Decimal | str) -> str:
        """Send coins to an address, or to the one a user registered; return the transaction."""
        to = {"username": target.username} if isinstance(target, User) else {"address": target}
        body = {"network_key": network, "amount": f"{Decimal(amount):f}", **to}
        return str(self.control("POST", "faucet", body)["tx_id"])

    def events(self, kind: str | None = None, *, subject: str | None = None) -> list[dict[str, Any]]:
        """Return what happened, oldest first; the kind `purchase` means all `purchase.…`."""
        wanted = {name: value for name, value in (("kind", kind), ("subject", subject)) if value}
        return list(told(self.http.get("/_sandbox/events", params=wanted))["events"])

    def snapshot(self, name: str) -> None:
        """Keep the present state under a name, in place of an older one of that name."""
        self.control("POST", "snapshots", {"name": name, "replace": True})

    def restore(self, name: str) -> None:
        """Put the state back that was kept under a name: rows, chains, clock and planned failures."""
        self.control("POST", f"snapshots/{name}/restore")

    def reset(self) -> None:
        """Start anew: the seed, empty chains, no failures, the machine's time."""
        self.clock.follow_machine()
        self.control("POST", "reset")

    def close(self) -> None:
        """Close the connections."""
        self.http.close()


def told(answer: httpx.Response) -> Any:
    """Return the JSON of a good answer, or raise with the reason of a refusal."""
    if answer.is_success:
        return answer.json() if answer.content else None
    try:
        content = answer.json()
    except ValueError:
        content = {}
    reason = content.get("detail") or content.get("error_description") or answer.reason_phrase
    raise SandboxRefusedError(f"The sandbox refused {answer.request.method} {answer.url.path}: {reason}")
