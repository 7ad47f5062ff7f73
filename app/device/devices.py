"""All devices of one running client."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import flet as ft

from app.device.clipboard import Clipboard, flet_clipboard
from app.device.files import FileSaver, FletFileSaver
from app.device.key_store import KeyStore, flet_key_store
from app.device.lifecycle import Lifecycle, LifecycleEvent, flet_lifecycle
from app.device.loopback import LoopbackSignIn, ReturnPage
from app.device.sign_in import HostSignIn, OpenUrl, SignInBrowser

_log = logging.getLogger(__name__)
_BACK = frozenset({LifecycleEvent.ACTIVE, LifecycleEvent.CONNECTED})


@dataclass(frozen=True, slots=True)
class Devices:
    """What stores and screens may ask of the device."""

    clipboard: Clipboard
    sign_in: SignInBrowser
    key_store: KeyStore
    lifecycle: Lifecycle
    files: FileSaver


def _browser(page: ft.Page) -> OpenUrl:
    """How a page opens an address: the web view leaves for it, everything else asks the system's browser."""
    launcher = ft.UrlLauncher()
    leaving: set[asyncio.Task[None]] = set()

    async def leave(url: str) -> None:
        # The page that should answer is gone by then.
        with suppress(RuntimeError, TimeoutError):
            await launcher.launch_url(url, web_only_window_name="_self")

    async def open_url(url: str) -> None:
        if not page.web:
            await launcher.launch_url(url, mode=ft.LaunchMode.EXTERNAL_APPLICATION)
            return
        task = asyncio.create_task(leave(url))
        leaving.add(task)
        task.add_done_callback(leaving.discard)

    return open_url


def flet_devices(
    page: ft.Page,
    *,
    data_dir: Path,
    service: str,
    return_page: Callable[[], ReturnPage],
    host_redirect: str | None = None,
) -> Devices:
    """The devices of a page; call it where the page is current.

    ``host_redirect`` is the redirect URI that the serving process answers, for the web view.
    """
    open_url = _browser(page)

    async def come_back() -> None:
        if page.platform is not None and page.platform.is_desktop():
            try:
                await page.window.to_front()  # type: ignore[no-untyped-call]
            except (RuntimeError, TimeoutError):
                _log.info("The window could not be brought to the front.")

    sign_in: SignInBrowser
    if page.web and host_redirect is not None:
        sign_in = HostSignIn(host_redirect, open_url)
    else:
        sign_in = LoopbackSignIn(open_url, return_page, come_back=come_back)
    clipboard, lifecycle = flet_clipboard(page, data_dir), flet_lifecycle(page)

    def happened(event: LifecycleEvent) -> None:
        if event in _BACK:
            clipboard.catch_up()

    lifecycle.listen(happened)
    return Devices(
        clipboard=clipboard,
        sign_in=sign_in,
        key_store=flet_key_store(page, data_dir, service),
        lifecycle=lifecycle,
        files=FletFileSaver(),
    )
