"""Texts in the user's language: catalogues with English sentences as ids, a brand's own words on top."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from gettext import c2py
from pathlib import Path
from string import Formatter

from babel import Locale
from babel.core import UnknownLocaleError
from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import PoFileError, read_po

SOURCE_LANGUAGE = "en"
WORLD_ENGLISH = Locale("en", "001")
LOCALES = Path(__file__).resolve().parents[2] / "locales"


class CatalogError(ValueError):
    """A catalogue that must not be used; the message names file, line and sentence."""


def mark(sentence: str) -> str:
    """Mark a sentence for translation where no translator is at hand yet."""
    return sentence


def placeholders(sentence: str) -> frozenset[str]:
    """The names in braces."""
    return frozenset(name for _, name, _, _ in Formatter().parse(sentence) if name is not None)


def _check(path: Path, message: Message) -> None:
    ids = message.id if isinstance(message.id, (tuple, list)) else (message.id,)
    texts = message.string if isinstance(message.string, (tuple, list)) else (message.string,)
    wanted = placeholders(ids[-1])
    for text in filter(None, texts):
        try:
            got = placeholders(text)
        except ValueError as error:
            raise CatalogError(
                f"{path}, line {message.lineno}: {text!r} has a broken brace: {error}."
            ) from None
        # "One payment" may leave out the number, nothing else may differ.
        if got != wanted and not (message.pluralizable and wanted - got <= {"n"} and got <= wanted):
            raise CatalogError(
                f"{path}, line {message.lineno}: the translation {text!r} has the placeholders "
                f"{sorted(got)}, but {ids[-1]!r} has {sorted(wanted)}. Use exactly the same."
            )


def read_catalog(path: Path) -> Catalog:
    """A catalogue whose placeholders are right. Raises CatalogError."""
    try:
        with path.open("rb") as file:
            catalog = read_po(file, abort_invalid=True)
    except PoFileError as error:
        raise CatalogError(f"{path}: {error}. Correct the line and try again.") from None
    for message in catalog:
        if message.id:
            _check(path, message)
    return catalog


@dataclass(frozen=True)
class Translate:
    """Translator of one language: ``t("Send {sum}", sum=…)`` and ``t.n("{n} word", "{n} words", 3)``."""

    locale: Locale
    singular: Mapping[str, str] = field(default_factory=dict, repr=False)
    plural: Mapping[str, tuple[str, ...]] = field(default_factory=dict, repr=False)
    plural_index: Callable[[int], int] = field(default=lambda n: int(n != 1), repr=False)

    def __call__(self, sentence: str, /, **params: object) -> str:
        """The sentence in the user's language, with its placeholders filled."""
        text = self.singular.get(sentence) or sentence
        return text.format(**params) if params else text

    def n(self, one: str, many: str, n: int, /, **params: object) -> str:
        """The form of a sentence that fits a number; ``{n}`` is the number."""
        forms = self.plural.get(one)
        index = self.plural_index(n)
        text = forms[index] if forms and index < len(forms) and forms[index] else (one if n == 1 else many)
        return text.format(n=n, **params)


def translator(language: str, catalogs: Iterable[Path], locale: Locale | None = None) -> Translate:
    """Join catalogues, later ones winning; files that are not there are passed over."""
    singular: dict[str, str] = {}
    plural: dict[str, tuple[str, ...]] = {}
    rule = "n != 1"
    for path in catalogs:
        if not path.is_file():
            continue
        catalog = read_catalog(path)
        rule = catalog.plural_expr
        for message in catalog:
            if not message.id or message.fuzzy:
                continue
            if isinstance(message.id, (tuple, list)):
                plural[message.id[0]] = tuple(message.string or ())
            elif message.string:
                singular[message.id] = str(message.string)
    return Translate(locale or parse_locale(language), singular, plural, c2py(rule))


def catalog_path(language: str, root: Path = LOCALES) -> Path:
    """Where the app's own catalogue of a language lies."""
    return root / language / "LC_MESSAGES" / "messages.po"


def languages(root: Path = LOCALES) -> tuple[str, ...]:
    """Languages with a catalogue; the source language is always there and first."""
    found = sorted(path.parents[1].name for path in root.glob("*/LC_MESSAGES/messages.po"))
    return (SOURCE_LANGUAGE, *(name for name in found if name != SOURCE_LANGUAGE))


def choose_language(wanted: Iterable[str | None], offered: Iterable[str]) -> str:
    """The first wanted language that is offered (``de-AT`` takes ``de``), else the source language."""
    offers = tuple(offered)
    for tag in wanted:
        if tag and (base := tag.replace("_", "-").split("-")[0].lower()) in offers:
            return base
    return SOURCE_LANGUAGE


def parse_locale(tag: str) -> Locale:
    """A Babel locale of ``de``, ``de-AT`` or ``de_AT``; English where the tag is unknown.

    English without a country is the world's, which says the day before the month.
    """
    try:
        return WORLD_ENGLISH if tag == SOURCE_LANGUAGE else Locale.parse(tag.replace("-", "_"))
    except (UnknownLocaleError, ValueError):
        return WORLD_ENGLISH


@lru_cache(maxsize=16)
def load_translator(language: str, brand_texts: Path | None = None) -> Translate:
    """The app's texts in a language, with a brand's own words on top."""
    own = (brand_texts / f"{language}.po",) if brand_texts else ()
    return translator(language, (catalog_path(language), *own))
