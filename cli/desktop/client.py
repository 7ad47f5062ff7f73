"""Brings a desktop client and a virtual screen to a Linux machine that has none."""

from __future__ import annotations

import ctypes.util
import os
import platform
import shutil
import stat
import subprocess
import sys
import tarfile
from pathlib import Path

from cli import console
from cli.children import environment
from cli.places import DEFAULT_DATA, ROOT
from cli.problems import blocked
from cli.smoke.chromium import install_packages, is_root

CLIENT = "flet-desktop-light==0.82.2"
_PACKAGES = ("xvfb", "x11-utils", "libgtk-3-0", "libsecret-1-0", "libgl1-mesa-dri")
_PROGRAMS = ("Xvfb", "xwininfo")
_LIBRARIES = ("gtk-3", "secret-1", "EGL", "GL")
_FIX = f"sudo apt-get update && sudo apt-get install --yes {' '.join(_PACKAGES)}"


def require_system() -> None:
    """See that the virtual screen and the libraries of the client are there; install them when root."""
    if sys.platform != "linux" or platform.machine() != "x86_64":
        raise blocked("The window test needs Linux on a 64-bit PC: the client it uses exists for that only.")
    if _complete():
        return
    if is_root() and shutil.which("apt-get"):
        console.note("Installing a virtual screen and the libraries of the desktop client …")
        if install_packages(*_PACKAGES) and _complete():
            return
    lacking = [name for name in _PROGRAMS if shutil.which(name) is None]
    lacking += [name for name in _LIBRARIES if ctypes.util.find_library(name) is None]
    raise blocked(f"The window test lacks {', '.join(lacking)}.", fix=_FIX)


def _complete() -> bool:
    programs = all(shutil.which(name) for name in _PROGRAMS)
    return programs and all(ctypes.util.find_library(name) for name in _LIBRARIES)


def client_environment(folder: Path | None = None) -> dict[str, str]:
    """The variables that make Flet open its window through the relay and the fetched client."""
    home = folder or DEFAULT_DATA / "desktop-client"
    real = home / "client" / "flet" / "flet"
    if not real.is_file():
        _fetch(home)
    launcher = home / "launcher" / "flet"
    launcher.parent.mkdir(exist_ok=True)
    relay = ROOT / "cli" / "desktop" / "relay.py"
    launcher.write_text(f'#!/bin/sh\nexec "{sys.executable}" "{relay}" "$@"\n', encoding="utf-8")
    launcher.chmod(launcher.stat().st_mode | stat.S_IXUSR)
    return {
        "FLET_VIEW_PATH": str(launcher.parent),
        "FLET_REAL_CLIENT": str(real),
        "LIBGL_ALWAYS_SOFTWARE": "1",
    }


def _fetch(home: Path) -> None:
    console.note(f"Fetching the desktop client {CLIENT} (about 25 MB) …")
    home.mkdir(parents=True, exist_ok=True)
    package = home / "package"
    for installer in _installers():
        command = [*installer, "install", "--quiet", "--no-deps", "--target", str(package), CLIENT]
        if subprocess.run(command, env=environment(), stdin=subprocess.DEVNULL, check=False).returncode == 0:
            break
    else:
        raise blocked(
            f"The desktop client {CLIENT} could not be fetched.",
            fix=f"python3 -m pip install --no-deps --target {package} {CLIENT}",
        )
    archive = next(package.glob("flet_desktop/app/*.tar.gz"))
    with tarfile.open(archive) as content:
        content.extractall(home / "client", filter="data")
    (home / "client" / "flet" / "flet").chmod(0o755)
    shutil.rmtree(package)


def _installers() -> list[list[str]]:
    uv = os.environ.get("UV") or shutil.which("uv")
    found = [[uv, "pip"]] if uv else []
    return [*found, [sys.executable, "-m", "uv", "pip"], [sys.executable, "-m", "pip"]]
