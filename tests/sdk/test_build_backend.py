"""The build backend brings its tools along and tells the user what takes so long."""

from __future__ import annotations

import importlib.util
import io
import threading
import time
from pathlib import Path
from types import ModuleType

import pytest

SDK = Path(__file__).resolve().parents[2] / "sdk"


@pytest.fixture
def backend(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.syspath_prepend(SDK / "build_backend")
    spec = importlib.util.spec_from_file_location("sdk_backend", SDK / "build_backend" / "backend.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("version", [None, (1, 80)])
def test_compiler_is_asked_for_when_it_is_missing_or_too_old(
    backend: ModuleType, monkeypatch: pytest.MonkeyPatch, version: tuple[int, int] | None
) -> None:
    monkeypatch.chdir(SDK)
    monkeypatch.setattr(backend, "_rust_version", lambda: version)
    for hook in (backend.get_requires_for_build_wheel, backend.get_requires_for_build_editable):
        assert any("puccinialin" in requirement for requirement in hook())


def test_no_compiler_is_asked_for_when_there_is_one(
    backend: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(SDK)
    monkeypatch.setattr(backend, "_rust_version", lambda: (1, 95))
    monkeypatch.setattr(backend.maturin, "get_requires_for_build_wheel", lambda _: [])
    assert not any("puccinialin" in requirement for requirement in backend.get_requires_for_build_wheel())


def test_failure_without_a_compiler_says_what_to_do(
    backend: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(backend, "_rust_version", lambda: None)
    monkeypatch.setattr(backend, "_terminal", lambda: None)
    with pytest.raises(SystemExit), backend._building():
        raise OSError("no network")
    said = capsys.readouterr().err.splitlines()
    assert said[0] == "OSError: no network"
    assert "rustup" in said[1]


def test_progress_is_counted(backend: ModuleType, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("a-1", "b-2"):
        (tmp_path / "release" / ".fingerprint" / name).mkdir(parents=True)
        (tmp_path / "release" / ".fingerprint" / name / f"lib-{name}").touch()
    monkeypatch.setenv("CARGO_TARGET_DIR", str(tmp_path))
    terminal, finished = io.StringIO(), threading.Event()
    thread = threading.Thread(target=backend._tell, args=(terminal, finished))
    thread.start()
    time.sleep(4.5)
    finished.set()
    thread.join()
    said = terminal.getvalue()
    assert "This happens once and usually takes about" in said
    assert "2 of about" in said


def test_a_short_build_says_nothing(backend: ModuleType) -> None:
    terminal, finished = io.StringIO(), threading.Event()
    finished.set()
    backend._tell(terminal, finished)
    assert terminal.getvalue() == ""
