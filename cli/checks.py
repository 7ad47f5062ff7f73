"""The checks of the source, each a program with its arguments."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from cli import console
from cli.places import ROOT
from cli.problems import blocked

_PYTHON = [sys.executable, "-m"]
_NO_WARNINGS = ["--", "-D", "warnings"]
_COMMANDS: dict[str, list[list[str]]] = {
    "format": [[*_PYTHON, "ruff", "format", "--check", "."]],
    "lint": [[*_PYTHON, "ruff", "check", "."]],
    "types": [[*_PYTHON, "mypy"]],
    "imports": [["lint-imports"]],
    "spelling": [["typos"]],
    "translations": [[*_PYTHON, "build_scripts.strings", "check"]],
    "sizes": [[*_PYTHON, "pytest", "-q", "-p", "no:cacheprovider", "tests/architecture"]],
    "rust": [
        ["cargo", "fmt", "--check", "--manifest-path", "sdk/Cargo.toml"],
        ["cargo", "fmt", "--check", "--manifest-path", "sandbox/evm/Cargo.toml"],
        ["cargo", "clippy", "--locked", "--all-targets", "--manifest-path", "sdk/Cargo.toml", *_NO_WARNINGS],
        [
            "cargo",
            "clippy",
            "--locked",
            "--all-targets",
            "--manifest-path",
            "sandbox/evm/Cargo.toml",
            *_NO_WARNINGS,
        ],
    ],
}
_FIXES: dict[str, list[list[str]]] = {
    "format": [[*_PYTHON, "ruff", "format", "."]],
    "lint": [[*_PYTHON, "ruff", "check", "--fix", "."]],
    "rust": [
        ["cargo", "fmt", "--manifest-path", "sdk/Cargo.toml"],
        ["cargo", "fmt", "--manifest-path", "sandbox/evm/Cargo.toml"],
    ],
}
NAMES = tuple(_COMMANDS)


def run(name: str, *, fix: bool = False, quiet: bool = False) -> bool:
    """Run one check and tell whether it passed; ``fix`` repairs what can be repaired first."""
    steps = [*(_FIXES.get(name, []) if fix else []), *_COMMANDS[name]]
    if not quiet:
        console.note(f"— {name}")
    outcomes = [_passes(step, quiet=quiet) for step in steps]
    return all(outcomes)


def summary(results: Mapping[str, bool]) -> str:
    """The closing line."""
    failed = [name for name, passed in results.items() if not passed]
    line = f"checks: {len(results) - len(failed)} passed, {len(failed)} failed"
    return f"{line} ({', '.join(failed)})" if failed else line


def _passes(command: list[str], *, quiet: bool) -> bool:
    program = command[0] if Path(command[0]).is_absolute() else _find(command[0])
    output = subprocess.DEVNULL if quiet else None
    done = subprocess.run(
        [program, *command[1:]],
        cwd=ROOT,
        env=_environment(),
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=output,
        check=False,
    )
    return done.returncode == 0


def _environment() -> dict[str, str]:
    """One of the crates compiles protobufs; its compiler comes from PyPI and lies beside Python."""
    protoc = shutil.which("protoc", path=str(Path(sys.executable).parent))
    return os.environ | ({"PROTOC": protoc} if protoc and "PROTOC" not in os.environ else {})


def _find(program: str) -> str:
    beside = shutil.which(program, path=str(Path(sys.executable).parent))
    found = beside or shutil.which(program)
    if found is None:
        fix = "etopay check --help" if program == "cargo" else "uv sync"
        raise blocked(f"The program {program}, which this check needs, is not installed.", fix=fix)
    return found
