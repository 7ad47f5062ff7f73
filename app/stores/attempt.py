"""The wall where errors end: an action asks for an outcome and never raises."""

from __future__ import annotations

import asyncio
import logging
import secrets
from collections.abc import Awaitable, Callable
from pathlib import Path
from traceback import extract_tb
from typing import TypeVar

from app.core.errors import Action, AppError, ErrorCode

_log = logging.getLogger(__name__)
T = TypeVar("T")


async def attempt(work: Awaitable[T]) -> T | AppError:
    """The result, or the error as a value; a programming error becomes INTERNAL and goes to the log.

    Being cancelled is not an outcome and passes through.
    """
    try:
        return await work
    except AppError as error:
        return error
    except Exception as error:  # noqa: BLE001 - nothing may escape from an action
        return unexpected(error)


def unexpected(error: Exception) -> AppError:
    """INTERNAL for a bug; the log gets where it happened, never its text, which may hold a secret."""
    reference = secrets.token_hex(4)
    where = [f"{Path(frame.filename).name}:{frame.lineno}" for frame in extract_tb(error.__traceback__)]
    _log.error("%s: %s at %s", reference, type(error).__name__, " > ".join(where))
    return AppError(ErrorCode.INTERNAL, Action.SUPPORT, reference=reference)


class SharedRun:
    """One run of an action at a time: whoever asks meanwhile waits for the same run."""

    def __init__(self) -> None:
        self._task: asyncio.Task[None] | None = None

    async def __call__(self, action: Callable[[], Awaitable[None]]) -> None:
        """Run or join; a caller that is cancelled does not cancel the run for the others."""
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(_run(action))
        await asyncio.shield(self._task)

    def forget(self) -> None:
        """Let the next caller start anew; the run itself ends on its own."""
        self._task = None


async def _run(action: Callable[[], Awaitable[None]]) -> None:
    await action()
