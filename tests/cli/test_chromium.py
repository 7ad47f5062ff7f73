"""The search for a browser ends in a browser or in one sentence with the line that fixes it."""

from __future__ import annotations

from pathlib import Path

import pytest

from cli.problems import CliError, Exit
from cli.smoke import chromium


def program(path: Path, status: int) -> str:
    path.write_text(f"#!/bin/sh\nexit {status}\n", encoding="utf-8")
    path.chmod(0o755)
    return str(path)


@pytest.fixture
def bare_machine(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Nothing is installed, and nobody is root; what would have been tried is listed."""
    tried: list[str] = []
    monkeypatch.delenv("ETOPAY_CHROMIUM", raising=False)
    monkeypatch.setattr(chromium, "_PLACES", ())
    monkeypatch.setattr(chromium.shutil, "which", lambda _name: None)
    monkeypatch.setattr(chromium, "_playwright_path", lambda: None)
    monkeypatch.setattr(chromium, "_playwright", lambda *args: bool(tried.append(args[0])))
    monkeypatch.setattr(chromium, "install_packages", lambda *names: bool(tried.append("apt")))
    monkeypatch.setattr(chromium, "is_root", lambda: False)
    return tried


def test_the_systems_browser_comes_first(
    bare_machine: list[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    good = program(tmp_path / "good", 0)
    monkeypatch.setattr(chromium.shutil, "which", lambda name: good if name == "chromium" else None)
    assert chromium.find() == good
    assert bare_machine == []


def test_a_browser_that_does_not_start_is_passed_over(
    bare_machine: list[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    bad, good = program(tmp_path / "bad", 1), program(tmp_path / "good", 0)
    monkeypatch.setattr(chromium.shutil, "which", {"chromium": bad, "google-chrome": good}.get)
    assert chromium.find() == good


def test_playwrights_own_is_taken_when_the_system_has_none(
    bare_machine: list[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    own = program(tmp_path / "own", 0)
    monkeypatch.setattr(chromium, "_playwright_path", lambda: own)
    assert chromium.find() == own


def test_without_root_one_sentence_names_the_line_that_fixes_it(bare_machine: list[str]) -> None:
    with pytest.raises(CliError, match="No Chromium was found") as caught:
        chromium.find()
    assert caught.value.code == Exit.MACHINE
    assert caught.value.fix == "uv run playwright install chromium"
    assert bare_machine == ["install"]


def test_root_on_debian_gets_the_package(bare_machine: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chromium, "is_root", lambda: True)
    monkeypatch.setattr(chromium.shutil, "which", lambda name: name if name == "apt-get" else None)
    with pytest.raises(CliError) as caught:
        chromium.find()
    assert bare_machine == ["install", "apt"]
    assert caught.value.fix == "sudo apt-get update && sudo apt-get install --yes chromium"


def test_a_wrong_choice_is_named(bare_machine: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ETOPAY_CHROMIUM", "/nowhere/chromium")
    with pytest.raises(CliError, match="ETOPAY_CHROMIUM names /nowhere/chromium, which is not there"):
        chromium.find()
