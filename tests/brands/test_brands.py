"""Both brands are whole: texts readable, fonts complete, and nothing of one shows in the other."""

import re
from pathlib import Path

import pytest
from fontTools.ttLib import TTFont

from app.core.assets import asset_folders, coin_picture, fonts, stage_assets
from app.core.brand import BRANDING, Brand, brand_names, load_brand
from app.core.i18n import catalog_path, load_translator, read_catalog
from app.core.theme import Colors, Tiles
from app.design.look import make_look

BRANDS = brand_names()
SURFACES = ("surface", "surface_container_lowest", "surface_container_low", "surface_container")
TONES = ("primary", "error", "success", "warning", "info", "secondary", "tertiary")


def luminance(color: str) -> float:
    parts = [int(color[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def text_pairs(c: Colors, tiles: Tiles) -> dict[str, tuple[str, str]]:
    pairs: dict[str, tuple[str, str]] = {}
    for ink in ("on_surface", "on_surface_variant"):
        for surface in (*SURFACES, "surface_container_high"):
            pairs[f"{ink}/{surface}"] = (getattr(c, ink), getattr(c, surface))
    for ink in ("primary", "error", "success", "warning", "info"):
        for surface in SURFACES[:3]:
            pairs[f"{ink}/{surface}"] = (getattr(c, ink), getattr(c, surface))
    for tone in TONES:
        pairs[f"on_{tone}"] = (getattr(c, f"on_{tone}"), getattr(c, tone))
        pairs[f"on_{tone}_container"] = (getattr(c, f"on_{tone}_container"), getattr(c, f"{tone}_container"))
    pairs["selected row"] = (c.on_surface_variant, c.primary_container)
    pairs["selected chip"] = (c.surface_container_lowest, c.on_surface)
    pairs["inverse"] = (c.on_inverse_surface, c.inverse_surface)
    for index, tile in enumerate((*tiles.pockets, tiles.hero, tiles.bar)):
        pairs[f"tile {index}"] = (tile.fg, tile.bg)
    pairs["hero paper"] = (tiles.hero.fg, tiles.hero_paper)
    return pairs


def test_both_brands_are_there() -> None:
    assert BRANDS == ("etopay", "juno")


@pytest.mark.parametrize("slug", BRANDS)
@pytest.mark.parametrize("dark", [False, True])
def test_every_text_keeps_its_contrast(slug: str, dark: bool) -> None:
    look = make_look(load_brand(slug), dark)
    weak = {
        name: round(contrast(*pair), 2)
        for name, pair in text_pairs(look.c, look.tiles).items()
        if contrast(*pair) < 4.5
    }
    assert weak == {}
    assert contrast(look.c.outline, look.c.surface) >= 3


@pytest.mark.parametrize("slug", BRANDS)
def test_every_picture_is_there(slug: str) -> None:
    brand = load_brand(slug)
    for name in ("logo", "mark", "app-icon", "spot-success", "spot-empty", "spot-identity"):
        for dark in (False, True):
            assert brand.file(f"assets/{brand.picture(name, dark=dark)}")
    if brand.layout.welcome == "hero":
        mascot = brand.file("assets/svg/mascot.svg")
        assert mascot
        assert 'viewBox="-16 -16 272 272"' in mascot.read_text(encoding="utf-8")


@pytest.mark.parametrize("slug", BRANDS)
def test_every_weight_of_the_type_scale_was_shipped(slug: str) -> None:
    brand = load_brand(slug)
    look = make_look(brand, False)
    type_ = brand.theme.typography
    for step in ("display", "title", "heading", "body", "label", "caption"):
        weight = look.step(step).weight  # type: ignore[arg-type]
        assert look.family(weight) == f"{type_.family}-{weight}"
        assert look.family(weight) in fonts(brand)
    assert set(type_.fallback) <= set(fonts(brand))


def spoken_characters(brand: Brand) -> set[str]:
    text = ""
    for language in brand.identity.languages:
        for path in (catalog_path(language), BRANDING / brand.slug / "texts" / f"{language}.po"):
            if path.is_file():
                for message in read_catalog(path):
                    text += str(message.id) + str(message.string)
        text += brand.legal_text("terms", language) + brand.legal_text("privacy", language)
    return set(text + "0123456789.,’'−+≈₳€äöüÄÖÜßéèçñøåşğ„“”–…·\u00a0\u2009\u202f") - set("\n\\")


@pytest.mark.parametrize("slug", BRANDS)
def test_fonts_cover_what_is_written(slug: str) -> None:
    brand = load_brand(slug)
    files = {path.stem: path for folder in asset_folders(brand) for path in folder.glob("fonts/*.[ot]tf")}
    fallback = {
        code for name in brand.theme.typography.fallback for code in TTFont(files[name]).getBestCmap()
    }
    for name, path in files.items():
        if name.startswith(brand.theme.typography.family):
            covered = set(TTFont(path).getBestCmap()) | fallback
            assert {c for c in spoken_characters(brand) if ord(c) not in covered} == set(), name


@pytest.mark.parametrize("slug", BRANDS)
def test_figures_are_tabular(slug: str) -> None:
    for folder in asset_folders(load_brand(slug)):
        for path in folder.glob("fonts/*.otf"):
            font = TTFont(path)
            names = font.getBestCmap()
            widths = [font["hmtx"][names[ord(digit)]][0] for digit in "0123456789"]
            assert max(widths) - min(widths) <= font["head"].unitsPerEm / 500, path.name


@pytest.mark.parametrize("slug", BRANDS)
def test_fonts_bring_their_licences(slug: str) -> None:
    for folder in asset_folders(load_brand(slug)):
        families = {path.stem.split("-")[0] for path in folder.glob("fonts/*.[ot]tf")}
        for family in families:
            assert (folder / "fonts" / f"LICENSE-{family}.txt").is_file()


def test_nothing_of_etopay_shows_in_juno(tmp_path: Path) -> None:
    juno, etopay = load_brand("juno"), load_brand("etopay")
    for path in (BRANDING / "juno").rglob("*"):
        if path.suffix in {".toml", ".md", ".po", ".svg"}:
            text = path.read_text(encoding="utf-8")
            text = re.sub(r"^#.*", "", text, flags=re.MULTILINE)
            assert not re.search(r"eto|inter\b", text, re.IGNORECASE), path.name
    staged = {path.relative_to(tmp_path / "a") for path in stage_assets(juno, tmp_path / "a").rglob("*")}
    assert not [path for path in staged if "Inter" in path.name]
    for name in ("logo.svg", "mark.svg", "app-icon.svg", "spot-success.svg"):
        own, other = (BRANDING / slug / "assets" / "svg" / name for slug in ("juno", "etopay"))
        assert own.read_bytes() != other.read_bytes()
    for mode in ("light", "dark"):
        mine = getattr(juno.theme.colors, mode).model_dump()
        theirs = getattr(etopay.theme.colors, mode).model_dump()
        same = {
            role for role in mine if mine[role] == theirs[role] and mine[role] not in {"#FFFFFF", "#000000"}
        }
        assert same == set()
    assert juno.layout != etopay.layout
    assert (juno.identity.app_id, juno.identity.scheme) != (etopay.identity.app_id, etopay.identity.scheme)


def test_no_source_names_a_brand() -> None:
    """Layouts are chosen by name, never by asking which brand it is."""
    for path in (BRANDING.parent / "app").rglob("*.py"):
        asked = re.search(
            r"slug\s*[!=]=|[\"'](juno|etopay)[\"']\s*[!=]=|[!=]=\s*[\"'](juno|etopay)[\"']",
            path.read_text("utf-8"),
        )
        assert asked is None, path


@pytest.mark.parametrize("slug", BRANDS)
def test_legal_texts_in_every_language(slug: str) -> None:
    brand = load_brand(slug)
    for language in brand.identity.languages:
        for name in ("terms", "privacy"):
            assert brand.file(f"legal/{name}.{language}.md")
            assert brand.legal_text(name, language).startswith("# ")  # type: ignore[arg-type]
    assert brand.legal_text("terms", "xx") == brand.legal_text("terms", "en")


def test_juno_has_words_of_its_own() -> None:
    juno = load_translator("en", load_brand("juno").texts)
    etopay = load_translator("en", load_brand("etopay").texts)
    assert juno("Receive") == "Get"
    assert etopay("Receive") == "Receive"


def test_coins_have_signs() -> None:
    assert coin_picture("eth") == "svg/coin-ETH.svg"
    assert coin_picture("NOPE") is None
