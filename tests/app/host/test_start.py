"""What the host checks and writes when it starts."""

from __future__ import annotations

import asyncio
import json
import os
import stat
import sys
from contextlib import nullcontext
from pathlib import Path

import pytest

from app.core.brand import BRANDING, load_brand
from app.host import desktop
from app.host.assets import client_assets
from app.host.errors import HostError
from app.host.folder import prepare_folder
from app.host.ready import write_ready_file


def test_the_data_folder_is_made_for_this_user_alone(tmp_path: Path) -> None:
    folder = prepare_folder(tmp_path / "a" / "b")
    assert stat.S_IMODE(folder.stat().st_mode) == (0o777 if WINDOWS else 0o700)


# It keeps no owner and mode of a folder: one below the user's profile is private there.
WINDOWS = sys.platform == "win32"
OURS = ["settings.toml", "preferences.json", "device-key.new", "app.log", "app.log.1", "wallets"]


@pytest.mark.parametrize("content", [[], OURS])
def test_a_folder_of_ours_that_others_could_read_is_closed(
    content: list[str], tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    folder = tmp_path / "open"
    folder.mkdir(mode=0o755)
    for name in content:
        (folder / name).touch()
    prepare_folder(folder)
    told = f"{folder} was open to other users (mode 0755); now it is yours alone"
    assert stat.S_IMODE(folder.stat().st_mode) == (0o777 if WINDOWS else 0o700)
    assert caplog.messages == ([] if WINDOWS else [told])


def test_one_that_holds_other_things_is_left_with_a_warning(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """It may be a home folder, a checkout or what all users share."""
    folder = tmp_path / "open"
    folder.mkdir(mode=0o755)
    (folder / "letters.txt").touch()
    before = folder.stat().st_mode
    assert prepare_folder(folder).stat().st_mode == before
    assert (f"other users can look into {folder} (mode 0755)" in caplog.text) is not WINDOWS


def test_somebody_elses_folder_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "open"
    folder.mkdir(mode=0o755)
    monkeypatch.setattr(os, "geteuid", lambda: folder.stat().st_uid + 1, raising=False)
    before = folder.stat().st_mode
    refused = pytest.raises(HostError, match=r"^The data folder .* belongs to another user\. Choose")
    with nullcontext() if WINDOWS else refused:
        prepare_folder(folder)
    assert folder.stat().st_mode == before


def test_a_file_in_the_way_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(
        HostError, match=r"^The data folder .* cannot be written \(.*\)\. Choose another"
    ) as caught:
        prepare_folder(tmp_path / "file" / "data")
    assert "\n" not in str(caught.value)


def test_the_ready_file_is_complete_and_private(tmp_path: Path) -> None:
    path = tmp_path / "ready.json"
    path.write_text("{half")
    write_ready_file(path, app="http://127.0.0.1:1/open?key=k", data=tmp_path)
    assert json.loads(path.read_text()) == {
        "app": "http://127.0.0.1:1/open?key=k",
        "pid": os.getpid(),
        "data": str(tmp_path),
    }
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [entry.name for entry in tmp_path.iterdir()] == ["ready.json"]


def test_a_ready_file_in_no_folder_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(HostError, match="ready file"):
        write_ready_file(tmp_path / "missing" / "ready.json", app=None, data=tmp_path)


@pytest.mark.parametrize("slug", ["etopay", "juno"])
def test_the_client_gets_the_apps_and_the_brands_assets(slug: str) -> None:
    brand = load_brand(slug, BRANDING)
    with client_assets(brand) as folder:
        assert (folder / "svg" / "logo.svg").read_bytes() == (
            BRANDING / slug / "assets/svg/logo.svg"
        ).read_bytes()
        assert (folder / "svg" / "coin-ETH.svg").is_file()
        assert stat.S_IMODE(folder.parent.stat().st_mode) == 0o700
    assert not folder.exists()


def test_a_window_needs_a_display(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setenv("FLET_VIEW_PATH", "client")
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    monkeypatch.setenv("DISPLAY", ":9")
    assert desktop.window_possible()
    monkeypatch.delenv("DISPLAY")
    assert not desktop.window_possible()


async def opened(folder: Path) -> None:
    async def show(_: object) -> None:
        """No window ever comes that far."""

    await desktop.open_window(show, assets=folder, stop=asyncio.Event(), on_open=lambda: None)


async def test_without_a_display_it_says_so(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    monkeypatch.delenv("DISPLAY", raising=False)
    with pytest.raises(HostError, match=r"^There is no display for a window\. Use --view web instead\.$"):
        await opened(tmp_path)


async def test_a_window_that_ends_before_it_opens_is_no_end(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    async def start(*_: object, **__: object) -> tuple[asyncio.subprocess.Process, None]:
        return await asyncio.create_subprocess_exec(sys.executable, "-c", "raise SystemExit(3)"), None

    monkeypatch.setenv("DISPLAY", ":9")
    monkeypatch.setattr("flet_desktop.open_flet_view_async", start)
    monkeypatch.setattr("flet_desktop.close_flet_view", lambda _: None)
    with pytest.raises(HostError, match=r"ended before it opened \(exit code 3\)\. Use --view web"):
        await opened(tmp_path)


def test_a_window_needs_the_client(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("FLET_VIEW_PATH", "FLET_CLIENT_URL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("DISPLAY", ":9")
    monkeypatch.setattr(Path, "home", lambda: tmp_path)
    assert not desktop.window_possible()
