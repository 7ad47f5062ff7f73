"""The folder in which snapshots are kept by name."""

import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sandbox.core.ids import new_id
from sandbox.core.snapshots.files import fresh, sync_folder, sync_tree
from sandbox.core.snapshots.manifest import (
    NAME,
    Manifest,
    SnapshotError,
    TakenNameError,
    UnknownSnapshotError,
    read_manifest,
)

SNAPSHOTS = "snapshots"
_BUILDING, _OLD = ".new-", ".old-"


class Shelf:
    """Keeps snapshots; each is there whole or not at all."""

    def __init__(self, data: Path) -> None:
        self._folder = data / SNAPSHOTS

    def all(self) -> tuple[list[Manifest], list[str]]:
        """Return what is kept, oldest first, and the names of those that cannot be read."""
        found: list[Manifest] = []
        damaged: list[str] = []
        entries = sorted(self._folder.iterdir()) if self._folder.is_dir() else []
        for entry in entries:
            if re.fullmatch(NAME, entry.name):
                try:
                    found.append(read_manifest(entry))
                except SnapshotError:
                    damaged.append(entry.name)
        return sorted(found, key=lambda one: (one.created_at, one.name)), damaged

    def find(self, name: str) -> tuple[Path, Manifest]:
        """Return a snapshot's folder and manifest."""
        folder = self._place(name)
        return folder, read_manifest(folder)

    def require_free(self, name: str, *, replace: bool) -> None:
        """Refuse a name that cannot be one or is taken."""
        if not re.fullmatch(NAME, name):
            raise SnapshotError(
                "A name has 1 to 60 small letters (a-z), digits, dots, hyphens or underscores, "
                "and begins and ends with a letter or digit."
            )
        if not replace and (self._folder / name).exists():
            raise TakenNameError(f"There is a snapshot {name!r} already; delete it, or say `replace`.")

    @contextmanager
    def building(self) -> Iterator[Path]:
        """Give an empty folder to make a snapshot in; what was not put on the shelf is gone at the end."""
        self._folder.mkdir(mode=0o700, exist_ok=True)
        built = fresh(self._folder / f"{_BUILDING}{new_id()}")
        try:
            yield built
        finally:
            shutil.rmtree(built, ignore_errors=True)

    def put(self, built: Path, name: str, *, replace: bool) -> None:
        """Keep a snapshot that is made, in place of the one of its name if that is wanted."""
        self.require_free(name, replace=replace)
        sync_tree(built)
        place, old = self._folder / name, self._folder / f"{_OLD}{name}"
        if place.exists():
            shutil.rmtree(old, ignore_errors=True)
            place.rename(old)
        built.rename(place)
        sync_folder(self._folder)
        shutil.rmtree(old, ignore_errors=True)

    def delete(self, name: str) -> None:
        """Forget a snapshot, also one that cannot be read."""
        folder = self._place(name)
        # Renamed first: a kill on the way leaves no half of one.
        gone = folder.rename(self._folder / f"{_BUILDING}{new_id()}")
        shutil.rmtree(gone)

    def _place(self, name: str) -> Path:
        folder = self._folder / name
        if not re.fullmatch(NAME, name) or not folder.is_dir():
            raise UnknownSnapshotError(name)
        return folder

    def tidy(self) -> None:
        """Remove what a killed process left unfinished; call it before anybody uses the shelf."""
        if not self._folder.is_dir():
            return
        for entry in list(self._folder.iterdir()):
            name = entry.name.removeprefix(_OLD)
            if entry.name.startswith(_OLD) and not (self._folder / name).exists():
                entry.rename(self._folder / name)
            elif entry.name.startswith((_OLD, _BUILDING)):
                shutil.rmtree(entry, ignore_errors=True)
