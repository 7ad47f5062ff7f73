"""One demo per data folder: a lock that the operating system lets go of when its holder dies."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from cli.problems import blocked

if sys.platform == "win32":
    import msvcrt

    def _take(descriptor: int) -> None:
        msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
else:
    import fcntl

    def _take(descriptor: int) -> None:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)


@contextmanager
def only_one(data: Path) -> Iterator[None]:
    """Hold the data folder, or say in one sentence that somebody else does."""
    descriptor = os.open(data / "demo.lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        try:
            _take(descriptor)
        except OSError as error:
            raise blocked(
                f"A demo already runs on the data folder {data}; stop it with Ctrl-C where it runs.",
                fix="etopay demo --data OTHER_FOLDER",
            ) from error
        yield
    finally:
        os.close(descriptor)
