"""Covers the screen and locks the wallet when nobody looks or nothing happens."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Final

from app.core import touch
from app.core.observable import observable
from app.device.lifecycle import Lifecycle, LifecycleEvent
from app.stores.balances import BalancesStore
from app.stores.preferences import PreferencesStore
from app.stores.session import SessionStore

LOOK_EVERY_SECONDS: Final = 5.0
_AWAY: Final = frozenset({LifecycleEvent.INACTIVE, LifecycleEvent.HIDDEN, LifecycleEvent.DISCONNECTED})
# The window is still there and comes back by itself.
_STILL_HERE: Final = frozenset({LifecycleEvent.INACTIVE, LifecycleEvent.HIDDEN})


@observable
class Guard:
    """``covered`` while the app is out of sight."""

    def __init__(
        self,
        session: SessionStore,
        preferences: PreferencesStore,
        balances: BalancesStore,
        *,
        idle_seconds: Callable[[], float] = touch.idle_seconds,
    ) -> None:
        self._session = session
        self._preferences = preferences
        self._balances = balances
        self._idle_seconds = idle_seconds
        self._locking: set[asyncio.Task[None]] = set()
        self.covered = False

    def attach(self, lifecycle: Lifecycle) -> Callable[[], None]:
        """Follow a client's life cycle until the returned function is called."""
        return lifecycle.listen(self._happened)

    def _happened(self, event: LifecycleEvent) -> None:
        away = event in _AWAY
        self.covered = away
        self._balances.set_visible(not away)
        # Signing in takes the user to a browser: what is open stays open for that long, but covered.
        signing_in = self._session.browser.waiting and event in _STILL_HERE
        if (away and not signing_in) or event is LifecycleEvent.CONNECTED:
            self._lock(out_of_sight=True)

    def lock(self) -> None:
        """Lock now, from wherever."""
        self._lock(out_of_sight=False)

    def _lock(self, *, out_of_sight: bool) -> None:
        task = asyncio.get_running_loop().create_task(self._session.lock(out_of_sight=out_of_sight))
        self._locking.add(task)
        task.add_done_callback(self._locking.discard)

    async def watch(self, every: float = LOOK_EVERY_SECONDS) -> None:
        """Lock after the chosen idle minutes; runs as long as the client is there."""
        while True:
            await asyncio.sleep(every)
            await self.look()

    async def look(self) -> None:
        """Lock if nothing happened for too long; see whether the session is over."""
        holds_secrets = self._session.wallet is not None or self._session.has_pin
        if holds_secrets and self._idle_seconds() >= 60 * self._preferences.auto_lock_minutes:
            await self._session.lock()
        self._session.look_at_session()
