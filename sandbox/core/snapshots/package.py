"""A snapshot as one file: a ZIP that is written here, and one from elsewhere that nobody trusts."""

import errno
import lzma
import zipfile
import zlib
from pathlib import Path
from typing import IO

from sandbox.core.schema import revisions
from sandbox.core.snapshots import rows
from sandbox.core.snapshots.files import fresh
from sandbox.core.snapshots.manifest import (
    CHAINS,
    DATABASE,
    FILES,
    LARGEST_MANIFEST,
    MANIFEST,
    Manifest,
    SnapshotError,
    describe_files,
    parse_manifest,
    require_files,
    verify_files,
    write_manifest,
)

_PIECE = 1 << 20
_EPOCH = (1980, 1, 1, 0, 0, 0)
_METHODS = {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}
_SPOILED = (
    zipfile.BadZipFile,
    zipfile.LargeZipFile,
    zlib.error,
    lzma.LZMAError,
    NotImplementedError,
    RuntimeError,
    EOFError,
    ValueError,
)
"""What reading a file raises that is no ZIP, or one with spoiled bytes."""


def pack(folder: Path, target: Path) -> None:
    """Write a snapshot into one file; the same snapshot gives the same bytes."""
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as package:
        for path in (MANIFEST, *FILES):
            entry = zipfile.ZipInfo(path, _EPOCH)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o600 << 16
            with (folder / path).open("rb") as source, package.open(entry, "w", force_zip64=True) as into:
                while piece := source.read(_PIECE):
                    into.write(piece)


def unpack(package: Path, target: Path, *, limit: int, name: str | None = None) -> Manifest:
    """Take a package apart into an empty folder, refusing whatever is not as `pack` writes it.

    Tables of an older version are brought up to date.
    """
    fresh(target)
    try:
        with zipfile.ZipFile(package) as found:
            manifest = _open(found, target, limit)
    except (*_SPOILED, OSError) as error:
        # A place in the file that cannot be is told as EINVAL, spoiled bytes without a number;
        # a full disk is no fault of the package.
        if isinstance(error, OSError) and error.errno not in {None, errno.EINVAL}:
            raise
        raise SnapshotError("The file is no snapshot: it is not a whole ZIP file.") from error
    verify_files(target, manifest)
    for path in FILES:
        if path == DATABASE or path.startswith(CHAINS):
            rows.check(target / path)
    if rows.revision_of(target / DATABASE) != manifest.schema_revision:
        raise SnapshotError("The tables are of another version than the manifest says.")
    rows.finish_file(target / DATABASE)
    manifest = manifest.model_copy(
        update={
            "name": name or manifest.name,
            "schema_revision": revisions()[-1],
            "files": describe_files(target),
        }
    )
    write_manifest(target, manifest)
    return manifest


def _open(package: zipfile.ZipFile, target: Path, limit: int) -> Manifest:
    entries = package.infolist()
    names = [entry.filename for entry in entries]
    if len(set(names)) != len(names) or MANIFEST not in names:
        raise SnapshotError("The file is no snapshot: it has no manifest, or names that come twice.")
    # Names are compared with the ones there are, so none of them can lead out of the folder.
    require_files(name for name in names if name != MANIFEST)
    for entry in entries:
        if entry.compress_type not in _METHODS:
            raise SnapshotError(f"The file {entry.filename} is packed in a way that snapshots never are.")
    whole = package.getinfo(MANIFEST)
    if whole.file_size > LARGEST_MANIFEST:
        raise SnapshotError("The manifest is too large.")
    with package.open(whole) as source:
        manifest = parse_manifest(source.read(LARGEST_MANIFEST + 1))
    if manifest.size > limit:
        raise SnapshotError(
            f"The snapshot has {manifest.size} bytes unpacked, {limit} are allowed. "
            "ETOPAY_SANDBOX_SNAPSHOT_LIMIT sets how many."
        )
    for one in manifest.files:
        path = target / one.path
        path.parent.mkdir(mode=0o700, exist_ok=True)
        with package.open(one.path) as source, path.open("wb") as into:
            _copy_exactly(source, into, one.bytes, one.path)
        path.chmod(0o600)
    return manifest


def _copy_exactly(source: IO[bytes], into: IO[bytes], size: int, path: str) -> None:
    """Copy as much as was announced and not a byte more, however much there is."""
    left = size
    while piece := source.read(min(_PIECE, left + 1)):
        left -= len(piece)
        if left < 0:
            break
        into.write(piece)
    if left:
        raise SnapshotError(f"The file {path} has another size than the manifest says.")
