"""The address in front of all workers: each connection goes to one of them."""

import asyncio
import random
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

Ports = Callable[[], list[int]]


@contextmanager
def balancer() -> Iterator[tuple[str, Callable[[Ports], None]]]:
    """Listen, and yield the address and what tells the ports behind it."""
    behind: list[Ports] = [list]
    loop = asyncio.new_event_loop()
    server = loop.run_until_complete(
        asyncio.start_server(lambda *ends: _connect(behind[-1](), *ends), "127.0.0.1", 0)
    )
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}", behind.append
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join()


async def _connect(ports: list[int], reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    for port in random.sample(ports, len(ports)):
        with suppress(OSError):
            ends = await asyncio.open_connection("127.0.0.1", port)
            break
    else:
        writer.close()
        return
    await asyncio.gather(_copy(reader, ends[1]), _copy(ends[0], writer))


async def _copy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with suppress(OSError):
        while part := await reader.read(65536):
            writer.write(part)
            await writer.drain()
    writer.close()
