"""The identity provider's own pages, as a person fills them in."""

from __future__ import annotations

import re
import time

from playwright.sync_api import Page

from cli.smoke.flet_page import FletPage

_PAGES = re.compile(r"/realms/[^/]+/")


def opened_from(app: FletPage, *, seconds: float = 30.0) -> Page:
    """The tab with the provider's page: the app's own, or a new one."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        for tab in app.page.context.pages:
            if _PAGES.search(tab.url):
                tab.wait_for_load_state()
                return tab
        app.page.wait_for_timeout(50)
    raise AssertionError("The identity provider's page did not open.")


def register(tab: Page, *, username: str, name: str, password: str) -> None:
    """Fill in the sign-up form."""
    tab.fill("#username", username)
    tab.fill("#name", name)
    tab.fill("#email", f"{username}@example.org")
    tab.fill("#password", password)


def sign_in(tab: Page, *, username: str, password: str) -> None:
    """Fill in the sign-in form."""
    tab.fill("#login", username)
    tab.fill("#password", password)


def submit(tab: Page, app: FletPage) -> None:
    """Send the form and be back in the app."""
    tab.click("button[type=submit]")
    if tab == app.page:
        tab.wait_for_url(lambda url: not _PAGES.search(url) and "/oauth/" not in url)
        app.attach()
