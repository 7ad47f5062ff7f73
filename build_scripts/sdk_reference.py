"""Writes the SDK's reference from its docstrings; `python -m build_scripts.sdk_reference FOLDER`.

Griffe reads the sources, so this needs no compiled module. See docs/adr/0012-reference-from-the-sources.md.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

import griffe

ROOT = Path(__file__).resolve().parent.parent
SOURCES = ROOT / "sdk" / "python"
PACKAGE = "etopay_sdk"
DEFAULT_FOLDER = ROOT / "docs" / "sdk" / "reference"
_HEAD = "Written by `python -m build_scripts.sdk_reference` from the docstrings.\n"
# The attribute in which a class of errors keeps its codes and their texts.
SENTENCES = "sentences"
Documented = griffe.Class | griffe.Function | griffe.Attribute | griffe.TypeAlias


def load() -> griffe.Module:
    """The package as its sources have it."""
    loader = griffe.GriffeLoader(search_paths=[SOURCES])
    package = loader.load(PACKAGE)
    loader.resolve_aliases()
    if not isinstance(package, griffe.Module):
        raise TypeError(f"{PACKAGE} is not a package.")
    return package


def public(package: griffe.Module) -> list[Documented]:
    """What the package exports, in the order of the modules and of the lines within them."""
    found = [_final(package[str(name)]) for name in package.exports or () if name != "__version__"]
    return sorted(found, key=lambda item: (item.module.path, item.lineno or 0))


def groups(kind: griffe.Class) -> list[griffe.Class]:
    """The classes of the package that a class is put together from, itself first."""
    bases = [base for base in kind.mro() if base.path.startswith(f"{PACKAGE}.")]
    return [kind, *bases]


def methods(kind: griffe.Class) -> list[griffe.Function | griffe.Attribute]:
    """The public methods and properties that a class itself defines."""
    found = [
        member
        for name, member in kind.members.items()
        if not name.startswith("_") and isinstance(member, griffe.Function | griffe.Attribute)
    ]
    return [one for one in found if isinstance(one, griffe.Function) or "property" in one.labels]


def fields(kind: griffe.Class) -> list[griffe.Attribute]:
    """The fields of a dataclass, the values of an enumeration, the attributes of an error."""
    return [
        member
        for name, member in kind.members.items()
        if not name.startswith("_")
        and isinstance(member, griffe.Attribute)
        and "property" not in member.labels
    ]


def pages(package: griffe.Module) -> dict[str, str]:
    """The pages by file name: one for each module with public names, and a list of all names."""
    by_module: dict[str, list[Documented]] = {}
    for item in public(package):
        by_module.setdefault(item.module.name.lstrip("_"), []).append(item)
    found = {}
    index = [f"# Reference of `{PACKAGE}`\n", _HEAD]
    for name, items in by_module.items():
        module = items[0].module
        found[f"{name}.md"] = "\n".join([f"# `{module.path}`\n", _HEAD, f"{_text(module)}\n", *_all(items)])
        index.append(f"## [{_text(module).split('. ')[0].rstrip('.')}]({name}.md)\n")
        index.extend(
            f"- [`{item.name}`]({name}.md#{item.name.lower()}): {_first(item)}".rstrip(": ") for item in items
        )
        index.append("")
    found["README.md"] = "\n".join(index)
    return found


def write(folder: Path) -> None:
    """Write the pages, and remove those of names that are gone."""
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.glob("*.md"):
        old.unlink()
    for name, text in pages(load()).items():
        (folder / name).write_text(text.rstrip() + "\n", encoding="utf-8")


def _final(item: griffe.Object | griffe.Alias) -> Documented:
    found = item.final_target if isinstance(item, griffe.Alias) else item
    if not isinstance(found, Documented):
        raise TypeError(f"{found.path} is exported and is neither a class, a function nor a value.")
    return found


def _all(items: Iterable[Documented]) -> Iterator[str]:
    for item in items:
        yield f"## {item.name}\n"
        if isinstance(item, griffe.Class):
            yield from _class(item)
        elif isinstance(item, griffe.Function):
            yield from _function(item)
        else:
            yield f"```python\n{item.name} = {item.value}\n```\n"
            yield f"{_text(item, wanted=False)}\n"


def _class(kind: griffe.Class) -> Iterator[str]:
    bases = ", ".join(f"`{base}`" for base in kind.bases)
    if bases:
        yield f"Bases: {bases}\n"
    yield f"{_text(kind)}\n"
    init = kind.members.get("__init__")
    if isinstance(init, griffe.Function):
        call = _signature(init).removeprefix("__init__").removesuffix(" -> None")
        yield f"```python\n{kind.name}{call}\n```\n"
    yield from _table([field for field in fields(kind) if field.name != SENTENCES])
    yield from _codes(kind)
    for group in groups(kind):
        found = methods(group)
        if found and group is not kind:
            yield f"### {_text(group).split('. ')[0].rstrip('.')}\n"
        for member in found:
            yield f"#### {member.name}\n"
            if isinstance(member, griffe.Function):
                yield from _function(member)
            else:
                yield f"```python\n{member.name}: {member.annotation}\n```\n"
                yield f"{_text(member)}\n"


def _table(found: list[griffe.Attribute]) -> Iterator[str]:
    if not found:
        return
    yield "| name | type | default | meaning |\n| --- | --- | --- | --- |"
    for field in found:
        value = "" if field.value is None else f"`{field.value}`"
        kind = "" if field.annotation is None else f"`{field.annotation}`"
        cells = [f"`{field.name}`", kind, value, _text(field, wanted=False).replace("\n", " ")]
        yield "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"
    yield ""


def _codes(kind: griffe.Class) -> Iterator[str]:
    sentences = kind.members.get(SENTENCES)
    texts = ast.literal_eval(str(sentences.value)) if isinstance(sentences, griffe.Attribute) else {}
    if texts:
        yield "| code | text |\n| --- | --- |"
        yield from (f"| `{code}` | {text} |" for code, text in texts.items())
        yield ""


def _function(function: griffe.Function) -> Iterator[str]:
    word = "async def" if "async" in function.labels else "def"
    yield f"```python\n{word} {_signature(function)}\n```\n"
    yield f"{_text(function)}\n"


def _signature(function: griffe.Function) -> str:
    text = str(function.signature(return_type=True))
    return text.replace("(self, ", "(").replace("(self)", "()")


def _text(item: griffe.Object, *, wanted: bool = True) -> str:
    if item.docstring is not None:
        return item.docstring.value.strip()
    if wanted:
        raise ValueError(f"{item.path} has no docstring.")
    return ""


def _first(item: griffe.Object) -> str:
    return _text(item, wanted=False).split("\n\n")[0].replace("\n", " ")


if __name__ == "__main__":
    write(Path(sys.argv[1]) if len(sys.argv) > 1 else DEFAULT_FOLDER)
