"""A C compiler from the package index for a Linux without one: Zig's, as cargo-zigbuild adapts it to Rust."""

from __future__ import annotations

import importlib.util
import os
import platform
import shutil
import sys
import sysconfig
import tempfile
from pathlib import Path

REQUIREMENT = "cargo-zigbuild>=0.22"
# What the wheels for Linux are made for, too; without a version Zig takes the newest it knows.
OLDEST_GLIBC = "2.28"


def is_missing() -> bool:
    """Whether nothing here compiles C; Windows finds its compiler without PATH."""
    names = (os.environ.get("CC", "cc"), "gcc", "clang")
    return sys.platform != "win32" and not any(map(shutil.which, names))


def requirements() -> list[str]:
    """What brings a compiler along where one is missing."""
    return [REQUIREMENT] if sys.platform == "linux" and is_missing() else []


def provide(*, musl: bool) -> None:
    """Put the compiler that `requirements` asked for on the path, if there is no other."""
    found = importlib.util.find_spec("ziglang")
    scripts = sysconfig.get_path("scripts") + os.pathsep + os.environ.get("PATH", "")
    adapter = shutil.which("cargo-zigbuild", path=scripts)
    if not is_missing() or adapter is None or found is None or not found.submodule_search_locations:
        return
    folder = Path(tempfile.mkdtemp(prefix="cc-"))
    target = f"{platform.machine()}-linux-{'musl' if musl else f'gnu.{OLDEST_GLIBC}'}"
    zig = Path(found.submodule_search_locations[0]) / "zig"
    for name, call in (("cc", f"zig cc -- -target {target}"), ("ar", "zig ar --")):
        script = f'#!/bin/sh\nCARGO_ZIGBUILD_ZIG_PATH="{zig}" exec "{adapter}" {call} "$@"\n'
        (folder / name).write_text(script, encoding="utf-8")
        (folder / name).chmod(0o700)
    os.environ["PATH"] = f"{folder}{os.pathsep}{os.environ.get('PATH', '')}"
