"""Finds a Chromium: the system's, Playwright's own, or Debian's package; never gives up silently."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from cli import console
from cli.children import environment
from cli.problems import blocked

_NAMES = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome", "chrome", "msedge")
_PLACES = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    r"C:\Program Files\Google\Chrome\Application\chrome.exe",
    r"C:\Program Files (x86)\Google\Chrome\Application\chrome.exe",
    r"C:\Program Files (x86)\Microsoft\Edge\Application\msedge.exe",
)
_DOWNLOAD_SECONDS = 600
_MISSING = "No Chromium was found, and none could be installed"


def is_root() -> bool:
    """Whether packages of the system may be installed."""
    return hasattr(os, "geteuid") and os.geteuid() == 0


def find() -> str:
    """The browser's program; installs one when none is there and that is possible."""
    for path in _candidates():
        if _works(path):
            return path
    console.note("No Chromium on this machine; fetching the one that Playwright offers …")
    own = _from_playwright()
    if own is not None:
        return own
    if is_root() and shutil.which("apt-get"):
        console.note("Installing the package “chromium” …")
        if install_packages("chromium"):
            for path in _candidates():
                if _works(path):
                    return path
    raise blocked(f"{_MISSING}.", fix=_fix())


def install_packages(*packages: str) -> bool:
    """Install packages of Debian or Ubuntu; the caller is root."""
    env = environment({"DEBIAN_FRONTEND": "noninteractive"})
    for command in (["update"], ["install", "--yes", "--no-install-recommends", *packages]):
        done = subprocess.run(
            ["apt-get", "--quiet", *command],
            env=env,
            stdin=subprocess.DEVNULL,
            stdout=sys.stderr,
            check=False,
        )
        if done.returncode != 0:
            return False
    return True


def _candidates() -> Iterator[str]:
    chosen = os.environ.get("ETOPAY_CHROMIUM")
    if chosen:
        if not Path(chosen).is_file():
            raise blocked(f"ETOPAY_CHROMIUM names {chosen}, which is not there.")
        yield chosen
        return
    for name in _NAMES:
        found = shutil.which(name)
        if found:
            yield found
    yield from (place for place in _PLACES if Path(place).is_file())
    own = _playwright_path()
    if own is not None:
        yield own


def _playwright_path() -> str | None:
    from playwright.sync_api import sync_playwright  # noqa: PLC0415 - slow to load

    with sync_playwright() as playwright:
        path = playwright.chromium.executable_path
    return path if Path(path).is_file() else None


def _from_playwright() -> str | None:
    if not _playwright("install", "chromium"):
        return None
    path = _playwright_path()
    if path is not None and not _works(path) and is_root() and sys.platform == "linux":
        # The libraries that Playwright's build needs come from the system, which only root may change.
        _playwright("install-deps", "chromium")
    return path if path and _works(path) else None


def _playwright(*args: str) -> bool:
    command = [sys.executable, "-m", "playwright", *args]
    try:
        done = subprocess.run(
            command, stdin=subprocess.DEVNULL, stdout=sys.stderr, timeout=_DOWNLOAD_SECONDS, check=False
        )
    except subprocess.TimeoutExpired:
        return False
    return done.returncode == 0


def _works(path: str) -> bool:
    """A browser without its libraries, or a placeholder of another package system, does not."""
    if sys.platform == "win32":
        return True  # there the option would open a window
    try:
        done = subprocess.run([path, "--version"], capture_output=True, timeout=30, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0


def _fix() -> str:
    if sys.platform == "linux" and shutil.which("apt-get"):
        return "sudo apt-get update && sudo apt-get install --yes chromium"
    return "uv run playwright install chromium"
