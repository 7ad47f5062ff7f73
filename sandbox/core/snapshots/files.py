"""Files that are copied, moved and removed so that a kill at any moment leaves something whole."""

import os
import shutil
import sqlite3
import sys
from pathlib import Path

SIDE_FILES = ("-wal", "-shm", "-journal")


def copy_database(source: sqlite3.Connection, target: Path) -> None:
    """Write what a connection sees into a file of its own, without side files."""
    target.parent.mkdir(parents=True, exist_ok=True)
    copy = sqlite3.connect(target)
    try:
        source.backup(copy)
        copy.execute("PRAGMA journal_mode=DELETE")
    finally:
        copy.close()
    target.chmod(0o600)


def sync_tree(folder: Path) -> None:
    """Have a folder with all its files on the disk."""
    for root, _, names in os.walk(folder):
        for name in names:
            _sync(Path(root) / name)
        sync_folder(Path(root))


def sync_folder(folder: Path) -> None:
    """Have a folder's list of names on the disk; Windows does so by itself."""
    if sys.platform != "win32":
        _sync(folder)


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDWR if sys.platform == "win32" else os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def take_place(source: Path, target: Path) -> None:
    """Put a closed database (or any file) in the place of another, whose side files go first."""
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    for suffix in SIDE_FILES:
        target.with_name(target.name + suffix).unlink(missing_ok=True)
    source.replace(target)
    sync_folder(target.parent)


def copy_file(source: Path, target: Path) -> None:
    """Copy a file for this user alone."""
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    shutil.copyfile(source, target)
    target.chmod(0o600)


def fresh(folder: Path) -> Path:
    """Return an empty folder for this user alone, in place of whatever was there."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True, mode=0o700)
    return folder
