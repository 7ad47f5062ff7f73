"""The sandbox in-process: fast settings, fake chains, a clock that stands still."""

from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from sandbox.control.seeds import Seed
from sandbox.core.clock import FixedClock
from sandbox.core.db import Database
from sandbox.core.settings import Settings
from sandbox.main import create_app
from tests.sandbox.browsing import AppSignIn
from tests.sandbox.databases import database_for
from tests.sandbox.fakes import FakeChains

BASE = "http://127.0.0.1:9000"


class Sandbox:
    """One sandbox with its client, clock and chains."""

    def __init__(self, folder: Path, **changes: Any) -> None:
        self.chains = changes.pop("chains", None) or FakeChains()
        self.settings = Settings(
            **{
                "public_url": BASE,
                "data": folder,
                "token_algorithm": "ES256",
                "password_hash_memory_kib": 8,
                **changes,
            }
        )
        self.clock = FixedClock(datetime(2026, 3, 1, 12, tzinfo=UTC))
        self.db = Database(self.settings.database_url or database_for(folder) or self.settings.sqlalchemy_url)
        self.db.create()
        self.app: FastAPI = create_app(self.settings, self.db, self.chains, clock=self.clock)
        self.app.state.seed = Seed()
        transport = httpx.ASGITransport(self.app, raise_app_exceptions=True)
        self.http = httpx.AsyncClient(transport=transport, base_url=BASE)

    async def user(self, username: str) -> dict[str, str]:
        """Register somebody and return the headers of her calls."""
        async with self.browser() as browser:
            tokens = await AppSignIn(browser).tokens(username)
        return self.headers(tokens["access_token"])

    def browser(self) -> httpx.AsyncClient:
        """Return a fresh browser with no cookies."""
        return httpx.AsyncClient(transport=httpx.ASGITransport(self.app), base_url=BASE)

    def headers(self, token: str) -> dict[str, str]:
        """Return the headers of a backend call."""
        return {"authorization": f"Bearer {token}", "x-app-name": "standalone"}

    async def step(self, seconds: float = 2) -> None:
        """Let time pass and the purchases move."""
        self.clock.advance(seconds)
        await self.app.state.engine.step()


@pytest.fixture
async def make_sandbox(tmp_path: Path) -> AsyncIterator[Callable[..., Sandbox]]:
    """Make sandboxes with settings of one's own."""
    made: list[Sandbox] = []

    def make(**changes: Any) -> Sandbox:
        made.append(Sandbox(changes.pop("folder", tmp_path), **changes))
        return made[-1]

    yield make
    for sandbox in made:
        await sandbox.http.aclose()
        sandbox.db.close()


@pytest.fixture
def sandbox(make_sandbox: Callable[..., Sandbox]) -> Sandbox:
    """Return a sandbox as most tests want it."""
    return make_sandbox()
