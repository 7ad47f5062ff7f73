"""How long no PIN is accepted, counted down on screen."""

from __future__ import annotations

import asyncio
from concurrent.futures import Future
from datetime import UTC, datetime
from typing import cast

from app.design.base import in_background, use_effect, use_ref, use_state
from app.gateway.protocol import AccountGateway
from app.stores.session import SessionStore


def seconds_left(account: AccountGateway | None, now: datetime | None = None) -> int:
    """Whole seconds of the pause, rounded up; 0 when there is none."""
    until = account.pin_pause_until if account else None
    if until is None:
        return 0
    rest = (until - (now or datetime.now(UTC))).total_seconds()
    return max(0, -int(-rest // 1))


def use_pause(session: SessionStore) -> int:
    """Seconds left; the calling component is drawn again each second while a pause lasts."""
    left, set_left = use_state(seconds_left(session.account))
    counting = use_ref(cast("Future[None] | None", None))

    async def count() -> None:
        while rest := seconds_left(session.account):
            set_left(rest)
            await asyncio.sleep(min(1.0, rest))
        set_left(0)

    def begin() -> None:
        end()
        counting.current = in_background(count)

    def end() -> None:
        if counting.current is not None:
            counting.current.cancel()

    use_effect(begin, [session.error, session.account], end)
    return left
