"""The device key survives everything but is never silently replaced."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.core.errors import AppError, ErrorCode
from app.device.key_store import FileKeyStore, SystemKeyStore


class System:
    """A key store of an operating system."""

    def __init__(self) -> None:
        self.values: dict[str, str] = {}
        self.broken = False

    async def get(self, key: str) -> str | None:
        if self.broken:
            raise RuntimeError("no keyring service")
        return self.values.get(key)

    async def set(self, key: str, value: str) -> None:
        if self.broken:
            raise RuntimeError("no keyring service")
        self.values[key] = value


def make(folder: Path, system: System) -> SystemKeyStore:
    return SystemKeyStore(folder, system, service="org.example")


async def test_file_is_private_and_the_key_stays(tmp_path: Path) -> None:
    key = await FileKeyStore(tmp_path / "data").device_key()
    assert len(key) == 32
    assert await FileKeyStore(tmp_path / "data").device_key() == key
    assert (tmp_path / "data" / "device-key").stat().st_mode & 0o777 == 0o600
    assert (tmp_path / "data").stat().st_mode & 0o777 == 0o700
    assert not FileKeyStore(tmp_path).protected


async def test_system_store_keeps_the_key_out_of_the_folder(tmp_path: Path) -> None:
    system = System()
    store = make(tmp_path, system)
    key = await store.device_key()
    assert store.protected
    assert await make(tmp_path, system).device_key() == key
    contents = b"".join(p.read_bytes() for p in tmp_path.iterdir())
    assert contents == b""


async def test_no_system_store_falls_back_and_says_so(tmp_path: Path) -> None:
    system = System()
    system.broken = True
    store = make(tmp_path, system)
    key = await store.device_key()
    assert not store.protected
    system.broken = False
    later = make(tmp_path, system)
    assert not later.protected
    assert await later.device_key() == key


@pytest.mark.parametrize(("broken", "code"), [(True, ErrorCode.STORAGE), (False, ErrorCode.STORAGE_DAMAGED)])
async def test_a_lost_key_is_never_replaced(tmp_path: Path, broken: bool, code: ErrorCode) -> None:
    system = System()
    await make(tmp_path, system).device_key()
    system.broken = broken
    system.values.clear()
    with pytest.raises(AppError) as caught:
        await make(tmp_path, system).device_key()
    assert caught.value.code is code
    assert not (tmp_path / "device-key").exists()


@pytest.mark.parametrize("content", [b"", b"short", b"\xff" * 44, b"!" * 44])
async def test_damaged_file(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "device-key").write_bytes(content)
    with pytest.raises(AppError) as caught:
        await FileKeyStore(tmp_path).device_key()
    assert caught.value.code in {ErrorCode.STORAGE_DAMAGED, ErrorCode.STORAGE}
