"""`etopay --version` tells what is here, and imports nothing for it."""

from __future__ import annotations

import subprocess
import sys
import tomllib
from importlib.metadata import PackageNotFoundError

import etopay_sdk
import pytest

from cli import versions
from cli.places import ROOT

APP = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
PROGRAM = "import sys; from cli.main import main; sys.argv = ['etopay', '--version']\ntry: main()\n"
PROGRAM += (
    "finally: print([name for name in sys.modules if name in {'etopay_sdk', 'app', 'sandbox', 'flet'}])"
)


def test_it_names_app_sdk_and_crate() -> None:
    ended = subprocess.run(
        [sys.executable, "-c", PROGRAM], cwd=ROOT, capture_output=True, text=True, timeout=60, check=False
    )
    assert (ended.returncode, ended.stderr) == (0, "")
    assert ended.stdout.splitlines() == [
        f"etopay-app {APP}",
        f"etopay-sdk for Python {etopay_sdk.__version__}",
        f"etopay-sdk crate {etopay_sdk.SDK_VERSION}",
        "[]",
    ]


def test_without_the_sdk_it_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(name: str) -> str:
        raise PackageNotFoundError(name)

    monkeypatch.setattr(versions, "version", missing)
    assert versions.lines() == [f"etopay-app {APP}", "etopay-sdk for Python: not installed here"]
