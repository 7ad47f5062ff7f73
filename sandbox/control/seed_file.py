"""Reading seed files, with errors that name file, line and the nearest right key."""

import re
import tomllib
import typing
from collections.abc import Sequence
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError

from sandbox.control.seeds import Seed
from sandbox.core.errors import StartError
from sandbox.core.wording import describe

EXIT_SEED = 2
_LARGEST = 1_000_000
_HEADER = re.compile(r"\s*(\[\[?)\s*([^\[\]]+?)\s*\]\]?\s*(#.*)?$")
_KEY = re.compile(r"\s*([A-Za-z0-9_-]+|\"[^\"]*\"|'[^']*')\s*(?:=|\.)")

Place = tuple[str | int, ...]


def load_seed(path: Path) -> Seed:
    """Read a seed file, or say what is wrong with it."""
    try:
        raw = path.read_bytes()
        if len(raw) > _LARGEST:
            raise StartError(f"The seed file {path} is larger than {_LARGEST} bytes.", EXIT_SEED)
        text = raw.decode("utf-8")
    except OSError as error:
        raise StartError(f"The seed file {path} cannot be read ({error.strerror}).", EXIT_SEED) from error
    except UnicodeDecodeError as error:
        raise StartError(f"The seed file {path} is not UTF-8 text.", EXIT_SEED) from error
    return parse_seed(text, str(path))


def parse_seed(text: str, file: str) -> Seed:
    """Read the text of a seed."""
    try:
        content = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise StartError(f"{file}: not valid TOML: {error}", EXIT_SEED) from error
    try:
        return Seed.model_validate(content)
    except ValidationError as error:
        lines = _lines(text)
        problems = [_sentence(problem, lines, file) for problem in error.errors()]
        raise StartError("\n".join(problems), EXIT_SEED) from error


def _sentence(problem: Any, lines: dict[Place, int], file: str) -> str:
    place: Place = tuple(step for step in problem["loc"] if step != "[key]")
    where = f"{file}, line {_line_of(place, lines)}"
    key = ".".join(str(step) for step in place)
    if problem["type"] == "extra_forbidden":
        return f"{where}: there is no key `{place[-1]}` here.{_hint(place)}"
    if problem["type"] == "missing":
        return f"{where}: the key `{place[-1]}` is missing."
    message = describe(problem)
    return f"{where}: `{key}`: {message}." if key else f"{where}: {message}."


def _hint(place: Place) -> str:
    known = list(_keys_at(place[:-1]))
    near = get_close_matches(str(place[-1]), known, n=1, cutoff=0.5)
    if near:
        return f" Did you mean `{near[0]}`?"
    return f" Known keys: {', '.join(known)}." if known else ""


def _keys_at(place: Sequence[str | int]) -> Sequence[str]:
    """Return the keys a table may have, found by walking the schema."""
    kind: Any = Seed
    for step in place:
        if isinstance(kind, type) and issubclass(kind, BaseModel):
            if step not in kind.model_fields:
                return ()
            kind = kind.model_fields[str(step)].annotation
        else:
            kind = _item_type(kind)
        if typing.get_origin(kind) is not None and type(None) in typing.get_args(kind):
            kind = next(part for part in typing.get_args(kind) if part is not type(None))
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        return list(kind.model_fields)
    return ()


def _item_type(kind: Any) -> Any:
    arguments = [part for part in typing.get_args(kind) if part is not Ellipsis]
    return arguments[-1] if arguments else None


def _lines(text: str) -> dict[Place, int]:
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


def _line_of(place: Place, lines: dict[Place, int]) -> int:
    while place and place not in lines:
        place = place[:-1]
    return lines.get(place, 1)
