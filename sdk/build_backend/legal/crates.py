"""The crates of a build, as cargo resolves them for one platform."""

from __future__ import annotations

import json
import shutil
import subprocess
import tomllib
from collections.abc import Callable, Iterable
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
    """All crates that a build for this platform takes, our own first, the others by name."""
    metadata = _metadata(project, target)
    packages = {package["id"]: package for package in metadata["packages"]}
    nodes = {node["id"]: node for node in metadata["resolve"]["nodes"]}
    root = metadata["resolve"]["root"]
    built = _reached(nodes, root, {None, "build"}, lambda _: True)
    linked = _reached(nodes, root, {None}, lambda key: not _runs_in_compiler(packages[key]))
    checksums = _checksums(project)
    found = [_crate(packages[key], nodes[key], built, checksums, linked=key in linked) for key in built]
    return sorted(found, key=lambda crate: (crate.key != root, crate.name, crate.version))


def _metadata(project: Path, target: str | None) -> dict[str, Any]:
    command = [
        shutil.which("cargo") or "cargo",
        *("metadata", "--locked", "--format-version", "1", "--features", FEATURES),
        *(("--filter-platform", target) if target else ()),
    ]
    done = subprocess.run(command, capture_output=True, check=True, cwd=project)  # noqa: S603
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def _runs_in_compiler(package: dict[str, Any]) -> bool:
    return any("proc-macro" in target["kind"] for target in package["targets"])


def _reached(
    nodes: dict[str, Any], root: str, kinds: set[str | None], follow: Callable[[str], bool]
) -> set[str]:
    seen: set[str] = set()
    waiting = [root]
    while waiting:
        key = waiting.pop()
        if key in seen or not follow(key):
            continue
        seen.add(key)
        waiting.extend(_needs(nodes[key], kinds))
    return seen


def _needs(node: dict[str, Any], kinds: Iterable[str | None]) -> list[str]:
    return [need["pkg"] for need in node["deps"] if any(kind["kind"] in kinds for kind in need["dep_kinds"])]


def _checksums(project: Path) -> dict[tuple[str, str], str]:
    locked = tomllib.loads((project / "Cargo.lock").read_text(encoding="utf-8"))["package"]
    return {(entry["name"], entry["version"]): entry["checksum"] for entry in locked if "checksum" in entry}


def _crate(
    package: dict[str, Any],
    node: dict[str, Any],
    built: set[str],
    checksums: dict[tuple[str, str], str],
    *,
    linked: bool,
) -> Crate:
    name, version = package["name"], package["version"]
    return Crate(
        key=package["id"],
        name=name,
        version=version,
        licence=normal(package["license"] or ""),
        folder=Path(package["manifest_path"]).parent,
        licence_file=package["license_file"],
        authors=tuple(package["authors"]),
        repository=package["repository"],
        checksum=checksums.get((name, version)),
        needs=tuple(sorted(set(_needs(node, (None, "build"))) & built)),
        linked=linked,
    )
