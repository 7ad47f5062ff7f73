"""The data folder: there, ours alone and writable, before anything else is tried."""

from __future__ import annotations

import tempfile
from pathlib import Path

from app.host.errors import HostError


def prepare_folder(folder: Path) -> Path:
    """Make the folder for this user alone, and try to write to it. Raises HostError."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if folder.stat().st_mode & 0o077:
            folder.chmod(0o700)
        with tempfile.TemporaryFile(dir=folder):
            return folder.resolve()
    except OSError as error:
        reason = error.strerror or "not usable"
        raise HostError(
            f"The data folder {folder} cannot be written ({reason.lower()}). Choose another one with --data."
        ) from None
