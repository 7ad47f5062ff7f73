"""Snapshots: the whole state under a name, as files of its own."""

from sandbox.core.snapshots.manifest import Manifest, SnapshotError, UnknownSnapshotError
from sandbox.core.snapshots.shelf import Shelf

__all__ = ["Manifest", "Shelf", "SnapshotError", "UnknownSnapshotError"]
