"""What a process and those it started take from the machine."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

_TASKS = Path("/proc")


def resident_bytes(root: int) -> int:
    """Memory of a process and those it started."""
    if not _TASKS.is_dir():
        return _asked(root)
    return sum(_resident(pid) for pid in _family(root))


def _family(root: int) -> list[int]:
    found = [root]
    for pid in found:
        for task in (_TASKS / str(pid) / "task").glob("*/children"):
            found += [int(child) for child in task.read_text().split()]
    return found


def _resident(pid: int) -> int:
    pages = int((_TASKS / str(pid) / "statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")


def _asked(root: int) -> int:
    """The same where there is no /proc: macOS; a process alone."""
    done = subprocess.run(["ps", "-o", "rss=", "-p", str(root)], capture_output=True, text=True, check=True)
    return int(done.stdout) * 1024
