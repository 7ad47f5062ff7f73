"""A second sandbox node on a port of its own, to stand for a node elsewhere."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any, TypeVar

import uvicorn
from fastapi import FastAPI

from sandbox.services.chain import ChainHub, router

T = TypeVar("T")


class SecondSandbox:
    """Chains in a thread with a loop of their own, served over HTTP."""

    def __init__(self, folder: Path, port: int = 0) -> None:
        self._folder = folder
        self._port = port
        self._up = threading.Event()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._serve()), daemon=True)
        self._thread.start()
        assert self._up.wait(20), "the second sandbox did not start"

    @property
    def url(self) -> str:
        """Address of its EVM node."""
        return f"http://127.0.0.1:{self._port}/nodes/ETH"

    def do(self, task: Callable[[ChainHub], Coroutine[Any, Any, T]]) -> T:
        """Runs something with its hub."""
        return asyncio.run_coroutine_threadsafe(task(self._hub), self._loop).result(20)

    def close(self) -> None:
        """Stops it."""
        self._server.should_exit = True
        self._thread.join(20)

    async def _serve(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._hub = ChainHub(self._folder, seed="elsewhere")
        await self._hub.open()
        app = FastAPI()
        app.include_router(router(self._hub))
        config = uvicorn.Config(app, host="127.0.0.1", port=self._port, log_level="error", lifespan="off")
        self._server = uvicorn.Server(config)
        serving = asyncio.create_task(self._server.serve())
        while not self._server.started:
            await asyncio.sleep(0.01)
        self._port = self._server.servers[0].sockets[0].getsockname()[1]
        self._up.set()
        await serving
        await self._hub.close()
