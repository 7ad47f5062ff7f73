"""Fixtures of the tests of the package: the build backend, and the crates of this platform."""

from __future__ import annotations

import importlib
import os
import shutil
import sys
import sysconfig
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import platformdirs
import pytest

SDK = Path(__file__).resolve().parents[2] / "sdk"
BACKEND = SDK / "build_backend"


def use_fetched_compiler(cache: Path) -> None:
    """Where no compiler is installed, the build of the package has fetched one: take that."""
    if shutil.which("cargo") is None and (cache / "cargo" / "bin").is_dir():
        path = f"{cache / 'cargo' / 'bin'}{os.pathsep}{os.environ['PATH']}"
        os.environ.update(RUSTUP_HOME=str(cache / "rustup"), CARGO_HOME=str(cache / "cargo"), PATH=path)


@pytest.fixture(scope="session")
def on_path() -> Iterator[None]:
    """The backend's folder where a build tool puts it, and a compiler."""
    use_fetched_compiler(Path(platformdirs.user_cache_dir("puccinialin")))
    sys.path.insert(0, str(BACKEND))
    yield
    sys.path.remove(str(BACKEND))


@pytest.fixture(scope="session")
def legal(on_path: None) -> SimpleNamespace:
    names = ("crates", "expressions", "finish", "sbom", "texts", "wheel")
    return SimpleNamespace(**{name: importlib.import_module(f"legal.{name}") for name in names})


@pytest.fixture(scope="session")
def reproducible(on_path: None) -> ModuleType:
    return importlib.import_module("reproducible")


@pytest.fixture(scope="session")
def backend(on_path: None) -> ModuleType:
    return importlib.import_module("backend")


@pytest.fixture(scope="session")
def target(legal: SimpleNamespace) -> str:
    """What cargo calls this machine."""
    found = legal.crates.target_of(f"x-1-cp311-abi3-{sysconfig.get_platform().replace('-', '_')}.whl")
    assert isinstance(found, str)
    return found


@pytest.fixture(scope="session")
def all_crates(legal: SimpleNamespace) -> list[Any]:
    """The crates of all platforms together."""
    return list(legal.crates.crates(SDK, None))
