"""What a snapshot says about itself, and how its files are told from spoiled ones."""

import hashlib
import json
import tomllib
from collections.abc import Iterable
from dataclasses import fields
from datetime import datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Annotated, Any, Literal, get_type_hints

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    ConfigDict,
    Field,
    ValidationError,
    create_model,
)

from sandbox.core.errors import ConflictError, InvalidError, NotFoundError
from sandbox.core.faults.plan import NOT_KEPT, Fault
from sandbox.core.schema import revisions
from sandbox.core.wording import describe_problems

FORMAT = 1
MANIFEST = "manifest.json"
DATABASE = "sandbox.sqlite"
SEED = "seed.toml"
CHAINS = "chains"
FILES = (
    DATABASE,
    SEED,
    *(f"{CHAINS}/{name}.sqlite" for name in ("eth", "iota_rebased_mainnet", "iota_rebased_testnet")),
)
"""The files of a snapshot: all of them, and no others."""

NAME = r"^[a-z0-9]([a-z0-9._-]{0,58}[a-z0-9])?$"
LARGEST_MANIFEST = 1_000_000
_PRODUCT = "etopay-sandbox"


class SnapshotError(InvalidError):
    """A snapshot or a file of one cannot be used."""

    code = "snapshot_invalid"


class UnknownSnapshotError(NotFoundError):
    """There is no snapshot of this name."""

    code = "snapshot_unknown"

    def __init__(self, name: str) -> None:
        super().__init__(f"There is no snapshot {name[:60]!r}.")


class TakenNameError(ConflictError):
    """A snapshot of this name exists already."""

    code = "snapshot_exists"


class _Kept(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)


def _kept_type(kind: Any) -> Any:
    return str | None if kind == datetime | None else kind


_FAULT_TYPES = get_type_hints(Fault)
_LATER = frozenset({"partner"})
"""Members that the first snapshots do not have."""

_KeptFault: type[BaseModel] = create_model(
    "KeptFault",
    __base__=_Kept,
    **{
        one.name: (_kept_type(_FAULT_TYPES[one.name]), one.default if one.name in _LATER else ...)
        for one in fields(Fault)
        if one.name not in NOT_KEPT
    },  # type: ignore[call-overload]
)


def _checked_fault(kept: dict[str, Any]) -> dict[str, Any]:
    """Refuse what the board would not take."""
    _KeptFault.model_validate(kept)
    for name in ("starts_at", "ends_at"):
        if kept.get(name) is not None and datetime.fromisoformat(kept[name]).tzinfo is None:
            raise ValueError("a moment has a zone")
    return kept


class KeptFile(_Kept):
    """A file of a snapshot."""

    path: str
    bytes: int = Field(ge=0)
    sha256: str = Field(pattern=r"^[0-9a-f]{64}$")


class Manifest(_Kept):
    """What a snapshot is, and what belongs to it."""

    format: Literal[1] = 1
    product: Literal["etopay-sandbox"] = "etopay-sandbox"
    version: str = Field(max_length=60)
    """Of the product that wrote it."""

    schema_revision: str = Field(max_length=32)
    name: Annotated[str, Field(pattern=NAME)]
    realm: str = Field(max_length=40)
    created_at: AwareDatetime
    """What the sandbox's clock showed."""

    faults: tuple[Annotated[dict[str, Any], AfterValidator(_checked_fault)], ...] = ()
    """The planned failures, as the board keeps them."""

    files: tuple[KeptFile, ...]

    @property
    def size(self) -> int:
        """Return how many bytes the files have together."""
        return sum(one.bytes for one in self.files)


def product_version() -> str:
    """Return the version of this product."""
    try:
        return version("etopay-app")
    except PackageNotFoundError:  # run from its sources
        project = tomllib.loads((Path(__file__).parents[3] / "pyproject.toml").read_text(encoding="utf-8"))
        return str(project["project"]["version"])


def describe_files(folder: Path) -> tuple[KeptFile, ...]:
    """Return what lies in a snapshot's folder."""
    return tuple(
        KeptFile(path=path, bytes=(folder / path).stat().st_size, sha256=digest_of(folder / path))
        for path in FILES
    )


def digest_of(path: Path) -> str:
    """Return the SHA-256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def write_manifest(folder: Path, manifest: Manifest) -> None:
    """Put the manifest beside the files."""
    (folder / MANIFEST).write_text(manifest.model_dump_json(indent=1) + "\n", encoding="utf-8")


def read_manifest(folder: Path) -> Manifest:
    """Return the manifest of a snapshot's folder."""
    try:
        content = (folder / MANIFEST).read_bytes()
    except OSError as error:
        raise SnapshotError(f"The snapshot {folder.name} has no manifest that can be read.") from error
    return parse_manifest(content)


def parse_manifest(content: bytes) -> Manifest:
    """Read a manifest strictly: another format, product or set of files is refused."""
    try:
        raw = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise SnapshotError("The manifest is not valid JSON.") from error
    if not isinstance(raw, dict) or raw.get("product") != _PRODUCT:
        raise SnapshotError("This is no snapshot of the sandbox.")
    if isinstance(raw.get("format"), int) and raw["format"] > FORMAT:
        raise SnapshotError(
            f"The snapshot has format {raw['format']}, this version of the sandbox knows {FORMAT}. Update it."
        )
    try:
        manifest = Manifest.model_validate(raw)
    except ValidationError as error:
        raise SnapshotError(f"The manifest is wrong: {describe_problems(error.errors())}.") from error
    require_files(one.path for one in manifest.files)
    if manifest.schema_revision not in revisions():
        raise SnapshotError(
            f"The snapshot was written by a newer version of the sandbox (tables {manifest.schema_revision}, "
            f"this one knows {revisions()[-1]}). Update this one."
        )
    return manifest


def require_files(paths: Iterable[str]) -> None:
    """Refuse another set of files than the one every snapshot has."""
    found = sorted(paths)
    if found != sorted(FILES):
        odd = sorted(set(found) ^ set(FILES)) or found
        raise SnapshotError(
            f"A snapshot has the files {', '.join(FILES)}; here is a difference in {odd[0]!r}."
        )


def verify_files(folder: Path, manifest: Manifest) -> None:
    """Refuse files that are not as they were written."""
    for one in manifest.files:
        path = folder / one.path
        if not path.is_file() or path.stat().st_size != one.bytes or digest_of(path) != one.sha256:
            raise SnapshotError(f"The file {one.path} of the snapshot is not as it was written.")
