"""Adds files to a finished wheel, and packs it the same way each time."""

from __future__ import annotations

import base64
import csv
import hashlib
import io
import time
import zipfile
from email.message import Message
from email.parser import HeaderParser
from pathlib import Path

_EARLIEST = 315532800  # A zip archive knows no year before 1980.
_READABLE = 0o100644 << 16


def metadata(text: str) -> Message:
    """The fields of a METADATA file."""
    return HeaderParser().parsestr(text)


def with_licence_file(text: str, name: str) -> str:
    """METADATA that names this licence file too; it is the same if it already does."""
    fields = text.split("\n\n", 1)
    lines = fields[0].splitlines()
    entry = f"License-File: {name}"
    if entry in lines:
        return text
    named = [number for number, line in enumerate(lines) if line.startswith("License-File:")]
    lines.insert(named[-1] + 1 if named else len(lines), entry)
    return "\n\n".join(["\n".join(lines), *fields[1:]]) + ("" if fields[1:] else "\n")


def read(wheel: Path) -> dict[str, bytes]:
    """The files of a wheel."""
    with zipfile.ZipFile(wheel) as archive:
        return {name: archive.read(name) for name in archive.namelist() if not name.endswith("/")}


def info_folder(files: dict[str, bytes]) -> str:
    """The name of the folder with the metadata."""
    return next(name.split("/")[0] for name in files if name.endswith(".dist-info/METADATA"))


def write(wheel: Path, files: dict[str, bytes], when: int) -> None:
    """Pack the files with a fresh RECORD, in a fixed order and with one date."""
    record = f"{info_folder(files)}/RECORD"
    names = sorted((name for name in files if name != record), key=lambda name: (".dist-info/" in name, name))
    content = {**files, record: _record(files, names, record)}
    date = time.gmtime(max(when, _EARLIEST))[:6]
    with zipfile.ZipFile(wheel, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name in [*names, record]:
            entry = zipfile.ZipInfo(name, date)
            entry.external_attr = _READABLE | (0o111 << 16 if name.endswith((".so", ".pyd")) else 0)
            entry.create_system = 3
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, content[name])


def _record(files: dict[str, bytes], names: list[str], record: str) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    for name in names:
        digest = base64.urlsafe_b64encode(hashlib.sha256(files[name]).digest()).rstrip(b"=").decode()
        writer.writerow([name, f"sha256={digest}", len(files[name])])
    writer.writerow([record, "", ""])
    return text.getvalue().encode()
