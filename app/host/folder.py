"""The data folder: there, ours alone and writable, before anything else is tried."""

from __future__ import annotations

import logging
import os
import stat
import sys
import tempfile
from pathlib import Path
from typing import Final

from app.core.settings import FILE_NAME as SETTINGS
from app.device.secret_mark import FILE_NAME as MARK
from app.host.errors import HostError
from app.host.logs import LOG_NAME
from app.stores.preferences import FILE_NAME as PREFERENCES

_log = logging.getLogger(__name__)
_OURS: Final = frozenset(
    {SETTINGS, MARK, PREFERENCES, LOG_NAME, "accounts.json", "device-key", "device-key.system", "wallets"}
)
_HALF_WRITTEN: Final = frozenset(Path(name).with_suffix(".new").name for name in _OURS)


def prepare_folder(folder: Path) -> Path:
    """Make the folder for this user alone, and try to write to it. Raises HostError."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
        _keep_private(folder)
        return folder.resolve()
    except OSError as error:
        reason = error.strerror or "not usable"
        raise HostError(
            f"The data folder {folder} cannot be written ({reason.lower()}). Choose another one with --data."
        ) from None


def is_ours(name: str) -> bool:
    """Whether the app puts something of this name into its data folder."""
    return name in _OURS or name in _HALF_WRITTEN or name.startswith(f"{LOG_NAME}.")


def _keep_private(folder: Path) -> None:
    if sys.platform == "win32":
        # A folder below the user's profile is private there, and modes say nothing.
        return
    status = folder.stat()
    if status.st_uid != os.geteuid():
        raise HostError(
            f"The data folder {folder} belongs to another user. Choose one of your own with --data."
        )
    mode = stat.S_IMODE(status.st_mode)
    if not mode & 0o077:
        return
    # With anything else in it, it may be somebody's home or a folder that all share.
    if all(is_ours(entry.name) for entry in folder.iterdir()):
        folder.chmod(0o700)
        _log.warning("%s was open to other users (mode %04o); now it is yours alone", folder, mode)
    else:
        _log.warning("other users can look into %s (mode %04o); a folder of its own is safer", folder, mode)
