"""Writes `docs/commands.md` from the commands' own help; a test holds the two equal."""

from __future__ import annotations

import sys
from typing import Any

from typer.main import get_command

from cli.places import ROOT

TARGET = ROOT / "docs" / "commands.md"
_WIDTH = 100
_HEAD = """# Commands

Written by `python -m cli.reference` from the commands' own help; do not edit.

In a clone, `python3 -m uv run etopay …` runs them (`py -m uv run etopay …` on Windows);
with an activated environment, `etopay …` does.
"""


def render() -> str:
    """The whole page."""
    from cli.main import cli  # noqa: PLC0415 - the entry imports every command

    return _HEAD + "".join(_sections(get_command(cli), None, "etopay"))


def _sections(command: Any, parent: Any, name: str) -> list[str]:
    context = command.make_context(
        name.rpartition(" ")[2],
        [],
        parent=parent,
        resilient_parsing=True,
        terminal_width=_WIDTH,
        max_content_width=_WIDTH,
    )
    found = [f"\n## {name}\n\n```text\n{command.get_help(context).strip()}\n```\n"]
    for inner_name, inner in getattr(command, "commands", {}).items():
        found += _sections(inner, context, f"{name} {inner_name}")
    return found


if __name__ == "__main__":
    sys.stdout.reconfigure(encoding="utf-8")  # type: ignore[union-attr]
    TARGET.write_text(render(), encoding="utf-8")
