"""The licence texts that go with a wheel, taken from the crates themselves."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterable, Iterator
from pathlib import Path

from legal.crates import Crate
from legal.expressions import choices

FILE_NAME = "THIRD-PARTY-LICENSES.txt"
_BESIDE = Path(__file__).resolve().parent / "texts"
_NAME = re.compile(r"(licen[cs]e|copying|notice|copyright|unlicen[cs]e)", re.IGNORECASE)
# Licences of pictures and test data that are in a crate's archive and not in what is compiled.
_NOT_COMPILED = {"assets", "benches", "doc", "docs", "examples", "testdata", "test", "tests"}
_RULE = "=" * 100
_HEAD = """Licences of what is compiled into this package

The native module of etopay-sdk for Python contains the crates listed here. Below the list stands every
licence text once, under the names of the crates it came with. The package itself is under the file LICENSE
beside this one.
"""
STANDARD_LIBRARY = "MIT OR Apache-2.0"


class NoText(Exception):  # noqa: N818 - reads as what it says
    """A crate came without a licence text, and there is none to put in its place."""


def third_party(linked: Iterable[Crate], own_licence: Path, rust: Path | None) -> str:
    """The whole file for these crates; ``rust`` is the compiler's folder, whose library is linked too."""
    by_text: dict[str, list[str]] = {}
    listed = []
    for crate in linked:
        listed.append(f"  {crate.label}: {crate.licence}")
        for source, text in texts_of(crate, own_licence):
            by_text.setdefault(_trimmed(text), []).append(f"{crate.label} ({source})")
    listed.append(f"  the Rust standard library: {STANDARD_LIBRARY}")
    for source, text in _texts_of_rust(rust):
        by_text.setdefault(_trimmed(text), []).append(f"the Rust standard library ({source})")
    parts = [_HEAD + "\n" + "\n".join(listed)]
    for text, origins in by_text.items():
        parts.append("\n".join([_RULE, *origins, _RULE, "", text]))
    return "\n\n".join(parts) + "\n"


def texts_of(crate: Crate, own_licence: Path) -> list[tuple[str, str]]:
    """Where a crate's licence texts come from, and the texts."""
    found = [(path.relative_to(crate.folder).as_posix(), _read(path)) for path in _files(crate)]
    return found or [_stand_in(crate, own_licence)]


def missing(linked: Iterable[Crate]) -> list[Crate]:
    """The crates whose archive holds no licence text."""
    return [crate for crate in linked if not list(_files(crate))]


def compiler_folder() -> Path | None:
    """The folder of the compiler in use."""
    try:
        command = ["rustc", "--print", "sysroot"]
        done = subprocess.run(command, capture_output=True, check=True, text=True)  # noqa: S603
    except (OSError, subprocess.CalledProcessError):
        return None
    return Path(done.stdout.strip())


def _files(crate: Crate) -> Iterator[Path]:
    if crate.checksum is None:
        # Our own crate lies in a folder full of builds; its licence is the file LICENSE of the package.
        return
    named = crate.folder / crate.licence_file if crate.licence_file else None
    if named is not None and named.is_file() and not _NAME.match(named.name):
        yield named
    for path in sorted(crate.folder.rglob("*")):
        within = path.relative_to(crate.folder).parts[:-1]
        if _NAME.match(path.name) and path.is_file() and not _NOT_COMPILED.intersection(within):
            yield path


def _stand_in(crate: Crate, own_licence: Path) -> tuple[str, str]:
    # The Apache licence names no holder, so nothing has to be made up to complete its text.
    wanted = sorted(choices(crate.licence), key=lambda choice: (choice != {"Apache-2.0"}, len(choice)))
    for choice in wanted:
        paths = {name: _text_for(name, own_licence) for name in sorted(choice)}
        if all(path.is_file() for path in paths.values()):
            holders = ", ".join(crate.authors) or f"the authors of {crate.name}"
            note = (
                f"The archive of this crate holds no licence text. Its manifest says “{crate.licence}”; this "
                f"is the text that SPDX lists for {' and '.join(paths)}. Copyright holders: {holders}."
            )
            if crate.repository:
                note += f" Source: {crate.repository}"
            return "text of SPDX", "\n\n".join([note, *(_read(path) for path in paths.values())])
    raise NoText(
        f"The crate {crate.label} ({crate.licence}) has no licence text: add the text of one of its licences "
        f"to build_backend/legal/texts."
    )


def _text_for(licence: str, own_licence: Path) -> Path:
    return own_licence if licence == "AGPL-3.0-only" else _BESIDE / f"{licence}.txt"


def _texts_of_rust(rust: Path | None) -> list[tuple[str, str]]:
    shipped = rust / "share" / "doc" / "rust" / "licenses" if rust else _BESIDE
    folder = shipped if (shipped / "MIT.txt").is_file() else _BESIDE
    return [(name, _read(folder / name)) for name in ("Apache-2.0.txt", "MIT.txt")]


def _read(path: Path) -> str:
    return path.read_text(encoding="utf-8", errors="replace")


def _trimmed(text: str) -> str:
    return "\n".join(line.rstrip() for line in text.strip().splitlines())
