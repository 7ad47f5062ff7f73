"""The versions `etopay --version` tells."""

from __future__ import annotations

import tomllib
from importlib.metadata import PackageNotFoundError, version

import typer

from cli import console
from cli.places import ROOT


def lines() -> list[str]:
    """One line each for the app, the SDK and the crate inside it; imports none of them."""
    with (ROOT / "pyproject.toml").open("rb") as file:
        app = tomllib.load(file)["project"]["version"]
    try:
        sdk = version("etopay-sdk")
    except PackageNotFoundError:
        return [f"etopay-app {app}", "etopay-sdk for Python: not installed here"]
    # The version of the package is that of the crate and a number of its own.
    crate, _, _ = sdk.rpartition(".")
    return [f"etopay-app {app}", f"etopay-sdk for Python {sdk}", f"etopay-sdk crate {crate}"]


def tell(wanted: bool) -> None:
    """Print them and end, when this was asked for."""
    if wanted:
        for line in lines():
            console.out(line)
        raise typer.Exit
