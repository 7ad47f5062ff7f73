"""Settings of one start: command line, then environment, then file, then what the brand says."""

from __future__ import annotations

import os
import tomllib
from enum import StrEnum
from pathlib import Path
from typing import Any, Final, Literal

from platformdirs import user_data_path
from pydantic import Field, ValidationError
from pydantic.fields import FieldInfo
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from app.core.brand import BRANDING, DEFAULT_BRAND, Brand, load_brand

PREFIX: Final = "ETOPAY_"
FILE_NAME: Final = "settings.toml"
FILE_VARIABLE: Final = "ETOPAY_SETTINGS"


class SettingsError(ValueError):
    """A setting that cannot be used; the message names it, where it came from and what would be right."""


class View(StrEnum):
    """How the app shows itself."""

    AUTO = "auto"
    DESKTOP = "desktop"
    WEB = "web"


class GatewayKind(StrEnum):
    """What the app talks to."""

    ETOPAY = "etopay"
    DEMO = "demo"


class Settings(BaseSettings):
    """All settings; each field's description is its line in ``docs/settings.md``."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, frozen=True, extra="forbid", env_ignore_empty=True)

    brand: str = Field(
        DEFAULT_BRAND, description="The brand to show: the name of a folder below `brand_dir`, or a path."
    )
    brand_dir: Path = Field(BRANDING, description="The folder that holds the brands.")
    data_dir: Path = Field(
        description="The folder for wallets, preferences and the log; made if it is missing, for you alone."
    )
    view: View = Field(
        View.AUTO,
        description=(
            "`desktop` opens a window, `web` serves the app to a browser on this machine (for development "
            "and preview), `auto` takes the window where a display and the desktop client are there."
        ),
    )
    port: int = Field(0, ge=0, le=65535, description="The port of the web view; 0 takes a free one.")
    gateway: GatewayKind = Field(
        GatewayKind.ETOPAY,
        description="`etopay` uses the real SDK, `demo` plays everything in memory (not in releases).",
    )
    backend_url: str = Field(
        pattern=r"^https?://[^\s/]+(/[^\s]*[^\s/])?/?$",
        description="The ETOPay backend, as in `https://host/api`; the brand's own unless set.",
    )
    idp_url: str = Field(
        pattern=r"^https?://[^\s/]+(/[^\s]*[^\s/])?/?$",
        description="The issuer of the identity provider, as in `https://host/realms/name`.",
    )
    client_id: str = Field(min_length=1, description="The app's client at the identity provider.")
    auth_provider: str = Field(
        min_length=1, description="The name of the identity provider at the backend, `standalone` for ours."
    )
    language: str | None = Field(
        None, description="The language to start in, as in `de`; the system's unless set."
    )
    auto_lock_minutes: int = Field(
        5, ge=1, le=15, description="After how many minutes without a touch the wallet locks."
    )
    reduced_motion: bool = Field(
        False, description="Start without movement; the user may choose otherwise in the app."
    )
    log_level: Literal["debug", "info", "warning", "error"] = Field(
        "info", description="How much goes into `app.log`."
    )

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - pydantic's
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - pydantic's
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """First wins: arguments, environment, file, brand."""
        return init_settings, env_settings, _FileSource(settings_cls), _BrandSource(settings_cls)


class _Values(PydanticBaseSettingsSource):
    """A source that knows all of its values at once."""

    def get_field_value(self, field: FieldInfo, field_name: str) -> tuple[Any, str, bool]:  # noqa: ARG002
        """Only asked for by the base class."""
        return self().get(field_name), field_name, False

    def read(self, name: str, default: Any) -> Any:
        """What a source before this one says."""
        value = self.current_state.get(name)
        return default if value is None else value


class _FileSource(_Values):
    """The settings file, whose place may depend on brand and data folder."""

    def __call__(self) -> dict[str, Any]:
        brand = str(self.read("brand", DEFAULT_BRAND))
        data_dir = Path(self.read("data_dir", default_data_dir(brand)))
        named = os.environ.get(FILE_VARIABLE)
        path = Path(named) if named else data_dir / FILE_NAME
        values: dict[str, Any] = {"data_dir": data_dir}
        if not path.is_file():
            if named:
                raise SettingsError(f"{FILE_VARIABLE} names {path}, and there is no such file.")
            return values
        try:
            return values | tomllib.loads(path.read_text(encoding="utf-8"))
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            raise SettingsError(f"The settings file {path} cannot be read: {error}.") from None


class _BrandSource(_Values):
    """Where the brand's service is."""

    def __call__(self) -> dict[str, Any]:
        name = str(self.read("brand", DEFAULT_BRAND))
        return load_brand(name, Path(self.read("brand_dir", BRANDING))).service.model_dump()


def default_data_dir(brand: str) -> Path:
    """The brand's own folder where the platform keeps applications' data."""
    packaged = os.environ.get("FLET_APP_STORAGE_DATA")
    root = Path(packaged) if packaged else user_data_path("etopay", appauthor=False)
    return root / Path(brand).name


def load_settings(**given: Any) -> Settings:
    """The settings of this start; ``given`` are those of the command line, None where not given.

    Raises SettingsError, or BrandError for an unknown or faulty brand.
    """
    try:
        return Settings(**{name: value for name, value in given.items() if value is not None})
    except ValidationError as error:
        raise SettingsError(_explain(error)) from None


def brand_of(settings: Settings) -> Brand:
    """The brand that the settings name. Raises BrandError."""
    return load_brand(settings.brand, settings.brand_dir)


def _explain(error: ValidationError) -> str:
    lines = []
    for problem in error.errors(include_url=False):
        name = ".".join(str(part) for part in problem["loc"])
        if problem["type"] == "extra_forbidden":
            lines.append(f"{name} is not a setting.")
        else:
            lines.append(f"The setting {name} = {problem['input']!r} is wrong: {problem['msg']}.")
    return " ".join([*lines, f"Set {PREFIX}<NAME>, or correct the settings file."])
