"""A broken brand folder is refused with file, line, value and what would be right."""

import shutil
from pathlib import Path

import pytest

from app.core.brand import BRANDING, BrandError, load_brand


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    target = tmp_path / "acme"
    shutil.copytree(BRANDING / "etopay", target)
    return target


def change(folder: Path, file: str, old: str, new: str) -> Path:
    path = folder / file
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    return path


def complaint(folder: Path) -> str:
    with pytest.raises(BrandError) as caught:
        load_brand(str(folder))
    return str(caught.value)


def test_a_folder_anywhere_is_a_brand(folder: Path) -> None:
    change(folder, "brand.toml", 'name = "etopay"', 'name = "Acme"')
    brand = load_brand(str(folder))
    assert (brand.slug, brand.name) == ("acme", "Acme")
    assert brand.layout.home == "ledger"  # from _base


def test_unknown_brand_names_the_nearest() -> None:
    with pytest.raises(BrandError, match=r"no brand 'jumo'.*Known brands: etopay, juno.*Did you mean 'juno'"):
        load_brand("jumo")


def test_a_misspelt_key_names_line_and_nearest(folder: Path) -> None:
    path = change(folder, "brand.toml", "scheme =", "sheme =")
    line = 1 + path.read_text(encoding="utf-8").splitlines().index('sheme = "etopay"')
    said = complaint(folder)
    assert f"{path}, line {line}: identity.sheme is not a known setting. Did you mean 'scheme'?" in said
    assert "identity.scheme is missing" in said


def test_a_wrong_value_names_what_is_allowed(folder: Path) -> None:
    (folder / "brand.toml").open("a", encoding="utf-8").write('\n[layout]\nhome = "leger"\n')
    said = complaint(folder)
    assert "layout.home = 'leger' is wrong" in said
    assert "'ledger' or 'pockets'" in said


def test_a_wrong_colour_names_line_and_value(folder: Path) -> None:
    path = change(folder, "theme.toml", 'primary = "#2346C4"', 'primary = "blue"')
    line = 1 + path.read_text(encoding="utf-8").splitlines().index('primary = "blue"')
    said = complaint(folder)
    assert f"{path}, line {line}: colors.light.primary = 'blue' is wrong" in said


def test_a_missing_colour_is_named(folder: Path) -> None:
    change(folder, "theme.toml", 'on_primary = "#FFFFFF"\n', "")
    assert "colors.light.on_primary is missing" in complaint(folder)


def test_a_syntax_error_names_the_line(folder: Path) -> None:
    change(folder, "brand.toml", "[support]", "[support")
    said = complaint(folder)
    assert "brand.toml" in said
    assert "line" in said


def test_a_missing_picture_is_named(folder: Path) -> None:
    (folder / "assets" / "svg" / "logo.svg").unlink()
    (folder / "assets" / "svg" / "logo-dark.svg").unlink()
    with pytest.raises(BrandError, match=r"no picture assets/svg/logo.svg"):
        load_brand(str(folder)).picture("logo", dark=False)
