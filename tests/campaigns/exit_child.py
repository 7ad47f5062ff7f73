"""A process with calls in flight that ends in one of many ways; started by test_exits."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

from etopay_sdk import Config, EtopayError, Sdk

from tests.sdk.fake_services import OTHER_EVM, TOKEN, Story

PIN = Story().pin
SLOW = 30.0


def said(text: str) -> None:
    """Tell the test what was reached."""
    print(text, flush=True)


class Ending:
    """What every way to end starts from: an open wallet and calls that are not done."""

    def __init__(self, url: str, folder: Path, pause: float, *, busy: bool) -> None:
        self.config = Config(f"{url}/api", "standalone", folder, read_timeout=SLOW, send_timeout=SLOW)
        self.pause = pause
        self.busy = busy

    async def open(self) -> Sdk:
        sdk = Sdk(self.config)
        await sdk.init_user("alice")
        await sdk.unlock(PIN)
        await sdk.refresh_access_token(TOKEN)
        return sdk

    def calls(self, sdk: Sdk) -> list[Coroutine[Any, Any, Any]]:
        """Reads, a write, a payment, now and then a second of work: they take a while or never end."""
        busy = [sdk.create_wallet_backup(PIN, "a rather good backup password")] if self.busy else []
        return [
            *busy,
            sdk.get_balance(PIN, network="ETH"),
            sdk.get_balance(PIN, network="iota_other"),
            sdk.get_exchange_rate(network="ETH"),
            sdk.set_app_data("name", b"value"),
            sdk.send_amount(PIN, OTHER_EVM, "0.001", network="ETH"),
        ]

    async def start(self) -> tuple[Sdk, list[asyncio.Task[Any]]]:
        sdk = await self.open()
        tasks = [asyncio.create_task(call) for call in self.calls(sdk)]
        await asyncio.sleep(self.pause)
        said(f"in flight {sum(not task.done() for task in tasks)}")
        return sdk, tasks

    async def fall_off(self) -> None:
        await self.start()

    async def exit_code(self) -> None:
        await self.start()
        sys.exit(7)

    async def raises(self) -> None:
        await self.start()
        raise ZeroDivisionError("on purpose")

    async def hard_exit(self) -> None:
        await self.start()
        os._exit(8)

    async def terminated(self) -> None:
        await self.start()
        os.kill(os.getpid(), signal.SIGTERM)
        await asyncio.sleep(SLOW)

    async def interrupted(self) -> None:
        await self.start()
        os.kill(os.getpid(), signal.SIGINT)
        await asyncio.sleep(SLOW)

    async def cancelled(self) -> None:
        _, tasks = await self.start()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def closed(self) -> None:
        sdk, tasks = await self.start()
        await sdk.close()
        for task in tasks:
            task.cancel()

    async def forked(self) -> None:
        """The child of a fork ends at once, as one that a library made would."""
        await self.start()
        child = os.fork()
        if child == 0:
            # Through the interpreter's own end, with everything that is registered for it.
            sys.exit(0)
        _, status = os.waitpid(child, 0)
        said(f"child ended {os.waitstatus_to_exitcode(status)}")

    def run(self, main: Callable[[], Coroutine[Any, Any, None]]) -> None:
        asyncio.run(main())


def in_thread(ending: Ending, *, daemon: bool) -> None:
    """The loop runs in a thread; the main thread leaves while it is still at work."""
    started = threading.Event()

    async def work() -> None:
        await ending.start()
        started.set()
        await asyncio.sleep(SLOW if daemon else 0.01)

    threading.Thread(target=lambda: ending.run(work), daemon=daemon).start()
    started.wait(SLOW)


def abandoned_loop(ending: Ending) -> None:
    """A loop that is stopped in the middle and never closed."""
    loop = asyncio.new_event_loop()
    loop.run_until_complete(ending.start())


def many_loops(ending: Ending) -> None:
    """One loop after the other, each left with calls under way."""
    ending.run(ending.fall_off)
    time.sleep(ending.pause)
    said("second loop")
    try:
        ending.run(ending.fall_off)
    except EtopayError as error:
        # The first one was left open.
        said(f"second {type(error).__name__}")


KINDS: dict[str, tuple[Callable[[Ending], None], int]] = {
    "end of the program": (lambda e: e.run(e.fall_off), 0),
    "sys.exit": (lambda e: e.run(e.exit_code), 7),
    "os._exit": (lambda e: e.run(e.hard_exit), 8),
    "exception": (lambda e: e.run(e.raises), 1),
    "SIGTERM": (lambda e: e.run(e.terminated), -signal.SIGTERM),
    "KeyboardInterrupt": (lambda e: e.run(e.interrupted), -signal.SIGINT),
    "all cancelled": (lambda e: e.run(e.cancelled), 0),
    "closed": (lambda e: e.run(e.closed), 0),
    "thread": (lambda e: in_thread(e, daemon=False), 0),
    "daemon thread": (lambda e: in_thread(e, daemon=True), 0),
    "abandoned loop": (abandoned_loop, 0),
    "two loops": (many_loops, 0),
    "fork": (lambda e: e.run(e.forked), 0),
}


def next_order() -> list[str] | None:
    """Serve as a start that is already behind: fork once per line, and tell how each child ended.

    Loading Python and the package is most of an exit's time. The fork happens before the package has started
    any thread, and the child ends through the interpreter's own end like a process of its own.
    """
    for line in sys.stdin:
        output, *order = line.rstrip("\n").split("\t")
        child = os.fork()
        if child == 0:
            sink = os.open(output, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            os.dup2(sink, 1)
            os.dup2(sink, 2)
            return order
        print(f"started {child}", flush=True)
        _, status = os.waitpid(child, 0)
        print(f"ended {os.waitstatus_to_exitcode(status)}", flush=True)
    return None


if __name__ == "__main__":
    asked = sys.argv[1:] or next_order()
    if asked is not None:
        # Whoever starts the campaign in the background may have had the signal ignored.
        signal.signal(signal.SIGINT, signal.default_int_handler)
        way, url, folder, pause, *busy = asked
        KINDS[way][0](Ending(url, Path(folder), float(pause), busy=bool(busy)))
