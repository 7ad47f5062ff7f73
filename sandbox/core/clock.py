"""The sandbox's idea of now: the machine's, standing still, moved by hand, or faster."""

import asyncio
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from threading import Lock, RLock
from typing import Literal, Protocol

from sandbox.core.errors import InvalidError

FASTEST = 100_000.0
"""Seconds of the sandbox in one of the machine, at most."""

LAST_MOMENT = datetime(2999, 12, 31, tzinfo=UTC)
"""Behind it, tokens and bank days would leave the calendar."""

Mode = Literal["real", "frozen", "running"]


class Clock(Protocol):
    """Says what time it is, and waits for another."""

    def now(self) -> datetime:
        """Return the present moment with its zone (UTC)."""
        ...

    async def sleep_until(self, moment: datetime) -> None:
        """Wait until the clock shows a moment, however it gets there."""
        ...

    async def pause(self, seconds: float) -> bool:
        """Wait so many seconds of the machine, or until the clock is set; say whether it was."""
        ...


class Kept(Protocol):
    """Where the clock is remembered."""

    def fact(self, name: str) -> str | None:
        """Return a remembered value."""
        ...

    def remember(self, name: str, value: str) -> None:
        """Remember a value."""
        ...


@dataclass(frozen=True)
class Setting:
    """How the sandbox's time follows the machine's."""

    mode: Mode
    rate: float = 1.0
    """Seconds of the sandbox in one of the machine; 0 while it stands still."""

    shown: datetime | None = None
    """What the clock showed at `since`; None if it is the machine's."""

    since: datetime | None = None


REAL = Setting("real")
CLOCK_FACT = "clock"
"""Under which the setting is remembered."""


class SandboxClock:
    """The one clock; what it was set to survives a restart."""

    def __init__(self, store: Kept | None = None, *, machine: Callable[[], datetime] | None = None) -> None:
        self._store = store
        self._machine = machine or _machine_now
        self._lock = Lock()
        self._setting_it = RLock()
        self._waiting: set[tuple[asyncio.AbstractEventLoop, asyncio.Event]] = set()
        self._latest = datetime.min.replace(tzinfo=UTC)
        self._setting = REAL if store is None else read_setting(store.fact(CLOCK_FACT))

    @property
    def setting(self) -> Setting:
        """Return how it goes at present."""
        return self._setting

    @property
    def machine_now(self) -> datetime:
        """Return what the machine's clock shows."""
        return self._machine()

    def now(self) -> datetime:
        """Return the present moment in UTC; it never goes back, unless the clock was set back."""
        with self._lock:
            self._latest = max(self._latest, self._computed())
            return self._latest

    def freeze(self, at: datetime | None = None, *, back: bool = False) -> None:
        """Stand still, now or at a moment."""
        self._set("frozen", 0.0, at, back=back)

    def run(self, rate: float = 1.0, at: datetime | None = None, *, back: bool = False) -> None:
        """Go on from now or from a moment, so many times as fast as the machine's clock."""
        if not 0 < rate <= FASTEST:
            raise InvalidError(f"The rate must be more than 0 and {FASTEST:.0f} at most.")
        self._set("running", rate, at, back=back)

    def advance(self, seconds: float) -> None:
        """Jump forward, and go on as before."""
        if seconds < 0:
            raise InvalidError("The clock goes forward only; set it with `back` to go back.")
        with self._setting_it:
            before = self._setting
            try:
                at = self.now() + timedelta(seconds=seconds)
            except OverflowError as error:
                raise InvalidError(f"The clock ends with {LAST_MOMENT:%Y}.") from error
            self._set("frozen" if before.mode == "frozen" else "running", before.rate, at)

    def follow_machine(self) -> None:
        """Show the machine's time again, even if that goes back."""
        with self._setting_it:
            self._put(REAL)

    def reload(self) -> None:
        """Go as it was remembered: the memory was exchanged."""
        if self._store is not None:
            with self._setting_it:
                self._use(read_setting(self._store.fact(CLOCK_FACT)))

    def follow(self, kept: str | None) -> None:
        """Go as another process remembered that it was set; None: never."""
        setting = REAL if kept is None else read_setting(kept)
        if setting != self._setting:
            self._use(setting)

    async def sleep_until(self, moment: datetime) -> None:
        """Wait until the clock shows a moment, however it gets there."""
        await self.wait_for_change(moment)
        while self.now() < moment:
            await self.wait_for_change(moment)

    async def sleep(self, seconds: float) -> None:
        """Wait for so many seconds of the sandbox's time."""
        await self.sleep_until(self.now() + timedelta(seconds=seconds))

    async def wait_for_change(self, until: datetime | None = None) -> bool:
        """Wait until the clock is set, or shows a moment; say whether it was set."""
        return await self._wait(lambda: self._real_seconds(until))

    async def pause(self, seconds: float | None) -> bool:
        """Wait so many seconds of the machine, or until the clock is set; say whether it was."""
        return await self._wait(lambda: seconds)

    async def _wait(self, seconds: Callable[[], float | None]) -> bool:
        entry = (asyncio.get_running_loop(), asyncio.Event())
        with self._lock:
            self._waiting.add(entry)
        try:
            # Reckoned only now: from here on, a clock that is set by another thread ends the wait.
            await asyncio.wait_for(entry[1].wait(), seconds())
        except TimeoutError:
            return False
        finally:
            with self._lock:
                self._waiting.discard(entry)
        return True

    def _real_seconds(self, until: datetime | None) -> float | None:
        if until is None:
            return None
        left = (until - self.now()).total_seconds()
        if left <= 0:
            return 0.0
        rate = self._setting.rate
        return left / rate if rate else None

    def _set(self, mode: Mode, rate: float, at: datetime | None, *, back: bool = False) -> None:
        with self._setting_it:
            now = self.now()
            shown = at or now
            if shown < now and not back:
                raise InvalidError("That moment has passed; say `back` to set the clock back.")
            if shown > LAST_MOMENT:
                raise InvalidError(f"The clock ends with {LAST_MOMENT:%Y}.")
            self._put(Setting(mode, rate, shown, self._machine()))

    def _put(self, setting: Setting) -> None:
        if self._store is not None:
            self._store.remember(CLOCK_FACT, written_setting(setting))
        self._use(setting)

    def _use(self, setting: Setting) -> None:
        with self._lock:
            self._setting = setting
            self._latest = self._computed()
            waiting = list(self._waiting)
        for loop, changed in waiting:
            if not loop.is_closed():
                loop.call_soon_threadsafe(changed.set)

    def _computed(self) -> datetime:
        one = self._setting
        if one.shown is None or one.since is None:
            return self._machine()
        passed = max(self._machine() - one.since, timedelta(0))
        try:
            return min(one.shown + passed * one.rate, LAST_MOMENT)
        except OverflowError:
            return LAST_MOMENT


class FixedClock(SandboxClock):
    """A clock that stands still from the start, and is kept nowhere."""

    def __init__(self, start: datetime) -> None:
        super().__init__()
        self.freeze(start, back=True)

    def advance(self, seconds: float) -> None:
        """Stand still at another moment, an earlier one as well."""
        self.freeze(self.now() + timedelta(seconds=seconds), back=True)


def _machine_now() -> datetime:
    return datetime.now(UTC)


def written_setting(one: Setting) -> str:
    """Write how the clock goes, to be kept."""
    moments = [moment and moment.isoformat() for moment in (one.shown, one.since)]
    return json.dumps({"mode": one.mode, "rate": one.rate, "shown": moments[0], "since": moments[1]})


def read_setting(text: str | None) -> Setting:
    """Read how the clock goes from what was kept."""
    if text is None:
        return REAL
    kept = json.loads(text)
    shown, since = (kept[name] and datetime.fromisoformat(kept[name]) for name in ("shown", "since"))
    return Setting(kept["mode"], kept["rate"], shown, since)


def iso(moment: datetime) -> str:
    """Write a moment as ISO 8601 in UTC with milliseconds and a trailing Z."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
