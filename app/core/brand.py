"""A brand: names, ids, layouts, features and theme, read from its folder laid over ``branding/_base``."""

from __future__ import annotations

import tomllib
from datetime import date
from difflib import get_close_matches
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, Field, ValidationError

from app.core.theme import Part, Theme

BRANDING = Path(__file__).resolve().parents[2] / "branding"
BASE = "_base"
DEFAULT_BRAND = "etopay"


class BrandError(ValueError):
    """A brand that cannot be used; the message names file, line, value and what would be right."""


class Identity(Part):
    """What the brand is called, and by what the platforms know it."""

    name: str = Field(min_length=1)
    company: str = Field(min_length=1)
    app_id: str = Field(pattern=r"^[a-z][a-z0-9]*(\.[a-z][a-z0-9]*)+$")
    scheme: str = Field(pattern=r"^[a-z][a-z0-9.+-]+$")
    languages: tuple[str, ...] = Field(min_length=1)


class Support(Part):
    """Where people get help."""

    email: str = Field(pattern=r"^[^@\s]+@[^@\s]+$")
    url: str = Field(pattern=r"^https://")


class Legal(Part):
    """Versions of the texts a user accepts; a new version asks again. The texts lie in ``legal/``."""

    terms_version: date
    privacy_version: date


class Layout(Part):
    """Which of the app's own layouts the brand uses."""

    home: Literal["ledger", "pockets"]
    shell: Literal["bar", "pill"]
    welcome: Literal["composed", "hero"]


class Features(Part):
    """What the brand offers."""

    hide_amounts: bool
    test_networks: bool
    multiple_accounts: bool


class Service(Part):
    """Where the brand's ETOPay instance is; settings win over these."""

    backend_url: str = Field(pattern=r"^https?://")
    idp_url: str = Field(pattern=r"^https?://")
    client_id: str = Field(min_length=1)
    auth_provider: str = Field(min_length=1)


class Brand(Part):
    """A whole brand. ``folders`` are searched for its files, own folder first."""

    slug: str
    identity: Identity
    support: Support
    legal: Legal
    layout: Layout
    features: Features
    service: Service
    theme: Theme
    folders: tuple[Path, ...]

    def __hash__(self) -> int:
        return hash((self.slug, self.folders))

    @property
    def name(self) -> str:
        """The name users see."""
        return self.identity.name

    def file(self, relative: str) -> Path | None:
        """A file of the brand, its own before the default one."""
        return next((path for folder in self.folders if (path := folder / relative).is_file()), None)

    def picture(self, name: str, *, dark: bool) -> str:
        """Path below the assets folder of a picture in ``assets/svg``; the dark one if there is one."""
        names = [f"svg/{name}-dark.svg", f"svg/{name}.svg"] if dark else [f"svg/{name}.svg"]
        for asset in names:
            if self.file(f"assets/{asset}"):
                return asset
        raise BrandError(f"The brand {self.slug} has no picture assets/svg/{name}.svg. Add it to its folder.")

    def legal_text(self, name: Literal["terms", "privacy"], language: str) -> str:
        """The legal text in a language, else in the brand's first language."""
        for tag in (language, *self.identity.languages):
            if path := self.file(f"legal/{name}.{tag}.md"):
                return path.read_text(encoding="utf-8")
        raise BrandError(f"The brand {self.slug} has no legal/{name}.{language}.md. Add it to its folder.")

    @property
    def texts(self) -> Path | None:
        """The folder with the brand's own words, if it has any."""
        folder = self.folders[0] / "texts"
        return folder if folder.is_dir() else None


def brand_names(root: Path = BRANDING) -> tuple[str, ...]:
    """Slugs of the brands in a folder."""
    return tuple(sorted(path.parent.name for path in root.glob("[!_]*/brand.toml")))


@lru_cache(maxsize=8)
def load_brand(name: str = DEFAULT_BRAND, root: Path = BRANDING) -> Brand:
    """Read the brand with this slug, or the one in this folder. Raises BrandError."""
    folder = Path(name) if ("/" in name or "\\" in name) else root / name
    if not (folder / "brand.toml").is_file():
        known = brand_names(root)
        raise BrandError(
            f"There is no brand {name!r}: {folder / 'brand.toml'} is missing. "
            f"Known brands: {', '.join(known) or 'none'}.{_nearest(name, known)}"
        )
    base, own = _read(root / BASE), _read(folder)
    values = _overlay(base, own) | {"slug": folder.resolve().name, "folders": (folder, root / BASE)}
    try:
        return Brand.model_validate(values)
    except ValidationError as error:
        raise BrandError(_explain(error, folder)) from None


def _read(folder: Path) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for name in ("brand.toml", "theme.toml"):
        path = folder / name
        if not path.is_file():
            continue
        try:
            content = tomllib.loads(path.read_text(encoding="utf-8"))
        except tomllib.TOMLDecodeError as error:
            raise BrandError(f"{path}: {error}. Correct the line and try again.") from None
        if name == "theme.toml":
            values["theme"] = content
        else:
            values |= content
    return values


def _overlay(base: dict[str, Any], own: dict[str, Any]) -> dict[str, Any]:
    merged = dict(base)
    for key, value in own.items():
        below = merged.get(key)
        merged[key] = _overlay(below, value) if isinstance(below, dict) and isinstance(value, dict) else value
    return merged


def _explain(error: ValidationError, folder: Path) -> str:
    lines = []
    for problem in error.errors(include_url=False):
        place = tuple(str(part) for part in problem["loc"])
        path = folder / ("theme.toml" if place[0] == "theme" else "brand.toml")
        keys = place[1:] if place[0] == "theme" else place
        where = f"{path}{_line_of(path, keys)}: {'.'.join(keys)}"
        if problem["type"] == "extra_forbidden":
            lines.append(f"{where} is not a known setting.{_nearest(keys[-1], _keys_beside(place))}")
        elif problem["type"] == "missing":
            lines.append(f"{where} is missing. Add it here or to {BASE}.")
        else:
            lines.append(f"{where} = {problem['input']!r} is wrong: {problem['msg']}.")
    return "\n".join(lines)


def _nearest(word: str, allowed: tuple[str, ...]) -> str:
    close = get_close_matches(word, allowed, 1, 0.5)
    return f" Did you mean {close[0]!r}?" if close else ""


def _keys_beside(place: tuple[str, ...]) -> tuple[str, ...]:
    model: Any = Brand
    for part in place[:-1]:
        field = model.model_fields.get(part) if _is_model(model) else None
        model = field.annotation if field else None
    return tuple(model.model_fields) if _is_model(model) else ()


def _is_model(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, BaseModel)


def _line_of(path: Path, keys: tuple[str, ...]) -> str:
    """`, line N` of a key in a TOML file; nothing when the file does not set it."""
    if not path.is_file():
        return ""
    table: tuple[str, ...] = ()
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        text = line.strip()
        if text.startswith("["):
            table = tuple(text.strip("[] ").split("."))
        elif "=" in text:
            name = tuple(part.strip(' "') for part in text.split("=")[0].split("."))
            full = table + name
            if full == keys[: len(full)]:
                return f", line {number}"
    return ""
