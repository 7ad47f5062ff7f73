"""`/_sandbox/snapshots`: the state under a name, and back."""

import asyncio
import tempfile
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Annotated, Any, cast

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import FileResponse
from pydantic import ConfigDict, Field
from starlette.background import BackgroundTask

from sandbox.control.keeper import Keeper
from sandbox.core.clock import iso
from sandbox.core.snapshots import Manifest
from sandbox.core.snapshots.manifest import NAME
from sandbox.core.wire import In, Out

IMPORT_PATH = "/_sandbox/snapshots/import"
_ZIP = "application/zip"
router = APIRouter(tags=["control room"], prefix="/_sandbox/snapshots")
_UNKNOWN: dict[int | str, dict[str, Any]] = {404: {"description": "There is no snapshot of this name."}}
_BUSY: dict[int | str, dict[str, Any]] = {
    409: {"description": "The name is taken, another is being saved or restored, or a chain is elsewhere."}
}
_FILE: dict[int | str, dict[str, Any]] = {
    200: {"description": "The snapshot as one file.", "content": {_ZIP: {}}}
}
_BODY = {
    "requestBody": {
        "required": True,
        "content": {_ZIP: {"schema": {"type": "string", "format": "binary"}}},
    }
}
SnapshotName = Annotated[str, Field(pattern=NAME)]


class SnapshotIn(In):
    """What to keep the present state as."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"name": "before-the-sale", "replace": True}]})
    name: SnapshotName
    replace: bool = False
    """Take the place of a snapshot of this name."""


class SnapshotOut(Out):
    """A snapshot."""

    name: str
    created_at: str
    """What the sandbox's clock showed."""

    bytes: int
    version: str
    """Of the sandbox that wrote it."""

    schema_revision: str
    faults: int
    """How many planned failures it has."""

    @classmethod
    def of(cls, manifest: Manifest) -> "SnapshotOut":
        """Describe a snapshot."""
        return cls(
            name=manifest.name,
            created_at=iso(manifest.created_at),
            bytes=manifest.size,
            version=manifest.version,
            schema_revision=manifest.schema_revision,
            faults=len(manifest.faults),
        )


class SnapshotList(Out):
    """The snapshots, oldest first."""

    snapshots: list[SnapshotOut]
    damaged: list[str]
    """Names of those that cannot be read; all there is to do is to delete them."""


def _keeper(request: Request) -> Keeper:
    return cast("Keeper", request.app.state.keeper)


Keeping = Annotated[Keeper, Depends(_keeper)]


@router.get("")
def list_snapshots(keeper: Keeping) -> SnapshotList:
    """Return the snapshots of this data folder."""
    found, damaged = keeper.shelf.all()
    return SnapshotList(snapshots=[SnapshotOut.of(one) for one in found], damaged=damaged)


@router.post("", status_code=201, responses=_BUSY)
async def save_snapshot(keeper: Keeping, body: SnapshotIn) -> SnapshotOut:
    """Keep the present state under a name."""
    return SnapshotOut.of(await keeper.save(body.name, replace=body.replace))


@router.post("/import", status_code=201, responses=_BUSY, openapi_extra=_BODY)
async def import_snapshot(
    request: Request,
    keeper: Keeping,
    name: Annotated[str | None, Query(pattern=NAME)] = None,
    replace: bool = False,
) -> SnapshotOut:
    """Keep a snapshot that was exported, under its own name or another; the present state stays."""
    with tempfile.TemporaryDirectory(prefix="etopay-snapshot-") as folder:
        file = Path(folder) / "snapshot.zip"
        await _store(request.stream(), file)
        manifest = await asyncio.to_thread(keeper.take_in, file, name, replace=replace)
    return SnapshotOut.of(manifest)


@router.post("/{name}/restore", responses=_UNKNOWN | _BUSY)
async def restore_snapshot(keeper: Keeping, name: str) -> SnapshotOut:
    """Put a snapshot in the place of the present state; the port stays."""
    return SnapshotOut.of(await keeper.restore(name))


@router.get("/{name}/export", responses=_UNKNOWN | _FILE, response_class=FileResponse)
def export_snapshot(keeper: Keeping, name: str) -> FileResponse:
    """Return a snapshot as one file."""
    folder = tempfile.TemporaryDirectory(prefix="etopay-snapshot-")
    file = Path(folder.name) / "snapshot.zip"
    try:
        keeper.export(name, file)
    except BaseException:
        folder.cleanup()
        raise
    done = BackgroundTask(folder.cleanup)
    return FileResponse(file, media_type=_ZIP, filename=f"{name}.etopay-snapshot.zip", background=done)


@router.delete("/{name}", status_code=204, responses=_UNKNOWN)
def delete_snapshot(keeper: Keeping, name: str) -> None:
    """Forget a snapshot."""
    keeper.shelf.delete(name)


async def _store(pieces: AsyncIterator[bytes], file: Path) -> None:
    with file.open("wb") as into:
        async for piece in pieces:
            await asyncio.to_thread(into.write, piece)
