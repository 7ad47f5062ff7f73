"""A second data folder, made of an exported snapshot."""

import logging
import shutil
from pathlib import Path

from sandbox.core.errors import StartError
from sandbox.core.process import EXIT_ENVIRONMENT, EXIT_USAGE
from sandbox.core.snapshots.exchange import Kept, adapt, prepare
from sandbox.core.snapshots.files import sync_folder, sync_tree
from sandbox.core.snapshots.manifest import DATABASE, SnapshotError
from sandbox.core.snapshots.package import unpack

log = logging.getLogger("sandbox.snapshots")


def branch(file: Path, folder: Path, *, limit: int) -> None:
    """Make a data folder out of a file; it is there whole or not at all."""
    if folder.exists() and any(folder.iterdir()):
        raise StartError(f"The folder {folder} is not empty. Choose another with --data.", EXIT_ENVIRONMENT)
    unpacked = folder.with_name(f".{folder.name}.unpacked")
    made = folder.with_name(f".{folder.name}.made")
    try:
        manifest = unpack(file, unpacked, limit=limit)
        prepare(unpacked, manifest, made)
        adapt(made / DATABASE, manifest, Kept())
        sync_tree(made)
        if folder.exists():
            folder.rmdir()
        made.rename(folder)
        sync_folder(folder.parent)
    except SnapshotError as error:
        raise StartError(f"The file {file} cannot be used. {error.message}", EXIT_USAGE) from error
    except OSError as error:
        raise StartError(
            f"The folder {folder} cannot be made of {file} ({error.strerror or error}).", EXIT_ENVIRONMENT
        ) from error
    finally:
        shutil.rmtree(unpacked, ignore_errors=True)
        shutil.rmtree(made, ignore_errors=True)
    log.info("%s holds the snapshot %s", folder, manifest.name)
