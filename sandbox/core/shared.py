"""What a keeper and its workers agree on: one fact that workers read before they answer a call."""

import json
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from threading import Lock

from sqlalchemy import select

from sandbox.core.clock import CLOCK_FACT, SandboxClock
from sandbox.core.db import Database, Fact
from sandbox.core.errors import UnavailableError
from sandbox.core.ids import new_id

_STATE = "keeper_state"
_LEAVING_SECONDS = 0.5


class KeeperState:
    """Told by the keeper: why it has to answer all calls itself, and when workers have to ask it anew."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self._lock = Lock()
        self._alone: set[str] = set()
        self.renew()

    def alone(self, reason: str, *, holds: bool) -> None:
        """Note a reason for answering all calls from now on, such as planned failures, or its end."""
        with self._lock:
            if holds == (reason in self._alone):
                return
            self._alone ^= {reason}
            self._tell()

    def renew(self) -> None:
        """Let workers ask for everything that is not in the database."""
        with self._lock:
            self._generation = new_id()
            self._tell()

    def exchanging(self, closed: bool) -> None:
        """Note that everything is about to be exchanged, or has been."""
        self.alone("exchange", holds=closed)
        if closed:
            # Calls that workers began before end in a moment; their transactions are whole in any case.
            time.sleep(_LEAVING_SECONDS)
        else:
            self.renew()

    def _tell(self) -> None:
        content = {"alone": sorted(self._alone), "generation": self._generation}
        self._db.remember(_STATE, json.dumps(content))


@dataclass
class Follower:
    """Read by a worker before each call, so that what was changed before the call is known to it."""

    db: Database
    clock: SandboxClock
    refresh_keys: Callable[[], None]
    renew: Callable[[], None]
    """Asks the keeper for what is not in the database."""

    generation: str = ""

    def refresh(self) -> bool:
        """Take over what changed; say whether the call is the keeper's."""
        with self.db.read() as session:
            found = session.scalars(select(Fact).where(Fact.name.in_([CLOCK_FACT, _STATE])))
            facts = {fact.name: fact.value for fact in found}
        state = json.loads(facts.get(_STATE, "{}"))
        if state.get("alone"):
            return True
        self.clock.follow(facts.get(CLOCK_FACT))
        self.refresh_keys()
        generation = state.get("generation", "")
        if generation != self.generation:
            # A keeper that starts is away for a moment: until then, what is known is good.
            with suppress(UnavailableError):
                self.renew()
                self.generation = generation
        return False
