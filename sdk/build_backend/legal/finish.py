"""Completes a built wheel: licence texts, bill of materials, and a packing that is always the same."""

from __future__ import annotations

import subprocess
from importlib.metadata import version
from pathlib import Path

from legal import sbom, texts, wheel
from legal.crates import crates, target_of


def complete(project: Path, built: Path, when: int, *, musl: bool = False) -> None:
    """Put into a wheel what belongs to the crates that were compiled into it."""
    target = target_of(built.name, musl=musl)
    found = crates(project, target)
    third_party = texts.third_party(
        [crate for crate in found[1:] if crate.linked], project / "LICENSE", texts.compiler_folder()
    )
    files = wheel.read(built)
    info = wheel.info_folder(files)
    written = wheel.with_licence_file(files[f"{info}/METADATA"].decode(), texts.FILE_NAME)
    fields = wheel.metadata(written)
    files[f"{info}/METADATA"] = written.encode()
    files[f"{info}/licenses/{texts.FILE_NAME}"] = third_party.encode()
    files[f"{info}/sboms/{sbom.FILE_NAME}"] = sbom.bill(
        name=fields["Name"],
        version=fields["Version"],
        licence=fields["License-Expression"],
        requires=fields.get_all("Requires-Dist") or [],
        crates=found,
        rust=_rust_version(),
        tools={"maturin": version("maturin")},
        target=target,
        when=when,
    ).encode()
    wheel.write(built, files, when)


def name_licences(info: Path) -> None:
    """Let metadata that is made before the wheel name the same licence files as the wheel will."""
    path = info / "METADATA"
    written = wheel.with_licence_file(path.read_text(encoding="utf-8"), texts.FILE_NAME)
    path.write_text(written, encoding="utf-8", newline="\n")


def _rust_version() -> str:
    done = subprocess.run(["rustc", "--version"], capture_output=True, check=True, text=True)  # noqa: S607
    return done.stdout.split()[1]
