"""From a native call to an awaitable, and from native log lines to `logging`."""

from __future__ import annotations

import asyncio
import atexit
import logging
from collections.abc import Callable
from typing import Any, Concatenate, ParamSpec

from etopay_sdk import _native

Params = ParamSpec("Params")
Done = Callable[[Any, BaseException | None], None]

_log = logging.getLogger("etopay_sdk")
_LEVELS = {1: logging.ERROR, 2: logging.WARNING, 3: logging.INFO, 4: logging.DEBUG, 5: logging.DEBUG}

# The worker threads must be gone before the interpreter is.
atexit.register(_native.shutdown)


def pass_on_log_lines() -> None:
    """Hand what the native half has logged to Python's logging."""
    for level, text in _native.take_log_lines():
        _log.log(_LEVELS.get(level, logging.DEBUG), text)


async def call(
    start: Callable[Concatenate[Done, Params], _native.Job], *args: Params.args, **kwargs: Params.kwargs
) -> Any:
    """Start a native call and await its result.

    Cancelling the awaitable stops a call that only reads; any other call goes on to its end.
    """
    loop = asyncio.get_running_loop()
    future: asyncio.Future[Any] = loop.create_future()

    def settle(value: Any, error: BaseException | None) -> None:
        pass_on_log_lines()
        if future.done():
            return
        if error is None:
            future.set_result(value)
        else:
            future.set_exception(error)

    def done(value: Any, error: BaseException | None) -> None:
        if not loop.is_closed():
            loop.call_soon_threadsafe(settle, value, error)

    job = start(done, *args, **kwargs)
    try:
        return await future
    except asyncio.CancelledError:
        job.cancel()
        raise
