"""A data folder is for its owner alone, also one that was there before us."""

from __future__ import annotations

import stat
import sys
from pathlib import Path

from cli import console
from cli.problems import blocked

# What we put into a data folder; with anything else in it, it may be somebody's home or `/tmp`.
_OURS = frozenset({"app", "demo.lock", "desktop-client", "logs", "sandbox"})


def keep_private(folder: Path) -> None:
    """Close an open folder to other users and say so; refuse one that belongs to somebody else."""
    if sys.platform == "win32":
        # A folder below the user's profile is private there, and modes say nothing.
        return
    import os  # noqa: PLC0415 - what is asked of it exists on POSIX only

    status = folder.stat()
    if status.st_uid != os.geteuid():
        raise blocked(
            f"The data folder {folder} belongs to another user ({_name(status.st_uid)}), who could read and "
            "change what is in it. Choose one of your own with --data DIR."
        )
    mode = stat.S_IMODE(status.st_mode)
    if not mode & 0o077:
        return
    if any(entry.name not in _OURS and entry.suffix != ".json" for entry in folder.iterdir()):
        console.note(
            f"Warning: other users can look into {folder} (mode {mode:04o}). It holds other things too, so "
            "it stays as it is; a folder of its own is safer: --data DIR."
        )
        return
    folder.chmod(0o700)
    console.note(
        f"The data folder {folder} was open to other users (mode {mode:04o}); now it is yours alone."
    )


def _name(uid: int) -> str:
    import pwd  # noqa: PLC0415 - exists on POSIX only

    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return f"number {uid}"
