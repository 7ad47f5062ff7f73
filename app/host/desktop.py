"""The desktop window: Flet's client on a private socket."""

from __future__ import annotations

import asyncio
import contextlib
import os
import sys
import tempfile
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from typing import Final

from app.host.client import ShowPage
from app.host.errors import HostError
from app.host.socket_server import OneWindowServer

_CLOSE_SECONDS: Final = 3


def window_possible() -> bool:
    """Whether a display and the desktop client are there, without downloading anything."""
    return _has_display() and _client_is_there()


def _has_display() -> bool:
    if sys.platform in {"win32", "darwin"}:
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def _client_is_there() -> bool:
    if find_spec("flet_desktop") is None:
        return False
    if os.environ.get("FLET_VIEW_PATH") or os.environ.get("FLET_CLIENT_URL"):
        return True
    from flet_desktop import get_artifact_filename, get_package_bin_dir  # noqa: PLC0415 - not in every setup
    from flet_desktop.version import version  # noqa: PLC0415 - not in every setup

    if (Path(get_package_bin_dir()) / get_artifact_filename()).exists():
        return True
    kept = Path.home() / ".flet" / "client"
    return any(kept.glob(f"flet-desktop-*-{version}*"))


async def open_window(
    show: ShowPage, *, assets: Path, stop: asyncio.Event, on_open: Callable[[], None]
) -> None:
    """Show the window until the user closes it or ``stop`` is set. Raises HostError."""
    if find_spec("flet_desktop") is None:
        raise HostError("The desktop client is not installed. Use --view web, or install flet-desktop.")
    if not _has_display():
        raise HostError("There is no display for a window. Use --view web instead.")
    from flet_desktop import close_flet_view, open_flet_view_async  # noqa: PLC0415 - not in every setup

    with tempfile.TemporaryDirectory(prefix="etopay-window-") as private:
        # On Windows Flet's client speaks TCP only.
        path = None if sys.platform == "win32" else Path(private) / "ui.sock"
        server = OneWindowServer(show, path)
        await server.start()  # type: ignore[no-untyped-call]
        try:
            window, pid_file = await open_flet_view_async(server.page_url, str(assets), hidden=False)
        except (OSError, RuntimeError) as error:
            await server.close()  # type: ignore[no-untyped-call]
            raise HostError(
                f"The desktop window cannot be opened ({type(error).__name__}). Use --view web instead."
            ) from None
        on_open()
        closed = asyncio.create_task(window.wait())
        stopping = asyncio.create_task(stop.wait())
        try:
            await asyncio.wait({closed, stopping}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            stopping.cancel()
            close_flet_view(pid_file)
            if window.returncode is None:
                with contextlib.suppress(ProcessLookupError):
                    window.terminate()
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(closed, _CLOSE_SECONDS)
            await server.close()  # type: ignore[no-untyped-call]
        if not (server.met_window or stop.is_set()):
            raise HostError(
                f"The desktop window ended before it opened (exit code {window.returncode}). "
                "Use --view web instead."
            )
