"""The pause after too many wrong PINs, said as a clock that runs."""

from __future__ import annotations

import asyncio
from concurrent.futures import Future
from time import monotonic
from typing import cast

from app.core.errors import AppError, ErrorCode
from app.core.i18n import Translate
from app.design.base import in_background, use_effect, use_ref, use_state


def pause_clock(seconds: int) -> str:
    """As on a clock: ``0:09``, ``12:30``, ``1:00:00``."""
    minutes, rest = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def pause_words(t: Translate, seconds: int) -> str:
    """What stands below the dots while no PIN is accepted."""
    return t("Too many wrong PINs. Wait {clock}.", clock=pause_clock(seconds))


def use_pause_of(error: AppError | None) -> int:
    """Seconds left of the pause that an error told of; the calling component is drawn again each second."""
    left, set_left = use_state(_told(error))
    seen = use_ref(error)
    counting = use_ref(cast("Future[None] | None", None))
    if seen.current is not error:
        # Said at once, not only when the count has begun.
        seen.current, left = error, _told(error)

    async def count() -> None:
        end = monotonic() + _told(error)
        while (rest := -int((monotonic() - end) // 1)) > 0:
            set_left(rest)
            await asyncio.sleep(min(1.0, max(0.01, end - monotonic())))
        set_left(0)

    def begin() -> None:
        stop()
        counting.current = in_background(count)

    def stop() -> None:
        if counting.current is not None:
            counting.current.cancel()

    use_effect(begin, [error], stop)
    return left


def _told(error: AppError | None) -> int:
    if error is None or error.code is not ErrorCode.PIN_PAUSED:
        return 0
    return int(str(error.params.get("seconds", 0)))
