"""Entry of the app: settings, brand, gateway, and a page for each client that connects."""

from __future__ import annotations

import asyncio
import locale
import logging
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Final

import flet as ft

from app.core.brand import Brand
from app.core.i18n import SOURCE_LANGUAGE, load_translator
from app.core.settings import GatewayKind, Settings, SettingsError, View, brand_of, load_settings
from app.design.base import report
from app.design.look import make_look
from app.design.theme import apply_theme
from app.device.devices import Devices, flet_devices
from app.device.key_store import KeyStore
from app.device.lifecycle import LifecycleEvent
from app.device.loopback import ReturnPage
from app.gateway.protocol import Gateway
from app.host import desktop
from app.host.assets import client_assets
from app.host.folder import prepare_folder
from app.host.logs import start_logging
from app.host.ready import remove_ready_file, write_ready_file
from app.host.seat import PageGateway, Seat
from app.host.stop import stop_signals
from app.services import Services, make_services
from app.shell.guard import Guard
from app.shell.root import Root

_log = logging.getLogger(__name__)
FORGET_SECONDS: Final = 2.0
"""How long ending the app waits for a client to clear its clipboard."""


class App:
    """One running process: one gateway on one data folder, and a page for each client."""

    def __init__(self, settings: Settings, brand: Brand, *, gateway: Gateway | None = None) -> None:
        self._settings = settings
        self._brand = brand
        self._gateway = gateway
        self._seat = Seat()
        self._pages: dict[PageGateway, Devices] = {}
        self._language: Callable[[], str] = lambda: settings.language or SOURCE_LANGUAGE
        self.redirect: str | None = None

    async def show(self, page: ft.Page) -> None:
        """Put the app on a page; what a page has open is locked when it goes."""
        show_crash = page.session.error

        def failed(message: str) -> None:
            # A handler has failed. Flet would replace the app by the exception's text, whatever that quotes.
            report(RuntimeError(message.splitlines()[0] if message else ""), "A handler")

        page.session.error = failed  # type: ignore[method-assign]
        try:
            self._show(page)
        except Exception as error:  # noqa: BLE001 - nothing is on the page that could say so
            show_crash(f"The app could not start. Reference {report(error, 'Starting the page')}.")

    def _show(self, page: ft.Page) -> None:
        devices = flet_devices(
            page,
            data_dir=self._settings.data_dir,
            service=self._brand.identity.app_id,
            return_page=self.return_page,
            host_redirect=self.redirect,
        )
        gateway = PageGateway(self._gateway_for(devices.key_store), self._seat)
        self._pages[gateway] = devices
        services = make_services(
            self._settings, self._brand, gateway, devices, system_language=locale.getlocale()[0]
        )
        self._language = services.language
        self._follow(page, gateway, services, devices)
        apply_theme(page, self._brand)
        guard = Guard(services.session, services.preferences, services.balances)
        page.render_views(Root, services, guard)

    def return_page(self) -> ReturnPage:
        """What the browser shows after a sign-in, in the language of the app."""
        return _return_page(self._brand, self._language())

    async def forget_secrets(self) -> None:
        """Take copied secrets out of the clipboards, as long as the clients are there to do it."""
        forgetting = [devices.clipboard.forget() for devices in self._pages.values()]
        try:
            all_of_them = asyncio.gather(*forgetting, return_exceptions=True)
            outcomes = await asyncio.wait_for(all_of_them, FORGET_SECONDS)
        except TimeoutError:
            _log.info("A clipboard did not answer while the app was ending.")
            return
        for outcome in outcomes:
            if isinstance(outcome, BaseException):
                _log.warning("A clipboard could not be cleared: %s", type(outcome).__name__)

    async def close(self) -> None:
        """Lock every page and let go of the data folder."""
        for page in tuple(self._pages):
            await page.close()
        if self._gateway is not None:
            await self._gateway.close()

    def _follow(self, page: ft.Page, gateway: PageGateway, services: Services, devices: Devices) -> None:
        async def ended(_: object) -> None:
            await services.session.lock()
            await gateway.close()
            self._pages.pop(gateway, None)

        def moved(event: LifecycleEvent) -> None:
            if event is LifecycleEvent.DISCONNECTED:
                gateway.away = True
            elif event is LifecycleEvent.CONNECTED:
                gateway.away = False

        page.on_close = ended
        gateway.unseated = services.session.lose_place
        devices.lifecycle.listen(moved)

    def _gateway_for(self, key_store: KeyStore) -> Gateway:
        if self._gateway is None:
            from app.gateway.etopay import EtopayGateway  # noqa: PLC0415 - its library is big, the demo needs none

            self._gateway = EtopayGateway(self._settings, key_store.device_key)
        return self._gateway


def run(settings: Settings, *, ready_file: Path | None = None, scenario: str | None = None) -> None:
    """Run until the window is closed or a signal asks to stop. Raises HostError or SettingsError."""
    brand = brand_of(settings)
    settings = settings.model_copy(update={"data_dir": prepare_folder(settings.data_dir)})
    start_logging(settings.data_dir, settings.log_level)
    if ready_file is not None:
        remove_ready_file(ready_file)
    try:
        asyncio.run(_run(settings, brand, ready_file, scenario))
    finally:
        if ready_file is not None:
            remove_ready_file(ready_file)


async def _run(settings: Settings, brand: Brand, ready_file: Path | None, scenario: str | None) -> None:
    def ready(url: str | None) -> None:
        if ready_file is not None:
            write_ready_file(ready_file, app=url, data=settings.data_dir)

    app = App(settings, brand, gateway=await _demo(settings, scenario))
    window = settings.view is View.DESKTOP or (settings.view is View.AUTO and desktop.window_possible())
    with client_assets(brand) as assets, stop_signals() as asked:
        stop = asyncio.Event()
        ending = asyncio.create_task(_end_well(app, asked, stop))
        try:
            if window:
                await desktop.open_window(app.show, assets=assets, stop=stop, on_open=lambda: ready(None))
            else:
                await _serve(app, settings=settings, brand=brand, assets=assets, stop=stop, ready=ready)
        finally:
            ending.cancel()
            await app.close()


async def _end_well(app: App, asked: asyncio.Event, stop: asyncio.Event) -> None:
    await asked.wait()
    try:
        await app.forget_secrets()
    finally:
        stop.set()


async def _serve(
    app: App,
    *,
    settings: Settings,
    brand: Brand,
    assets: Path,
    stop: asyncio.Event,
    ready: Callable[[str | None], None],
) -> None:
    from app.host import web  # noqa: PLC0415 - its server is not part of packaged apps

    listener = web.listen(settings.port)
    port = listener.getsockname()[1]
    app.redirect = web.callback_uri(port)

    def on_link(url: str) -> None:
        ready(url)
        sys.stdout.write(f"{brand.name} is at {url} (each link opens it once)\n")
        sys.stdout.flush()

    sys.stdout.write(
        "The web view is for development and preview: the wallet's keys live in this process, not in the "
        "browser.\n"
    )
    guard, _ = web.web_app(
        app.show,
        name=brand.name,
        assets=assets,
        port=port,
        on_link=on_link,
        return_page=lambda: app.return_page().render(),
    )
    await web.serve(guard, listener, stop)


async def _demo(settings: Settings, scenario: str | None) -> Gateway | None:
    if settings.gateway is not GatewayKind.DEMO:
        if scenario is not None:
            raise SettingsError("--demo-scenario needs --gateway demo.")
        return None
    try:
        from app.gateway.demo import DemoGateway, scenarios  # noqa: PLC0415 - not part of releases
    except ImportError:
        raise SettingsError("This build has no demo gateway. Use --gateway etopay.") from None
    chosen = scenario or "fresh"
    if chosen not in scenarios.SCENARIOS:
        raise SettingsError(
            f"There is no scenario {chosen!r}. Choose one of {', '.join(scenarios.SCENARIOS)}."
        )
    gateway = DemoGateway()
    await scenarios.play(gateway, chosen)
    return gateway


def _return_page(brand: Brand, language: str) -> ReturnPage:
    t, look = load_translator(language, brand.texts), make_look(brand, dark=False)
    return ReturnPage(
        language=language,
        brand=brand.name,
        title=t("You are signed in"),
        text=t("You can close this page and go back to {brand}.", brand=brand.name),
        background=look.c.surface,
        foreground=look.c.on_surface,
        accent=look.c.primary,
    )


def start_packaged() -> None:
    """For a packaged app: its runtime has started Python and waits for the page."""
    settings = load_settings()
    settings = settings.model_copy(update={"data_dir": prepare_folder(settings.data_dir)})
    start_logging(settings.data_dir, settings.log_level)
    ft.run(App(settings, brand_of(settings)).show)
