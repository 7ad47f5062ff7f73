"""Make the fonts we ship from their open sources: tabular figures, centred capitals, only the needed signs.

    python -m build_scripts.fonts INTER_FOLDER SORA_FOLDER DEJAVU_FILE

The folders hold the OTF files of Inter 4 and Sora, the file is DejaVuSans.ttf; all are in Debian's packages.
Flet has neither font features nor leading distribution, so both are baked in: every glyph that ``tnum``
swaps becomes the default, and ascent to descent is moved (sum kept) so that capitals sit where CSS puts them.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from fontTools.subset import Options, Subsetter  # type: ignore[import-untyped]
from fontTools.ttLib import TTFont  # type: ignore[import-untyped]

BRANDING = Path(__file__).resolve().parents[1] / "branding"
# Without "calt": it would draw the 0x before an address as a times sign.
FEATURES = ["kern", "liga", "ccmp", "mark", "locl"]
LATIN_AND_SIGNS = [
    *range(0x20, 0x180),
    0x2009,
    0x200A,
    *range(0x2010, 0x2027),
    0x202F,
    *(0x20AC, 0x20BF, 0x2190, 0x2192, 0x2212, 0x2248),
]
SYMBOLS = [
    0x20,
    0x2009,
    0x200A,
    0x202F,
    0x20B1,
    0x20B3,
    0x2190,
    0x2192,
    0x2212,
    0x2248,
    0x2260,
    0x2264,
    0x2265,
]


@dataclass(frozen=True)
class Family:
    """A family to make: its faces, and how much of the line lies above the baseline."""

    name: str
    brand: str
    ascent_share: float
    faces: dict[str, int]


FAMILIES = (
    Family("Inter", "etopay", 0.765, {"Regular": 400, "Medium": 500, "SemiBold": 600, "Bold": 700}),
    Family("Sora", "juno", 0.752, {"Regular": 400, "SemiBold": 600, "Bold": 700, "ExtraBold": 800}),
)


def tabular_swaps(font: TTFont) -> dict[str, str]:
    """The glyphs that the feature ``tnum`` replaces, and by which."""
    table: Any = font["GSUB"].table
    records = [r.Feature for r in table.FeatureList.FeatureRecord if r.FeatureTag == "tnum"]
    swaps: dict[str, str] = {}
    for index in sorted({i for feature in records for i in feature.LookupListIndex}):
        for part in table.LookupList.Lookup[index].SubTable:
            swaps |= getattr(getattr(part, "ExtSubTable", part), "mapping", {})
    return swaps


def bake(source: Path, target: Path, ascent_share: float) -> None:
    """One face of a text family."""
    font = TTFont(source)
    swaps = tabular_swaps(font)
    for table in font["cmap"].tables:
        table.cmap = {code: swaps.get(glyph, glyph) for code, glyph in table.cmap.items()}
    hhea: Any = font["hhea"]
    os2: Any = font["OS/2"]
    total = hhea.ascent - hhea.descent
    hhea.ascent = os2.sTypoAscender = os2.usWinAscent = round(total * ascent_share)
    hhea.descent = os2.sTypoDescender = hhea.ascent - total
    os2.usWinDescent, hhea.lineGap, os2.sTypoLineGap = -hhea.descent, 0, 0
    subset(font, LATIN_AND_SIGNS, target)


def subset(font: TTFont, codes: list[int], target: Path) -> None:
    """Keep only some characters, and save."""
    cutter = Subsetter(Options(layout_features=FEATURES, name_IDs=["*"]))
    cutter.populate(unicodes=codes)
    cutter.subset(font)
    target.parent.mkdir(parents=True, exist_ok=True)
    font.save(target)


def make_fonts(sources: list[Path], symbols: Path) -> None:
    """All families and the fallback for signs they lack."""
    for family, folder in zip(FAMILIES, sources, strict=True):
        for style, weight in family.faces.items():
            target = BRANDING / family.brand / "assets" / "fonts" / f"{family.name}-{weight}.otf"
            bake(folder / f"{family.name}-{style}.otf", target, family.ascent_share)
    subset(TTFont(symbols), SYMBOLS, BRANDING / "_base" / "assets" / "fonts" / "Symbols.ttf")


if __name__ == "__main__":
    inter, sora, dejavu = map(Path, sys.argv[1:4])
    make_fonts([inter, sora], dejavu)
