"""The sandbox that the contract tests call: whole, with real chains, and with tokens that are good now."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from datetime import UTC, datetime
from pathlib import Path
from threading import Thread
from typing import Any, TypeVar

from sandbox.chain_port import HubChains
from sandbox.control.seed_file import load_seed
from sandbox.control.seeding import apply_seed
from sandbox.core.clock import FixedClock
from sandbox.core.db import Database
from sandbox.core.settings import Settings
from sandbox.main import create_app
from sandbox.services.chain import ChainHub
from sandbox.services.chain import router as chain_router
from sandbox.services.identity.grants import clean_scope

T = TypeVar("T")
BASE = "http://127.0.0.1:9000"
SEED = Path(__file__).parents[3] / "sandbox" / "seeds" / "default.toml"
_FAULTS = "/_sandbox/faults"
_OWN_USERS = {"/api/postident": "paula", "/api/viviswap/kyc": "vera", "/api/viviswap/users": "vera"}


class Target:
    """A sandbox in a loop of its own, as in its process: chains and engines belong to one loop."""

    def __init__(self, folder: Path) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        settings = Settings(public_url=BASE, data=folder, token_algorithm="ES256", password_hash_memory_kib=8)
        (folder / "seed.toml").write_text(SEED.read_text(encoding="utf-8"), encoding="utf-8")
        self.db = Database(settings.sqlalchemy_url)
        self.db.create()
        clock = FixedClock(datetime(2026, 3, 1, 12, tzinfo=UTC))
        self._hub = ChainHub(folder / "chains", clock=lambda: clock.now().timestamp())
        self._in_loop(self._hub.open())
        self.app = create_app(settings, self.db, HubChains(self._hub), chain_router(self._hub), clock)
        self.app.state.seed = load_seed(SEED)
        self._identity = self.app.state.identity
        self._in_loop(apply_seed(self.app.state.seed, self.app.state.context, self._identity))
        self._tokens: dict[str, str] = {}
        self._in_loop(self._start())

    def token_for(self, path: str) -> str:
        """A token for a call: each identity check has somebody of its own, since one excludes the other."""
        if path.startswith("/admin/"):
            return self._token("admin-cli", "admin")
        for start, username in _OWN_USERS.items():
            if path.startswith(start):
                return self._token("etopay-test", username)
        return self._token("etopay-test", "alice")

    def _token(self, client_id: str, username: str) -> str:
        # The clock may have been moved, the user deleted.
        known = self._tokens.get(username)
        if known is not None:
            try:
                self._identity.tokens.read_access(known)
            except Exception:  # noqa: BLE001 — whatever is wrong with it, a new one is needed
                known = None
        if known is None:
            accounts = self._identity.accounts
            if username == "admin":
                subject = accounts.find("admin").id
            else:
                mail = f"{username}@example.com"
                subject = accounts.ensure_account(username, "sandbox-Pass-1", username.title(), mail)
            client, account = self._identity.clients.find(client_id), accounts.get(subject)
            answer = self._identity.grants.password_grant(client, account, clean_scope("openid"))
            known = self._tokens[username] = answer.access_token
        return known

    async def from_here(self, scope: Any, receive: Any, send: Any) -> None:
        """The application, as a client on this machine reaches it."""
        if scope["type"] == "lifespan":
            # The engines are started where they belong.
            while (message := await receive())["type"] == "lifespan.startup":
                await send({"type": "lifespan.startup.complete"})
            await send({"type": f"{message['type']}.complete"})
            return
        if not scope["path"].startswith(_FAULTS):
            # What was planned would answer in place of this call.
            self.app.state.context.faults.clear()
        sent = [await receive()]
        while sent[-1].get("more_body"):
            sent.append(await receive())
        scope = {**scope, "client": ("127.0.0.1", 50000)}
        answer = await asyncio.wrap_future(
            asyncio.run_coroutine_threadsafe(self._exchange(scope, sent), self._loop)
        )
        for message in answer:
            await send(message)

    async def _exchange(self, scope: Any, sent: list[Any]) -> list[Any]:
        answer: list[Any] = []
        waiting = iter(sent)

        async def receive() -> Any:
            for message in waiting:
                return message
            # The client stays until it has the answer.
            return await asyncio.Event().wait()

        async def send(message: Any) -> None:
            answer.append(message)

        await self.app(scope, receive, send)
        return answer

    async def _start(self) -> None:
        for engine in self.app.state.engines:
            engine.start()

    async def _stop(self) -> None:
        await self.app.state.stage.stop()
        for engine in reversed(self.app.state.engines):
            await engine.stop()
        await self._hub.close()

    def close(self) -> None:
        """End the engines, the chains, the loop and the database."""
        self._in_loop(self._stop())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()
        self.db.close()

    def _in_loop(self, work: Coroutine[Any, Any, T]) -> T:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result()
