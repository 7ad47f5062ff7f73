"""PEP 517 backend: maturin, with a compiler from PyPI also where the installed one is too old."""

from __future__ import annotations

import os
import re
import shutil
import subprocess

import maturin

MINIMUM_RUST = (1, 91)
RUST_FROM_PYPI = "puccinialin>=0.1,<0.2"

Settings = dict[str, object] | None

prepare_metadata_for_build_wheel = maturin.prepare_metadata_for_build_wheel
prepare_metadata_for_build_editable = maturin.prepare_metadata_for_build_editable
build_sdist = maturin.build_sdist
get_requires_for_build_sdist = maturin.get_requires_for_build_sdist


def get_requires_for_build_wheel(config_settings: Settings = None) -> list[str]:
    """Ask for a Rust compiler where there is none that can build this."""
    del config_settings
    return [] if _rust_is_fit() else [RUST_FROM_PYPI]


get_requires_for_build_editable = get_requires_for_build_wheel


def build_wheel(
    wheel_directory: str, config_settings: Settings = None, metadata_directory: str | None = None
) -> str:
    """Build the wheel."""
    _provide_rust()
    return str(maturin.build_wheel(wheel_directory, config_settings, metadata_directory))


def build_editable(
    wheel_directory: str, config_settings: Settings = None, metadata_directory: str | None = None
) -> str:
    """Build for an editable installation; uv rebuilds it when a source changes."""
    _provide_rust()
    return str(maturin.build_editable(wheel_directory, config_settings, metadata_directory))


def _rust_is_fit() -> bool:
    rustc = shutil.which("rustc")
    if rustc is None or shutil.which("cargo") is None:
        return False
    told = subprocess.run([rustc, "--version"], capture_output=True, text=True, check=False)  # noqa: S603
    version = re.match(r"rustc (\d+)\.(\d+)", told.stdout)
    return version is not None and (int(version[1]), int(version[2])) >= MINIMUM_RUST


def _provide_rust() -> None:
    if not _rust_is_fit():
        from puccinialin import setup_rust  # noqa: PLC0415 - there only if get_requires asked for it

        os.environ.update(setup_rust())
