"""The project's own text files, as git knows them."""

from __future__ import annotations

import ast
import subprocess
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
ROOMS = ("app", "sandbox", "build_scripts", "cli")


@cache
def tracked() -> tuple[Path, ...]:
    """All files that are in git or would be added to it, relative to the root."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        check=True,
        text=True,
    ).stdout.split("\0")
    return tuple(sorted(Path(name) for name in set(listed) if name and (ROOT / name).is_file()))


def python_files(*tops: str) -> list[Path]:
    """The Python files below some top folders."""
    return [path for path in tracked() if path.suffix == ".py" and path.parts[0] in (tops or ROOMS)]


def text(path: Path) -> str | None:
    """The content, or None for a file that is not text."""
    try:
        return (ROOT / path).read_text(encoding="utf-8")
    except UnicodeDecodeError:
        return None


@cache
def tree(path: Path) -> ast.Module:
    """The parsed module."""
    return ast.parse((ROOT / path).read_text(encoding="utf-8"), filename=str(path))


def lines(path: Path) -> int:
    """How many lines of a file are not blank."""
    return sum(1 for line in (text(path) or "").splitlines() if line.strip())
