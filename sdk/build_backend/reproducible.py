"""What makes two builds of the same sources the same file, wherever they are built."""

from __future__ import annotations

import os
import subprocess
from collections.abc import MutableMapping
from pathlib import Path

_EARLIEST = 315532800
_SEPARATOR = "\x1f"

Environment = MutableMapping[str, str]


def prepare(project: Path, environment: Environment = os.environ) -> int:
    """Fix the date and hide this machine's paths from the compilers; returns the date in seconds."""
    date = environment.setdefault("SOURCE_DATE_EPOCH", str(_date_of(project)))
    names = _names_of_paths(project, environment)
    flags = [f"--remap-path-prefix={path}={name}" for path, name in names]
    given = environment.get("CARGO_ENCODED_RUSTFLAGS", "").split(_SEPARATOR)
    if given == [""]:
        given = environment.get("RUSTFLAGS", "").split()
    environment["CARGO_ENCODED_RUSTFLAGS"] = _SEPARATOR.join([*given, *flags])
    if os.name != "nt":
        # The C compiler of Windows writes no paths that matter, and does not know the option.
        maps = [f"-ffile-prefix-map={path}={name}" for path, name in names if " " not in str(path)]
        environment["CFLAGS"] = " ".join([environment.get("CFLAGS", ""), *maps]).strip()
    return int(date)


def _date_of(project: Path) -> int:
    command = ["git", "log", "-1", "--format=%ct", "--", "."]
    try:
        done = subprocess.run(command, cwd=project, capture_output=True, check=True, text=True)  # noqa: S603
    except (OSError, subprocess.CalledProcessError):
        return _EARLIEST
    return int(done.stdout.strip() or _EARLIEST)


def _names_of_paths(project: Path, environment: Environment) -> list[tuple[Path, str]]:
    home = Path(environment.get("CARGO_HOME") or Path.home() / ".cargo")
    target = Path(environment.get("CARGO_TARGET_DIR") or project / "target")
    # The compiler takes the last one that fits.
    return [(home, "cargo"), (home / "registry" / "src", "crates"), (project, "sdk"), (target, "target")]
