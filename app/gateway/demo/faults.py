"""Failures and delays that a test or a demonstration plans for single operations."""

from __future__ import annotations

import asyncio
from collections import defaultdict, deque
from enum import StrEnum

from app.core.errors import Action, AppError, ErrorCode

# What answers without any service or node, and so also while offline.
_LOCAL = frozenset(
    {
        "open",
        "accounts",
        "open_account",
        "open_stored",
        "remove_account",
        "secure",
        "unlock",
        "check_pin",
        "change_pin",
        "recovery_phrase",
        "confirm_phrase",
        "networks",
        "address",
        "pending_payments",
        "load",
        "save",
        "use_sign_in",
        "sign_out",
    }
)


class LostAnswer(StrEnum):
    """What really became of a send whose answer got lost."""

    SENT = "sent"
    NOT_SENT = "not_sent"


class Faults:
    """The plan; operations are named like the methods of the protocol (``"balance"``, ``"send"``, …)."""

    def __init__(self) -> None:
        self._failures: dict[str, deque[AppError]] = defaultdict(deque)
        self._delays: dict[str, float] = {}
        self._gates: dict[str, asyncio.Event] = {}
        self._lost: deque[LostAnswer] = deque()
        self.calls: list[str] = []
        self.offline = False

    def fail_next(self, operation: str, error: AppError, times: int = 1) -> None:
        """Let the next call (or calls) of the operation end with the error."""
        self._failures[operation].extend([error] * times)

    def delay(self, operation: str, seconds: float) -> None:
        """Let every call of the operation take that long from now on (0 ends it)."""
        self._delays[operation] = seconds

    def hold(self, operation: str) -> None:
        """Let calls of the operation wait until :meth:`release`."""
        self._gates[operation] = asyncio.Event()

    def release(self, operation: str) -> None:
        """Let held calls go on."""
        self._gates.pop(operation).set()

    def lose_answer(self, became: LostAnswer) -> None:
        """Let the next send end with OUTCOME_UNKNOWN, although it was sent or not sent."""
        self._lost.append(became)

    def take_lost_answer(self) -> LostAnswer | None:
        """What is planned for this send."""
        return self._lost.popleft() if self._lost else None

    async def enter(self, operation: str) -> None:
        """Begin an operation: wait as planned, then fail as planned."""
        self.calls.append(operation)
        if seconds := self._delays.get(operation):
            await asyncio.sleep(seconds)
        if gate := self._gates.get(operation):
            await gate.wait()
        self.enter_now(operation)

    def enter_now(self, operation: str) -> None:
        """Fail as planned, for operations that do not wait."""
        if self._failures[operation]:
            raise self._failures[operation].popleft()
        if self.offline and operation not in _LOCAL:
            raise AppError(ErrorCode.OFFLINE, Action.RETRY)
