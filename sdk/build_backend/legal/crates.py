"""The crates of a build, as cargo resolves them for one platform."""

from __future__ import annotations

import json
import shutil
import subprocess
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from legal.expressions import normal

FEATURES = "extension-module"
# Wheel tags end with these; what cargo calls the same platform.
_TARGETS = {
    ("manylinux", "x86_64"): "x86_64-unknown-linux-gnu",
    ("manylinux", "aarch64"): "aarch64-unknown-linux-gnu",
    ("linux", "x86_64"): "x86_64-unknown-linux-gnu",
    ("linux", "aarch64"): "aarch64-unknown-linux-gnu",
    ("musllinux", "x86_64"): "x86_64-unknown-linux-musl",
    ("musllinux", "aarch64"): "aarch64-unknown-linux-musl",
    ("macosx", "x86_64"): "x86_64-apple-darwin",
    ("macosx", "arm64"): "aarch64-apple-darwin",
    ("win", "amd64"): "x86_64-pc-windows-msvc",
    ("win", "arm64"): "aarch64-pc-windows-msvc",
    ("android", "x86_64"): "x86_64-linux-android",
    ("android", "arm64_v8a"): "aarch64-linux-android",
    ("ios", "arm64_iphoneos"): "aarch64-apple-ios",
    ("ios", "arm64_iphonesimulator"): "aarch64-apple-ios-sim",
    ("ios", "x86_64_iphonesimulator"): "x86_64-apple-ios",
}
TARGETS = tuple(dict.fromkeys(_TARGETS.values()))


@dataclass(frozen=True)
class Crate:
    """One crate, and which others it was built with."""

    key: str
    name: str
    version: str
    licence: str
    folder: Path
    licence_file: str | None
    authors: tuple[str, ...]
    repository: str | None
    checksum: str | None
    needs: tuple[str, ...]
    linked: bool
    """Part of the compiled module, not only a tool of the build such as a procedural macro."""

    @property
    def label(self) -> str:
        """Name and version, as people write them."""
        return f"{self.name} {self.version}"


def target_of(wheel: str, *, musl: bool = False) -> str | None:
    """What cargo calls the platform of a wheel, by its file name; None when it is not in the table.

    A fresh wheel for Linux does not say which C library it was built with: hence ``musl``.
    """
    tag = wheel.removesuffix(".whl").rsplit("-", 1)[-1].split(".")[0]
    if musl and tag.startswith("linux_"):
        tag = f"musl{tag}"
    for (system, machine), target in _TARGETS.items():
        if tag.startswith(system) and tag.endswith(f"_{machine}"):
            return target
    return None


def crates(project: Path, target: str | None) -> list[Crate]:
    """All crates that a build for this platform compiles, our own first, the others by name."""
    metadata = _metadata(project, target)
    # The graph in the metadata also holds what optional features would bring; the tree is exact.
    built = _tree(project, target, "normal,build")
    linked = _tree(project, target, "normal,no-proc-macro")
    nodes = {node["id"]: node for node in metadata["resolve"]["nodes"]}
    root = metadata["resolve"]["root"]
    packages = {
        package["id"]: package
        for package in metadata["packages"]
        if (package["name"], package["version"]) in built
    }
    checksums = _checksums(project)
    found = [
        _crate(
            package,
            needs=[key for key in _needs(nodes[key]) if key in packages],
            checksum=checksums.get((package["name"], package["version"])),
            linked=(package["name"], package["version"]) in linked,
        )
        for key, package in packages.items()
    ]
    return sorted(found, key=lambda crate: (crate.key != root, crate.name, crate.version))


def _metadata(project: Path, target: str | None) -> dict[str, Any]:
    chosen = ["--filter-platform", target] if target else []
    command = ["metadata", "--format-version", "1", *chosen]
    found: dict[str, Any] = json.loads(_cargo(project, *command))
    return found


def _tree(project: Path, target: str | None, edges: str) -> set[tuple[str, str]]:
    command = ["tree", "--edges", edges, "--prefix", "none", "--format", "{p}", "--target", target or "all"]
    lines = (line.split() for line in _cargo(project, *command).splitlines())
    return {(line[0], line[1].removeprefix("v")) for line in lines if len(line) > 1}


def _cargo(project: Path, *arguments: str) -> str:
    command = [shutil.which("cargo") or "cargo", *arguments, "--locked", "--features", FEATURES]
    done = subprocess.run(command, capture_output=True, check=True, cwd=project)  # noqa: S603
    return done.stdout.decode()


def _needs(node: dict[str, Any]) -> list[str]:
    kinds = {None, "build"}
    found = {need["pkg"] for need in node["deps"] if any(kind["kind"] in kinds for kind in need["dep_kinds"])}
    return sorted(found)


def _checksums(project: Path) -> dict[tuple[str, str], str]:
    locked = tomllib.loads((project / "Cargo.lock").read_text(encoding="utf-8"))["package"]
    return {(entry["name"], entry["version"]): entry["checksum"] for entry in locked if "checksum" in entry}


def _crate(package: dict[str, Any], *, needs: list[str], checksum: str | None, linked: bool) -> Crate:
    return Crate(
        key=package["id"],
        name=package["name"],
        version=package["version"],
        licence=normal(package["license"] or ""),
        folder=Path(package["manifest_path"]).parent,
        licence_file=package["license_file"],
        authors=tuple(package["authors"]),
        repository=package["repository"],
        checksum=checksum,
        needs=tuple(needs),
        linked=linked,
    )
