"""A headless Chromium with the same look on every machine."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, BrowserContext, sync_playwright

from cli.smoke import chromium

_ARGS = (
    "--no-sandbox",
    "--disable-background-networking",
    "--force-color-profile=srgb",
    "--font-render-hinting=none",
    "--hide-scrollbars",
)
PHONE = (420, 860)
PATIENCE_MS = 30_000


@contextmanager
def browser() -> Iterator[Browser]:
    """The browser; closed at the end."""
    program = chromium.find()
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(
            executable_path=program,
            args=list(_ARGS),
            # People's browsers keep pages they have left; so must this one, or it misses what that breaks.
            ignore_default_args=["--disable-back-forward-cache"],
        )
        try:
            yield opened
        finally:
            opened.close()


def context(
    opened: Browser, *, size: tuple[int, int] = PHONE, language: str = "en-US", dark: bool = False
) -> BrowserContext:
    """A fresh profile; tabs in it share cookies and the cache."""
    made = opened.new_context(
        viewport={"width": size[0], "height": size[1]},
        reduced_motion="reduce",
        color_scheme="dark" if dark else "light",
        locale=language,
        timezone_id="UTC",
        permissions=["clipboard-read", "clipboard-write"],
    )
    made.set_default_timeout(PATIENCE_MS)
    return made
