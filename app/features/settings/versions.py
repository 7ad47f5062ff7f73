"""Versions and licences of what the app is made of, read from the installed packages."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from typing import Final

_ROOTS: Final = (
    "flet",
    "flet-charts",
    "flet-secure-storage",
    "etopay-sdk",
    "pydantic-settings",
    "qrcode",
    "babel",
    "httpx",
)
_NAME: Final = re.compile(r"^[A-Za-z0-9._-]+")


@dataclass(frozen=True, slots=True)
class Package:
    """One package; ``licence`` is its short name where it gives one."""

    name: str
    version: str
    licence: str


def version_of(name: str) -> str | None:
    """The installed version of a package."""
    found = _find(name)
    return found.version if found else None


@lru_cache(maxsize=1)
def packages() -> tuple[Package, ...]:
    """What the app uses, with what that uses in turn, by name."""
    seen: dict[str, Package] = {}
    waiting = list(_ROOTS)
    while waiting:
        name = waiting.pop()
        key = re.sub(r"[-_.]+", "-", name).lower()
        found = _find(name) if key not in seen else None
        if found is None:
            continue
        seen[key] = Package(found.metadata["Name"], found.version, _licence(found))
        waiting += _needs(found)
    return tuple(seen[key] for key in sorted(seen))


def _find(name: str) -> Distribution | None:
    try:
        return distribution(name)
    except PackageNotFoundError:
        return None


def _needs(found: Distribution) -> Iterator[str]:
    for line in found.requires or ():
        if "extra ==" not in line and (match := _NAME.match(line)):
            yield match.group()


def _licence(found: Distribution) -> str:
    metadata = found.metadata
    if "License-Expression" in metadata:
        return metadata["License-Expression"]
    classes = [
        entry.rsplit("::", 1)[-1].strip()
        for entry in metadata.get_all("Classifier") or ()
        if entry.startswith("License ::")
    ]
    text = metadata["License"].strip().split("\n")[0] if "License" in metadata else ""
    return ", ".join(classes) or text[:60]
