"""Catalogues of texts: ``python -m build_scripts.strings extract|update|check``.

``extract`` collects every sentence of the app into ``locales/messages.pot``, ``update`` carries it into each
language, ``check`` fails if a catalogue is behind the code, incomplete, or has other placeholders.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

from babel import Locale
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import write_po

from app.core.brand import BRANDING, brand_names
from app.core.i18n import LOCALES, SOURCE_LANGUAGE, CatalogError, catalog_path, languages, read_catalog

ROOT = Path(__file__).resolve().parents[1]
TEMPLATE = LOCALES / "messages.pot"
KEYWORDS = {"t": None, "tn": (1, 2), "n": (1, 2), "mark": None, "S": None}
METHODS = [("**.py", "python")]
RUN_UPDATE = "Run: python -m build_scripts.strings update"


def translated() -> list[str]:
    """The languages that have a catalogue; the source language needs none."""
    return [language for language in languages() if language != SOURCE_LANGUAGE]


def collect() -> Catalog:
    """All sentences that the app marks for translation, and where."""
    catalog = Catalog(charset="utf-8")
    found = extract_from_dir(ROOT / "app", METHODS, keywords=KEYWORDS, comment_tags=("Translators:",))
    for name, _line, message, comments, _context in found:
        # Files without line numbers: a moved line is no change of a text.
        catalog.add(message, locations=[(f"app/{name}", 0)], auto_comments=comments)
    return catalog


def extract() -> int:
    """Write the template."""
    catalog = collect()
    write(catalog, TEMPLATE)
    print(f"{len(catalog)} sentences in {TEMPLATE.relative_to(ROOT)}")
    return 0


def update() -> int:
    """Carry the template into every language; sentences that are gone are dropped."""
    extract()
    template = collect()
    for language in translated():
        path = catalog_path(language)
        catalog = read_catalog(path)
        catalog.locale = Locale(language)
        catalog.update(template, no_fuzzy_matching=True)
        catalog.obsolete.clear()
        write(catalog, path)
        print(
            f"{language}: {len(tuple(missing(catalog))) if language != SOURCE_LANGUAGE else 0} to translate"
        )
    return 0


def check() -> int:
    """Say what is wrong with the catalogues, and fail if anything is."""
    problems = [*catalog_problems(), *brand_problems()]
    for problem in problems:
        print(problem, file=sys.stderr)
    return 1 if problems else 0


def catalog_problems() -> Iterator[str]:
    """What is wrong with the app's own catalogues."""
    wanted = {identity(message) for message in collect() if message.id}
    for language in translated():
        path = catalog_path(language)
        try:
            catalog = read_catalog(path)
        except CatalogError as error:
            yield str(error)
            continue
        present = {identity(message) for message in catalog if message.id}
        for sentence in sorted(wanted - present):
            yield f"{path.relative_to(ROOT)}: {sentence!r} is not in it. {RUN_UPDATE}"
        for sentence in sorted(present - wanted):
            yield f"{path.relative_to(ROOT)}: {sentence!r} is not used. {RUN_UPDATE}"
        for sentence in missing(catalog):
            yield f"{path.relative_to(ROOT)}: {sentence!r} is not translated."


def brand_problems() -> Iterator[str]:
    """Words of a brand that replace no sentence of the app."""
    wanted = {identity(message) for message in collect() if message.id}
    for slug in brand_names():
        for path in sorted((BRANDING / slug / "texts").glob("*.po")):
            try:
                catalog = read_catalog(path)
            except CatalogError as error:
                yield str(error)
                continue
            for message in catalog:
                if message.id and identity(message) not in wanted:
                    place = f"{path.relative_to(ROOT)}, line {message.lineno}"
                    yield f"{place}: {message.id!r} is no text of the app."


def missing(catalog: Catalog) -> Iterator[str]:
    """Sentences without a translation."""
    for message in catalog:
        texts = message.string if isinstance(message.string, (tuple, list)) else (message.string,)
        if message.id and (message.fuzzy or not all(texts)):
            yield identity(message)


def identity(message: Message) -> str:
    """The sentence by which a message is found."""
    return message.id if isinstance(message.id, str) else message.id[0]


def write(catalog: Catalog, path: Path) -> None:
    """Save a catalogue so that two runs give the same bytes: Babel's own header holds the time."""
    body = BytesIO()
    write_po(body, catalog, width=110, sort_output=True, omit_header=True, include_lineno=False)
    header = ["Content-Type: text/plain; charset=utf-8"]
    if catalog.locale:
        header += [f"Language: {catalog.locale}", f"Plural-Forms: {catalog.plural_forms}"]
    lines = "".join(f'"{line}\\n"\n' for line in header)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f'msgid ""\nmsgstr ""\n{lines}\n{body.getvalue().decode()}', encoding="utf-8")


COMMANDS = {"extract": extract, "update": update, "check": check}

if __name__ == "__main__":
    command = COMMANDS.get(sys.argv[1] if len(sys.argv) == 2 else "")
    if command is None:
        sys.exit(f"Say one of: {', '.join(COMMANDS)}.")
    sys.exit(command())
