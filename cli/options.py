"""Options that several commands share, so that they read the same everywhere."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from cli.places import DEFAULT_DATA


class View(StrEnum):
    """How the app is shown."""

    AUTO = "auto"
    DESKTOP = "desktop"
    WEB = "web"


def _folder(given: Path | str) -> Path:
    # An empty one would be the folder that one stands in, as from a variable that is not set.
    if not str(given):
        raise typer.BadParameter("It is empty; name a folder, or leave the option out.")
    return Path(given)


Brand = Annotated[str, typer.Option("--brand", metavar="NAME", help="Brand: a folder name in branding/.")]
ViewOption = Annotated[
    View,
    typer.Option("--view", help="auto: a window where a display is there, else a page in the browser."),
]
Data = Annotated[
    Path,
    typer.Option(
        "--data",
        metavar="DIR",
        parser=_folder,
        help="Folder that keeps everything between two starts.",
        show_default=".etopay in the checkout",
    ),
]
AppData = Annotated[
    Path | None,
    typer.Option("--data", metavar="DIR", parser=_folder, help="Folder of the wallets on this machine."),
]
ReadyFile = Annotated[
    Path | None,
    typer.Option("--ready-file", metavar="FILE", help="JSON file written once everything answers."),
]
Seed = Annotated[
    Path | None,
    typer.Option("--seed", metavar="FILE", help="Users and balances to start with, for new data."),
]
Json = Annotated[bool, typer.Option("--json", help="Print JSON, for programs.")]
Url = Annotated[
    str | None,
    typer.Option("--url", metavar="URL", help="Address of the sandbox; without it, the one of --data."),
]

DEFAULT_BRAND = "etopay"
__all__ = [
    "DEFAULT_BRAND",
    "DEFAULT_DATA",
    "AppData",
    "Brand",
    "Data",
    "Json",
    "ReadyFile",
    "Seed",
    "Url",
    "View",
    "ViewOption",
]
