"""TOML files that people write: errors name file, line and the nearest right key."""

import re
import tomllib
import types
import typing
from collections.abc import Sequence
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from sandbox.core.wording import describe, did_you_mean

_LARGEST = 1_000_000
_HEADER = re.compile(r"\s*(\[\[?)\s*([^\[\]]+?)\s*\]\]?\s*(#.*)?$")
_KEY = re.compile(r"\s*([A-Za-z0-9_-]+|\"[^\"]*\"|'[^']*')\s*(?:=|\.)")

Place = tuple[str | int, ...]
M = TypeVar("M", bound=BaseModel)


class FileProblemError(Exception):
    """A file cannot be used; the text has a line for each thing that is wrong."""


def read_text(path: Path, kind: str) -> str:
    """Return the text of a file, of a size that somebody may have written."""
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise FileProblemError(f"The {kind} {path} cannot be read ({error.strerror}).") from error
    if len(raw) > _LARGEST:
        raise FileProblemError(f"The {kind} {path} is larger than {_LARGEST} bytes.")
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError as error:
        raise FileProblemError(f"The {kind} {path} is not UTF-8 text.") from error


def parse(text: str, file: str, model: type[M]) -> M:
    """Read a text as what a model describes."""
    try:
        content = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise FileProblemError(f"{file}: not valid TOML: {error}") from error
    try:
        return model.model_validate(content)
    except ValidationError as error:
        lines = lines_of(text)
        problems = [_sentence(problem, lines, file, model) for problem in error.errors()]
        raise FileProblemError("\n".join(problems)) from error


def _sentence(problem: Any, lines: dict[Place, int], file: str, model: type[BaseModel]) -> str:
    place: Place = tuple(step for step in problem["loc"] if step != "[key]")
    where = f"{file}, line {line_of(place, lines)}"
    key = ".".join(str(step) for step in place)
    if problem["type"] == "extra_forbidden":
        return f"{where}: there is no key `{place[-1]}` here.{_hint(place, model)}"
    if problem["type"] == "missing":
        return f"{where}: the key `{place[-1]}` is missing."
    message = describe(problem)
    return f"{where}: `{key}`: {message}." if key else f"{where}: {message}."


def _hint(place: Place, model: type[BaseModel]) -> str:
    known = list(_keys_at(place[:-1], model))
    near = did_you_mean(str(place[-1]), known, cutoff=0.5)
    return near or (f" Known keys: {', '.join(known)}." if known else "")


def _keys_at(place: Sequence[str | int], model: type[BaseModel]) -> Sequence[str]:
    """Return the keys a table may have, found by walking the schema."""
    kind: Any = model
    for step in place:
        if isinstance(kind, type) and issubclass(kind, BaseModel):
            if step not in kind.model_fields:
                return ()
            kind = kind.model_fields[str(step)].annotation
        else:
            kind = _item_type(kind)
        if typing.get_origin(kind) in {typing.Union, types.UnionType}:
            kind = next(part for part in typing.get_args(kind) if part is not type(None))
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        return list(kind.model_fields)
    return ()


def _item_type(kind: Any) -> Any:
    arguments = [part for part in typing.get_args(kind) if part is not Ellipsis]
    return arguments[-1] if arguments else None


def lines_of(text: str) -> dict[Place, int]:
    """Map each table and key of the text to its line; good enough to point at, not a parser."""
    found: dict[Place, int] = {}
    table: Place = ()
    counts: dict[Place, int] = {}
    for number, line in enumerate(text.splitlines(), start=1):
        if header := _HEADER.match(line):
            table = ()
            names = [part.strip().strip("\"'") for part in header[2].split(".")]
            for depth, name in enumerate(names, start=1):
                table = (*table, name)
                if header[1] == "[[" and depth == len(names):
                    counts[table] = counts.get(table, -1) + 1
                if table in counts:
                    table = (*table, counts[table])
            found[table] = number
        elif key := _KEY.match(line):
            found.setdefault((*table, key[1].strip("\"'")), number)
    return found


def line_of(place: Place, lines: dict[Place, int]) -> int:
    """Return the line of a key, or of the nearest table around it."""
    while place and place not in lines:
        place = place[:-1]
    return lines.get(place, 1)
