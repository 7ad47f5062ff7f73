"""Ready files: JSON that appears, whole, once a service answers."""

from __future__ import annotations

import errno
import json
import os
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from cli.problems import CliError, blocked


def require_writable(path: Path) -> None:
    """See, before anything is started, that the file can be written; one that is there stays."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.is_dir():
            raise IsADirectoryError(errno.EISDIR, "it is a folder")
        with tempfile.TemporaryFile(dir=path.parent):
            pass
    except OSError as error:
        raise _unwritable(path, error) from error


def _unwritable(path: Path, error: OSError) -> CliError:
    reason = (error.strerror or "no access").lower()
    return blocked(
        f"The ready file {path} cannot be written: {reason}. Choose another with --ready-file FILE."
    )


def write(path: Path, content: Mapping[str, Any]) -> None:
    """Write atomically, for this user alone: the address of the app's page opens it."""
    part = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        part.unlink(missing_ok=True)
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(json.dumps(dict(content), indent=2) + "\n")
        part.replace(path)
    except OSError as error:
        raise _unwritable(path, error) from error


def read(path: Path, *, otherwise: str = "Remove it and start again.") -> dict[str, Any] | None:
    """The content, or None while the file is not there; ``otherwise`` is what to do about a strange one."""
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    except OSError as error:
        raise blocked(
            f"The ready file {path} cannot be read: {(error.strerror or 'no access').lower()}."
        ) from error
    except ValueError:
        content = None
    if not isinstance(content, dict):
        raise blocked(f"{path} is not a ready file: it must hold a JSON object. {otherwise}")
    return content


def remove(path: Path) -> None:
    """Forget an old ready file, so that only a new start can fulfil a wait for it."""
    try:
        path.unlink(missing_ok=True)
    except OSError as error:
        raise _unwritable(path, error) from error
