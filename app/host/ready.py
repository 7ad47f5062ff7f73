"""The ready file: tells another process that the app answers, and where."""

from __future__ import annotations

import json
import os
from pathlib import Path

from app.host.errors import HostError


def write_ready_file(path: Path, *, app: str | None, data: Path) -> None:
    """Write (or replace) the file in one step, readable by this user alone: its address opens the app."""
    content = json.dumps({"app": app, "pid": os.getpid(), "data": str(data)})
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        temporary.unlink(missing_ok=True)
        with os.fdopen(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(content)
        temporary.replace(path)
    except OSError as error:
        reason = (error.strerror or "not usable").lower()
        raise HostError(
            f"The ready file {path} cannot be written ({reason}). Choose another one with --ready-file."
        ) from None


def remove_ready_file(path: Path) -> None:
    """Forget a file that says nothing true (any more). Raises HostError."""
    try:
        path.unlink(missing_ok=True)
    except OSError as error:
        reason = (error.strerror or "not usable").lower()
        raise HostError(
            f"The ready file {path} cannot be replaced ({reason}). Choose another one with --ready-file."
        ) from None
