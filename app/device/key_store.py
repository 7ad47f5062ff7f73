"""The device key: 32 random bytes that never leave this device."""

from __future__ import annotations

import base64
import binascii
import os
import secrets
from pathlib import Path
from typing import Final, Protocol

import flet as ft
from flet_secure_storage import SecureStorage  # type: ignore[import-untyped]

from app.core.errors import Action, AppError, ErrorCode

_BYTES: Final = 32
_NAME: Final = "device-key"


class KeyStore(Protocol):
    """Where the device key is kept."""

    @property
    def protected(self) -> bool:
        """Whether the operating system guards the key; if not, the app has to say so."""
        ...

    async def device_key(self) -> bytes:
        """The key, made at the first call. Errors: STORAGE, STORAGE_DAMAGED."""
        ...


class TextStore(Protocol):
    """The part of a system's key store that is used here."""

    async def get(self, key: str) -> str | None:
        """The stored text or None."""
        ...

    async def set(self, key: str, value: str) -> None:
        """Store a text."""
        ...


def _decode(text: str) -> bytes:
    try:
        key = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        key = b""
    if len(key) != _BYTES:
        raise AppError(ErrorCode.STORAGE_DAMAGED, Action.SUPPORT)
    return key


def _sync(folder: Path) -> None:
    """Make a new name in a folder durable: vaults sealed with a key must not outlive its file."""
    if os.name != "posix":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


class FileKeyStore:
    """A file that only this user of the machine may read: no protection against who copies the folder."""

    protected: Final = False

    def __init__(self, folder: Path) -> None:
        self._path = folder / _NAME

    async def device_key(self) -> bytes:
        """The key, made at the first call."""
        try:
            if not self._path.exists():
                self._create()
            return _decode(self._path.read_text("ascii"))
        except (OSError, UnicodeDecodeError):
            raise AppError(ErrorCode.STORAGE, Action.RETRY) from None

    def _create(self) -> None:
        self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        temporary = self._path.with_suffix(".new")
        temporary.unlink(missing_ok=True)
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL
        with os.fdopen(os.open(temporary, flags, 0o600), "wb") as file:
            file.write(base64.b64encode(secrets.token_bytes(_BYTES)))
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(self._path)
        _sync(self._path.parent)


class SystemKeyStore:
    """The key store of the operating system, with the file as the fallback of a device that has none.

    A marker remembers that the system's store holds the key, so that a store that fails for a moment never
    makes the app start with a new key.
    """

    def __init__(self, folder: Path, store: TextStore, *, service: str) -> None:
        self._file = FileKeyStore(folder)
        self._file_path = folder / _NAME
        self._marker = folder / f"{_NAME}.system"
        self._store = store
        self._name = f"{service}.{_NAME}"
        self._protected = not self._file_path.exists()

    @property
    def protected(self) -> bool:
        """Whether the operating system guards the key."""
        return self._protected

    async def device_key(self) -> bytes:
        """The key, made at the first call."""
        if self._file_path.exists():
            return await self._file.device_key()
        try:
            text = await self._store.get(self._name)
        except (RuntimeError, OSError):
            return await self._without_store()
        if text is not None:
            return _decode(text)
        if self._marker.exists():
            raise AppError(ErrorCode.STORAGE_DAMAGED, Action.SUPPORT)
        return await self._create()

    async def _create(self) -> bytes:
        text = base64.b64encode(secrets.token_bytes(_BYTES)).decode("ascii")
        try:
            await self._store.set(self._name, text)
            kept = await self._store.get(self._name)
        except (RuntimeError, OSError):
            kept = None
        if kept != text:
            return await self._without_store()
        self._marker.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._marker.touch(mode=0o600)
        return _decode(text)

    async def _without_store(self) -> bytes:
        if self._marker.exists():
            raise AppError(ErrorCode.STORAGE, Action.RETRY)
        self._protected = False
        return await self._file.device_key()


def flet_key_store(page: ft.Page, folder: Path, service: str) -> KeyStore:
    """The best store of the platform; in the web view keys live in the process that serves it."""
    if page.web:
        return FileKeyStore(folder)
    return SystemKeyStore(folder, SecureStorage(), service=service)
