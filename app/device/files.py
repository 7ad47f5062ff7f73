"""Saving a file where the user wants it."""

from __future__ import annotations

from typing import Protocol

import flet as ft


class FileSaver(Protocol):
    """The system's dialogue for saving a file."""

    async def save(self, name: str, content: bytes) -> bool:
        """Offer a file under a name; False when the user cancelled."""
        ...


class FletFileSaver:
    """Implements :class:`FileSaver`; create it where a page is current."""

    def __init__(self) -> None:
        self._picker = ft.FilePicker()

    async def save(self, name: str, content: bytes) -> bool:
        """Offer a file under a name; False when the user cancelled (a browser never tells)."""
        path = await self._picker.save_file(file_name=name, src_bytes=content)
        return path is not None or self._picker.page.web
