"""One planned failure: whom it meets, what happens then, and when it is over."""

import asyncio
import hashlib
from dataclasses import dataclass, field, fields
from datetime import datetime
from fnmatch import fnmatchcase
from typing import Any, Literal, Self

from sandbox.core.faults.call import Call
from sandbox.core.ids import new_id

FaultKind = Literal[
    "status",
    "delay",
    "hang",
    "drop",
    "garbage",
    "empty",
    "html",
    "wrong_type",
    "half",
    "duplicate",
    "swap",
    "rpc_error",
]
"""What happens."""

FaultStage = Literal["before", "after"]

_NEEDS_ANSWER = frozenset({"wrong_type", "half"})
NOT_KEPT = frozenset({"waiting", "cleared"})


@dataclass
class Fault:
    """One planned failure."""

    kind: FaultKind
    method: str = "*"
    path: str = "*"
    operation: str = "*"
    rpc: str | None = None
    partner: str | None = None
    """Which call of a partner of the exchange; such a failure meets no HTTP call."""

    user: str | None = None
    instance: str | None = None
    stage: FaultStage = "before"
    status: int = 500
    body: str = ""
    code: int = -32000
    """Of the JSON-RPC error."""

    seconds: float = 1.0
    jitter_seconds: float = 0.0
    skip: int = 0
    """How many calls that are meant pass first."""

    remaining: int | None = None
    probability: float = 1.0
    seed: str = ""
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    id: str = field(default_factory=new_id)
    seen: int = 0
    """How many calls were meant, struck or not."""

    hits: int = 0
    waiting: asyncio.Event | None = field(default=None, repr=False)
    """The first call of a swap waits for it."""

    cleared: asyncio.Event = field(default_factory=asyncio.Event, repr=False)

    def matches(self, call: Call) -> bool:
        """Say whether a call is meant, whatever the time and the count."""
        return (
            self.partner is None
            and self.method in {"*", call.method}
            and fnmatchcase(call.path, self.path)
            and self.instance in {None, call.instance}
            and (self.operation == "*" or fnmatchcase(call.operation, self.operation))
            and (self.rpc is None or any(fnmatchcase(name, self.rpc) for name in call.rpc_methods))
            and (self.user is None or call.user == self.user)
        )

    def is_over(self, now: datetime) -> bool:
        """Say whether nothing will be struck any more."""
        used_up = self.remaining == 0 and self.waiting is None
        return used_up or (self.ends_at is not None and now >= self.ends_at)

    def strikes(self, now: datetime) -> bool:
        """Count a call that is meant, and say whether it is struck; the same seed decides the same."""
        if self.starts_at is not None and now < self.starts_at:
            return False
        self.seen += 1
        if self.seen <= self.skip or self.remaining == 0:
            return False
        if self.probability < 1 and self._drawn("strike", self.seen) >= self.probability:
            return False
        self.hits += 1
        if self.remaining is not None:
            self.remaining -= 1
        return True

    def delay(self, number: int) -> float:
        """Return how long the struck call of a number is late, in seconds."""
        spread = (2 * self._drawn("delay", number) - 1) * self.jitter_seconds
        return max(self.seconds + spread, 0.0)

    @property
    def handles_first(self) -> bool:
        """Say whether the call is carried out before it fails."""
        return self.stage == "after" or self.kind in _NEEDS_ANSWER

    def _drawn(self, what: str, number: int) -> float:
        # By a hash, not a generator: what was drawn does not depend on what else was, nor on a restart.
        digest = hashlib.sha256(f"{self.seed}\0{what}\0{number}".encode()).digest()
        return int.from_bytes(digest[:8], "big") / 2**64

    def kept(self) -> dict[str, Any]:
        """Return what a snapshot keeps."""
        found = {item.name: getattr(self, item.name) for item in fields(self) if item.name not in NOT_KEPT}
        for name in ("starts_at", "ends_at"):
            found[name] = found[name] and found[name].isoformat()
        return found

    @classmethod
    def restored(cls, kept: dict[str, Any]) -> Self:
        """Return the failure that a snapshot kept."""
        moments = {
            name: datetime.fromisoformat(kept[name]) for name in ("starts_at", "ends_at") if kept.get(name)
        }
        return cls(**{**kept, **moments})
