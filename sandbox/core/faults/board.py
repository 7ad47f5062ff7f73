"""The planned failures that are in force."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from fnmatch import fnmatchcase
from threading import Lock
from typing import Any, Literal

from sandbox.core.faults.call import Call
from sandbox.core.faults.plan import Fault
from sandbox.core.instances import current_instance

Role = Literal["only", "first", "second"]


@dataclass(frozen=True)
class Strike:
    """A failure that meets a call, with its number and, in a swap, the call's role."""

    fault: Fault
    number: int
    role: Role = "only"

    @property
    def seconds(self) -> float:
        """Return how long the call is late."""
        return self.fault.delay(self.number)


class FaultBoard:
    """Decides which failure meets a call; forgotten when the process ends, unless a snapshot kept it."""

    def __init__(self, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._now = now
        self._faults: list[Fault] = []
        self._waited_for: list[Fault] = []
        """What calls wait for, whether it still strikes others or not."""

        self._lock = Lock()
        self.watch: Callable[[bool], None] = lambda _any: None
        """Hears whether there are any, after each change."""
        self.age = 0
        """Grows when all failures are ended: who holds something back forgets it then."""

    def add(self, fault: Fault) -> None:
        """Put a failure in force."""
        with self._lock:
            self._faults.append(fault)
        self.watch(True)

    def all(self) -> list[Fault]:
        """Return what is in force."""
        with self._lock:
            had_any = bool(self._faults)
            self._tidy()
            found = list(self._faults)
        if had_any and not found:
            self.watch(False)
        return found

    def clear(self, fault_id: str | None = None) -> int:
        """End one failure or all; calls that wait are let go. Return how many were ended."""
        with self._lock:
            self.age += fault_id is None
            ended = [fault for fault in self._faults if fault_id in {None, fault.id}]
            self._faults = [fault for fault in self._faults if fault not in ended]
            for fault in self._waited_for:
                if fault_id in {None, fault.id} and fault not in ended:
                    ended.append(fault)
        for fault in ended:
            fault.cleared.set()
            if fault.waiting is not None:
                fault.waiting.set()
        self.watch(bool(self.all()))
        return len(ended)

    def needs_body(self, path: str) -> bool:
        """Say whether a failure in force has to look into the call before it is handled."""
        looks = path.startswith("/nodes/") or path.endswith("/token")
        with self._lock:
            return any(
                one.kind == "duplicate" or (looks and (one.kind == "rpc_error" or one.rpc or one.user))
                for one in self._faults
            )

    def take(self, call: Call) -> Strike | None:
        """Return the failure that meets a call, and count it."""
        now = self._now()
        with self._lock:
            self._tidy()
            for fault in self._faults:
                if not fault.matches(call):
                    continue
                if fault.waiting is not None:
                    return Strike(fault, fault.hits, "second")
                if fault.strikes(now):
                    role: Role = "only"
                    if fault.kind == "swap":
                        fault.waiting, role = asyncio.Event(), "first"
                    self._tidy()
                    return Strike(fault, fault.hits, role)
        return None

    def has_partner(self, name: str) -> bool:
        """Say whether a failure in force is about a call of a partner."""
        with self._lock:
            self._tidy()
            return any(one.partner is not None and fnmatchcase(name, one.partner) for one in self._faults)

    def take_partner(self, name: str) -> Strike | None:
        """Return the failure that meets a call of a partner, and count it."""
        now = self._now()
        with self._lock:
            self._tidy()
            for fault in self._faults:
                meant = fault.partner is not None and fnmatchcase(name, fault.partner)
                if meant and fault.instance in {None, current_instance.get()} and fault.strikes(now):
                    self._tidy()
                    return Strike(fault, fault.hits)
        return None

    def end_swap(self, fault: Fault) -> None:
        """Let the first call of a swap go on: the second is through, or none came."""
        with self._lock:
            waiting, fault.waiting = fault.waiting, None
            self._tidy()
        if waiting is not None:
            waiting.set()

    async def be_late(self, strike: Strike) -> None:
        """Wait as long as a strike says, or until its failure is ended."""
        with self._lock:
            self._waited_for.append(strike.fault)
        try:
            async with asyncio.timeout(strike.seconds):
                await strike.fault.cleared.wait()
        except TimeoutError:
            pass
        finally:
            with self._lock:
                self._waited_for.remove(strike.fault)

    def kept(self) -> list[dict[str, Any]]:
        """Return what a snapshot keeps."""
        return [fault.kept() for fault in self.all()]

    def restore(self, kept: Sequence[dict[str, Any]]) -> None:
        """Put in force what a snapshot kept, in place of what is."""
        self.clear()
        for item in kept:
            self.add(Fault.restored(item))

    def _tidy(self) -> None:
        now = self._now()
        self._faults = [fault for fault in self._faults if not fault.is_over(now)]
