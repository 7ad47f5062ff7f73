"""Documents say what the program does: the commands page, the README's lines, the change fragments."""

from __future__ import annotations

import re
import shlex

from build_scripts import settings_page
from cli.places import ROOT
from cli.reference import TARGET, render

LINE = "PIP_BREAK_SYSTEM_PACKAGES=1 python3 -m pip install -q uv && python3 -m uv run etopay {}"
KINDS = {"added", "changed", "fixed", "removed", "security"}


def test_the_commands_page_is_what_the_commands_say() -> None:
    assert TARGET.read_text(encoding="utf-8") == render(), "run python -m cli.reference"


def test_the_readme_has_the_two_lines_that_set_everything_up() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert LINE.format("demo") in readme.splitlines()
    assert LINE.format("test") in readme.splitlines()


def test_ci_runs_the_readme_line_and_nothing_that_could_hide_a_failure() -> None:
    script = (ROOT / ".ci" / "run").read_text(encoding="utf-8").splitlines()
    assert LINE.format("test") in script
    assert script[-1] == LINE.format("test")
    commands = [line for line in script if line and not line.startswith("#")]
    assert commands[0] == "set -eu"
    assert [shlex.split(line)[0] for line in commands[1:-1]] == ["cd", "python3", "git"]


def test_change_fragments_have_a_known_kind() -> None:
    names = [path.name for path in (ROOT / "changes").iterdir() if path.name != "README.md"]
    assert names
    assert [name for name in names if not re.fullmatch(rf"[a-z0-9-]+\.({'|'.join(KINDS)})\.md", name)] == []


def test_links_between_documents_lead_somewhere() -> None:
    dead = []
    for page in [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]:
        for target in re.findall(r"\]\(([^)#]+)[^)]*\)", page.read_text(encoding="utf-8")):
            if "://" not in target and not (page.parent / target).exists():
                dead.append(f"{page.relative_to(ROOT)}: {target}")
    assert dead == []


def test_the_settings_page_is_what_the_settings_say() -> None:
    assert settings_page.TARGET.read_text(encoding="utf-8") == settings_page.render()
