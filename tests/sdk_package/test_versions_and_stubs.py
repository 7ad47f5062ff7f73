"""The package says which versions it is made of, and its types are those of the compiled module."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tomllib
from importlib.metadata import version
from importlib.resources import files
from pathlib import Path
from typing import Any

import etopay_sdk

from tests.sdk_package.conftest import SDK

PYTHON = SDK / "python" / "etopay_sdk"


def toml(name: str) -> dict[str, Any]:
    return tomllib.loads((SDK / name).read_text(encoding="utf-8"))


def test_the_version_of_the_package_is_the_same_everywhere() -> None:
    project = toml("pyproject.toml")["project"]["version"]
    assert etopay_sdk.__version__ == project
    assert version("etopay-sdk") == project


def test_the_version_of_the_crate_is_the_one_inside() -> None:
    [locked] = [entry for entry in toml("Cargo.lock")["package"] if entry["name"] == "etopay-sdk"]
    assert locked["version"] == etopay_sdk.SDK_VERSION
    assert toml("Cargo.toml")["dependencies"]["etopay-sdk"]["version"] == etopay_sdk.SDK_VERSION
    assert etopay_sdk.get_build_info().splitlines()[0] == etopay_sdk.SDK_VERSION


def test_our_own_number_stands_after_that_of_the_crate() -> None:
    crate, _, own = etopay_sdk.__version__.rpartition(".")
    assert crate == etopay_sdk.SDK_VERSION
    assert own.isdigit()
    assert toml("Cargo.toml")["package"]["version"] == crate


def test_the_package_says_that_it_is_typed() -> None:
    assert (PYTHON / "py.typed").is_file()
    assert files("etopay_sdk").joinpath("py.typed").is_file()


def stubtest(folder: Path, *, stubs: Path | None = None) -> tuple[int, str]:
    environment = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1"}
    if stubs is not None:
        environment["MYPYPATH"] = str(stubs)
    command = [sys.executable, "-m", "mypy.stubtest", "--concise", "etopay_sdk._native"]
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout + done.stderr


def test_the_stub_is_that_of_the_compiled_module(tmp_path: Path) -> None:
    code, said = stubtest(tmp_path)
    assert code == 0, said


def test_a_stub_that_is_wrong_is_found(tmp_path: Path) -> None:
    package = tmp_path / "stubs" / "etopay_sdk"
    package.mkdir(parents=True)
    for name in ("__init__.pyi", "_native.pyi"):
        (package / name).touch()
    shutil.copy(PYTHON / "_native.pyi", package)
    stub = package / "_native.pyi"
    stub.write_text(stub.read_text().replace("pin: str", "pin: str, more: str", 1))
    code, said = stubtest(tmp_path, stubs=tmp_path / "stubs")
    assert code != 0
    assert "more" in said
