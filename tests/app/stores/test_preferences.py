"""The preferences file."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from app.stores.preferences import FILE_NAME, PreferencesStore, ThemeChoice


def test_choices_survive_a_restart(tmp_path: Path) -> None:
    store = PreferencesStore(tmp_path)
    store.set_theme(ThemeChoice.DARK)
    store.set_language("de")
    store.toggle_hide_amounts()
    store.set_auto_lock_minutes(15)
    store.accept_terms("2026-11-01")
    store.set_pin_length("lena", 8)
    again = PreferencesStore(tmp_path)
    assert again.values == store.values
    assert (again.theme, again.language, again.hide_amounts) == (ThemeChoice.DARK, "de", True)
    assert (again.auto_lock_minutes, again.pin_length("lena")) == (15, 8)


def test_file_is_private_and_nothing_temporary_stays(tmp_path: Path) -> None:
    PreferencesStore(tmp_path).set_theme(ThemeChoice.LIGHT)
    assert [path.name for path in tmp_path.iterdir()] == [FILE_NAME]
    assert (tmp_path / FILE_NAME).stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"[]",
        b"\xff\xfe",
        json.dumps({"theme": "pink", "language": 3, "auto_lock_minutes": 999, "pin_lengths": [1]}).encode(),
    ],
)
def test_damaged_files_give_the_defaults(tmp_path: Path, content: bytes) -> None:
    (tmp_path / FILE_NAME).write_bytes(content)
    store = PreferencesStore(tmp_path)
    assert store.values == PreferencesStore(tmp_path / "new").values


def test_a_file_that_cannot_be_written_is_no_error_for_the_user(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "file").write_text("not a folder")
    store = PreferencesStore(tmp_path / "file")
    store.set_theme(ThemeChoice.DARK)
    assert store.theme is ThemeChoice.DARK
    assert "could not be saved" in caplog.text


def test_idle_time_is_never_longer_than_the_longest_choice(tmp_path: Path) -> None:
    store = PreferencesStore(tmp_path, auto_lock_minutes=600)
    assert store.auto_lock_minutes == 15
    store.set_auto_lock_minutes(600)
    assert store.auto_lock_minutes == 15


def test_less_motion_is_kept_and_starts_as_the_settings_say(tmp_path: Path) -> None:
    assert PreferencesStore(tmp_path, less_motion=True).less_motion
    PreferencesStore(tmp_path, less_motion=True).set_less_motion(False)
    assert not PreferencesStore(tmp_path, less_motion=True).less_motion
