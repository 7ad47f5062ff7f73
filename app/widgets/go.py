"""Going somewhere: to another screen, or out to a web page."""

from __future__ import annotations

import flet as ft


def go(path: str) -> None:
    """Show the screen of a path."""
    ft.context.page.navigate(path)


async def open_page(url: str) -> None:
    """Open a web page in the system's browser."""
    await ft.UrlLauncher().launch_url(url)
