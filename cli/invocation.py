"""How this command was started, so that the lines it prints can be typed as they are."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

NAME = "etopay"


def line(command: str) -> str:
    """A line that begins with `etopay`, in the form that works where this process was started."""
    first, _, rest = command.partition(" ")
    return f"{_start()} {rest}".strip() if first == NAME else command


def shown(path: Path) -> str:
    """A path as it is typed in a command line."""
    return subprocess.list2cmdline([str(path)]) if sys.platform == "win32" else shlex.quote(str(path))


def _start() -> str:
    if "UV_RUN_RECURSION_DEPTH" in os.environ:
        return f"{_uv()} run {NAME}"
    typed = Path(sys.argv[0])
    if typed.name == "main.py" and typed.parent.name == "cli":
        return f"{shown(Path(sys.executable))} -m cli.main"
    if typed.stem != NAME:
        # Started by another program, such as a test run.
        return NAME
    found = shutil.which(NAME)
    if found is not None and typed.exists() and typed.samefile(found):
        return NAME
    return shown(typed)


def _uv() -> str:
    """`uv` where its owner has it on the PATH; through Python where pip has put it."""
    used = os.environ.get("UV", "")
    found = shutil.which("uv")
    # uv tells its children which interpreter started it, if one did.
    if "UV_INTERNAL__PARENT_INTERPRETER" not in os.environ and found and used and Path(found) == Path(used):
        return "uv"
    return "py -m uv" if sys.platform == "win32" else "python3 -m uv"
