"""The files that Flet serves: the common ones, with a brand's own over them, in one folder."""

from __future__ import annotations

import shutil
from functools import lru_cache
from pathlib import Path

from app.core.brand import BASE, BRANDING, Brand

COMMON = Path(__file__).resolve().parents[2] / "assets"


def asset_folders(brand: Brand) -> tuple[Path, ...]:
    """Where a brand's assets come from; later folders win."""
    return (COMMON, BRANDING / BASE / "assets", *(folder / "assets" for folder in reversed(brand.folders)))


def stage_assets(brand: Brand, target: Path) -> Path:
    """Fill a folder with all that the brand shows and nothing of another brand, and return it."""
    if target.exists():
        shutil.rmtree(target)
    target.mkdir(parents=True)
    for folder in asset_folders(brand):
        if folder.is_dir():
            shutil.copytree(folder, target, dirs_exist_ok=True)
    return target


def fonts(brand: Brand) -> dict[str, str]:
    """Every font of the brand, for ``page.fonts``: family to path below the assets folder."""
    found = {}
    for folder in asset_folders(brand):
        for path in sorted(folder.glob("fonts/*.[ot]tf")):
            found[path.stem] = f"fonts/{path.name}"
    return found


@lru_cache(maxsize=256)
def coin_picture(symbol: str) -> str | None:
    """Path below the assets folder of a coin's sign, if there is one."""
    asset = f"svg/coin-{symbol.upper()}.svg"
    return asset if (COMMON / asset).is_file() else None
