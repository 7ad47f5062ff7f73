"""The whole app in a test: real shell, stores and screens on the demo gateway and fake devices."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import flet as ft

from app.core.brand import load_brand
from app.core.settings import GatewayKind, load_settings
from app.device.lifecycle import flet_lifecycle
from app.gateway.demo.gateway import DemoGateway
from app.gateway.demo.scenarios import PASSWORD, PIN, play
from app.gateway.demo.world import DemoDevice, DemoWorld
from app.services import Services, make_services
from app.shell.root import show_root
from tests.support.devices import FakeBrowser, FakeClipboard, make_devices
from tests.support.driver import FletDriver

__all__ = ["PASSWORD", "PIN", "AppUnderTest"]


@dataclass
class AppUnderTest:
    """One device that an app can be started on again and again."""

    folder: Path
    brand: str = "etopay"
    world: DemoWorld = field(default_factory=DemoWorld)
    device: DemoDevice = field(default_factory=DemoDevice)
    browser: FakeBrowser = field(default_factory=FakeBrowser)
    clipboard: FakeClipboard = field(default_factory=FakeClipboard)
    language: str = "en"

    async def play(self, scenario: str) -> None:
        """Bring the device into a scenario of the demo before the app starts."""
        self.device.crash()
        gateway = DemoGateway(self.world, self.device)
        await play(gateway, scenario)
        await gateway.close()

    def driver(self, **options: Any) -> FletDriver:
        """A driver whose client runs this app; the one before is gone without tidying up."""
        return FletDriver(self._main, **options)

    def _main(self, page: ft.Page) -> None:
        self.device.crash()
        self.gateway = DemoGateway(self.world, self.device)
        settings = load_settings(
            brand=self.brand, data_dir=self.folder, gateway=GatewayKind.DEMO, language=self.language
        )
        devices = make_devices(clipboard=self.clipboard, browser=self.browser, lifecycle=flet_lifecycle(page))
        brand = load_brand(self.brand)
        self.services: Services = make_services(settings, brand, self.gateway, devices)
        show_root(page, self.services)
