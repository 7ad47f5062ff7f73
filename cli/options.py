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
        help="Folder that keeps everything between two starts.",
        show_default=".etopay in the checkout",
    ),
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
    "Brand",
    "Data",
    "Json",
    "ReadyFile",
    "Seed",
    "Url",
    "View",
    "ViewOption",
]
