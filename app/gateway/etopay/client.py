"""The one SDK object of the process, and the folder it keeps."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Final

from etopay_sdk import Config, Sdk

from app.core.errors import AppError, ErrorCode
from app.core.settings import Settings
from app.gateway.etopay.errors import translated

DeviceKey = Callable[[], Awaitable[bytes]]
_FOLDER: Final = "wallets"
_READ_SECONDS: Final = 20.0
_SEND_SECONDS: Final = 90.0
_LOOPBACK: Final = "127.0.0.1,localhost,::1"


class SdkClient:
    """Opens the SDK when it is first needed, and again after a failure."""

    def __init__(self, settings: Settings, device_key: DeviceKey) -> None:
        self._settings = settings
        self._device_key = device_key
        self._opening = asyncio.Lock()
        self._sdk: Sdk | None = None

    @property
    def folder(self) -> Path:
        """Where the wallets are."""
        return self._settings.data_dir / _FOLDER

    @property
    def sdk(self) -> Sdk:
        """The open SDK. Errors: OPEN_ELSEWHERE while it is not open."""
        if self._sdk is None:
            raise AppError(ErrorCode.OPEN_ELSEWHERE)
        return self._sdk

    async def open(self) -> None:
        """Open the folder. Errors: OPEN_ELSEWHERE, STORAGE, STORAGE_DAMAGED."""
        async with self._opening:
            if self._sdk is None:
                with translated("Opening the wallet folder"):
                    key = await self._device_key()
                    self._sdk = await asyncio.to_thread(self._make, key)

    async def close(self) -> None:
        """Release the folder."""
        async with self._opening:
            opened, self._sdk = self._sdk, None
            if opened is not None:
                await opened.close()

    def _make(self, key: bytes) -> Sdk:
        _keep_loopback_direct()
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        config = Config(
            backend_url=self._settings.backend_url.rstrip("/"),
            auth_provider=self._settings.auth_provider,
            storage_path=self.folder,
            log_level=self._settings.log_level.replace("warning", "warn"),
            read_timeout=_READ_SECONDS,
            send_timeout=_SEND_SECONDS,
        )
        return Sdk(config, device_key=key)


def _keep_loopback_direct() -> None:
    """The SDK sends even what stays on this machine through a proxy, unless told otherwise."""
    for name in ("NO_PROXY", "no_proxy"):
        before = os.environ.get(name, "")
        if _LOOPBACK not in before:
            os.environ[name] = f"{before},{_LOOPBACK}".lstrip(",")
