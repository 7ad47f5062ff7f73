"""Pins the exact version of every installed package in `pyproject.toml`, as uv's constraints.

Run `python -m build_scripts.pins` in an environment whose tests are green; `--check` only compares.
"""

from __future__ import annotations

import re
import sys
from importlib.metadata import distributions
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent / "pyproject.toml"
_OURS = re.compile(r"^etopay-")
# They come with the interpreter or with uv, in whatever version these bring.
_NOT_OURS_TO_CHOOSE = {"pip", "setuptools", "wheel", "uv"}
_BLOCK = re.compile(r"constraint-dependencies = \[\n.*?^\]\n", re.DOTALL | re.MULTILINE)


def installed() -> dict[str, str]:
    """Name and version of all packages of this environment but our own."""
    found = {re.sub(r"[-_.]+", "-", item.name).lower(): item.version for item in distributions()}
    return {
        name: version
        for name, version in sorted(found.items())
        if not _OURS.match(name) and name not in _NOT_OURS_TO_CHOOSE
    }


def block(pins: dict[str, str]) -> str:
    """The setting as it stands in the file."""
    lines = "".join(f'    "{name}=={version}",\n' for name, version in pins.items())
    return f"constraint-dependencies = [\n{lines}]\n"


def pinned(project: str, pins: dict[str, str]) -> str:
    """The project file with these pins."""
    if not _BLOCK.search(project):
        return project.replace("[tool.uv]\n", f"[tool.uv]\n{block({})}", 1).replace(block({}), block(pins))
    return _BLOCK.sub(lambda _: block(pins), project, count=1)


def main(arguments: list[str]) -> int:
    """Write the pins, or with ``--check`` tell whether they are those of this environment."""
    before = PROJECT.read_text(encoding="utf-8")
    after = pinned(before, installed())
    if before == after:
        return 0
    if "--check" in arguments:
        sys.stderr.write("The pins differ from this environment; run python -m build_scripts.pins.\n")
        return 1
    PROJECT.write_text(after, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
