"""Catalogues: plurals, placeholders, a brand's own words, and what happens with broken ones."""

from pathlib import Path

import pytest

from app.core.i18n import (
    CatalogError,
    choose_language,
    languages,
    load_translator,
    parse_locale,
    placeholders,
    read_catalog,
    translator,
)
from build_scripts.strings import brand_problems, catalog_problems

HEADER = 'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=utf-8\\n"\n'
GERMAN = HEADER + '"Language: de\\n"\n"Plural-Forms: nplurals=2; plural=(n != 1);\\n"\n\n'
POLISH = HEADER + (
    '"Plural-Forms: nplurals=3; plural='
    '(n==1 ? 0 : n%10>=2 && n%10<=4 && (n%100<12 || n%100>14) ? 1 : 2);\\n"\n\n'
)


def catalog(folder: Path, body: str, header: str = GERMAN) -> Path:
    path = folder / "de.po"
    path.write_text(header + body, encoding="utf-8")
    return path


def test_sentences_plurals_and_fallback(tmp_path: Path) -> None:
    path = catalog(
        tmp_path,
        'msgid "Send {amount}"\nmsgstr "{amount} senden"\n\n'
        'msgid "{n} word"\nmsgid_plural "{n} words"\nmsgstr[0] "ein Wort"\nmsgstr[1] "{n} Wörter"\n',
    )
    t = translator("de", [path])
    assert t("Send {amount}", amount="1 ETH") == "1 ETH senden"
    assert [t.n("{n} word", "{n} words", n) for n in (1, 2)] == ["ein Wort", "2 Wörter"]
    assert t("Not translated {x}", x=1) == "Not translated 1"
    assert t.n("{n} day", "{n} days", 1) == "1 day"


def test_languages_with_three_plural_forms(tmp_path: Path) -> None:
    path = catalog(
        tmp_path,
        'msgid "{n} word"\nmsgid_plural "{n} words"\n'
        'msgstr[0] "{n} słowo"\nmsgstr[1] "{n} słowa"\nmsgstr[2] "{n} słów"\n',
        POLISH,
    )
    t = translator("pl", [path])
    assert [t.n("{n} word", "{n} words", n) for n in (1, 2, 5, 22)] == [
        "1 słowo",
        "2 słowa",
        "5 słów",
        "22 słowa",
    ]


@pytest.mark.parametrize(
    ("translation", "complaint"),
    [
        ("Sende", r"line 7.*\['amount'\]"),
        ("{amount} {x}", "Use exactly the same"),
        ("{amount", "broken brace"),
    ],
)
def test_other_placeholders_are_refused(tmp_path: Path, translation: str, complaint: str) -> None:
    path = catalog(tmp_path, f'msgid "Send {{amount}}"\nmsgstr "{translation}"\n')
    with pytest.raises(CatalogError, match=complaint):
        read_catalog(path)


def test_a_broken_catalogue_names_its_file(tmp_path: Path) -> None:
    path = catalog(tmp_path, 'msgid "a"\nmsgstr "b"\nnonsense\n')
    with pytest.raises(CatalogError, match=r"de\.po"):
        read_catalog(path)


def test_a_brands_words_win_over_the_apps(tmp_path: Path) -> None:
    app = catalog(tmp_path, 'msgid "Home"\nmsgstr "Start"\n\nmsgid "Send"\nmsgstr "Senden"\n')
    own = tmp_path / "own.po"
    own.write_text(GERMAN + 'msgid "Home"\nmsgstr "Daheim"\n', encoding="utf-8")
    t = translator("de", [app, own, tmp_path / "missing.po"])
    assert (t("Home"), t("Send")) == ("Daheim", "Senden")


def test_languages_are_chosen_by_what_is_offered() -> None:
    assert languages()[0] == "en"
    assert "de" in languages()
    assert choose_language([None, "de-AT"], languages()) == "de"
    assert choose_language(["xx", "fr_FR"], languages()) == "en"
    assert parse_locale("de_CH").territory == "CH"
    assert parse_locale("not a tag").language == "en"


def test_placeholders() -> None:
    assert placeholders("{a} of {b:.2f} and {{literal}}") == {"a", "b"}


def test_catalogues_fit_the_code() -> None:
    assert list(catalog_problems()) == []


def test_brand_texts_replace_texts_of_the_app() -> None:
    assert list(brand_problems()) == []


def test_german_is_german() -> None:
    t = load_translator("de")
    assert t("Try again") == "Noch einmal versuchen"
