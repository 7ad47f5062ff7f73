"""The channel to the desktop window: one connection, made once, over a place that only we may reach."""

from __future__ import annotations

import asyncio
import logging
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from flet.controls.context import _context_page, context
from flet.messaging.flet_socket_server import FletSocketServer
from flet.messaging.session import Session

from app.design.base import report
from app.host.client import ShowPage

_log = logging.getLogger(__name__)


class OneWindowServer(FletSocketServer):
    """Flet's server, which would let any later connection take over the running one.

    ``met_window`` tells whether the one connection was made.
    """

    def __init__(self, show: ShowPage, socket_path: Path | None) -> None:
        self._show = show
        self.met_window = False
        super().__init__(
            loop=asyncio.get_running_loop(),
            uds_path=str(socket_path) if socket_path else None,
            on_session_created=self._begin,
            executor=ThreadPoolExecutor(),
        )

    async def handle_connection(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Serve the first connection; close every other one unread."""
        if self.met_window:
            _log.warning("A second connection to the window's channel was refused.")
            writer.close()
            return
        self.met_window = True
        await super().handle_connection(reader, writer)

    async def _begin(self, session: Session) -> None:
        try:
            _context_page.set(session.page)
            context.reset_auto_update()  # type: ignore[no-untyped-call]
            await self._show(session.page)
            await session.after_event(session.page)
        except Exception as error:  # noqa: BLE001 - Flet would show the traceback to the user
            reference = report(error, "Starting the app")
            session.error(f"The app could not start. Reference {reference}.")
