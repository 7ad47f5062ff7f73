"""Ready files: JSON that appears, whole, once a service answers."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from cli.problems import usage


def write(path: Path, content: Mapping[str, Any]) -> None:
    """Write atomically, for this user alone: the address of the app's page opens it."""
    part = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        part.unlink(missing_ok=True)
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(json.dumps(dict(content), indent=2) + "\n")
        part.replace(path)
    except OSError as error:
        raise usage(f"The ready file {path} cannot be written: {error.strerror}.") from error


def read(path: Path) -> dict[str, Any] | None:
    """The content, or None while the file is not there."""
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    if not isinstance(content, dict):
        raise usage(f"{path} is not a ready file: it must hold a JSON object.")
    return content


def remove(path: Path) -> None:
    """Forget an old ready file, so that only a new start can fulfil a wait for it."""
    try:
        path.unlink(missing_ok=True)
    except OSError as error:
        raise usage(f"The ready file {path} cannot be replaced: {error.strerror}.") from error
