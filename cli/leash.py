"""A small process that ends the children of a command that was killed before it could do so itself.

It reads `add GROUP` and `drop GROUP` lines; when the pipe closes, its owner is gone and all groups still on
the list are ended. Windows needs none of this: there a job object does it (`cli.windows_job`).
"""

from __future__ import annotations

import os
import signal
import sys
import time

GRACE_SECONDS = 5.0


def _signal(group: int, number: int) -> bool:
    try:
        os.killpg(group, number)
    except (ProcessLookupError, PermissionError):
        return False
    return True


def end_groups(groups: set[int], grace: float = GRACE_SECONDS) -> None:
    """Ask each process group to end, then make it."""
    left = {group for group in groups if _signal(group, signal.SIGTERM)}
    deadline = time.monotonic() + grace
    while left and time.monotonic() < deadline:
        left = {group for group in left if _signal(group, 0)}
        time.sleep(0.05)
    for group in left:
        _signal(group, signal.SIGKILL)


def main() -> None:
    """Watch until the owner closes the pipe."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    groups: set[int] = set()
    for line in sys.stdin:
        word, _, group = line.strip().partition(" ")
        if word == "add":
            groups.add(int(group))
        elif word == "drop":
            groups.discard(int(group))
    end_groups(groups)


if __name__ == "__main__":
    main()
