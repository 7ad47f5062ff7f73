"""Writes `docs/settings.md` from the settings' own descriptions; a test holds the two equal."""

from __future__ import annotations

from enum import Enum
from pathlib import Path

from pydantic.fields import FieldInfo

from app.core.settings import FILE_NAME, FILE_VARIABLE, PREFIX, Settings

ROOT = Path(__file__).resolve().parent.parent
TARGET = ROOT / "docs" / "settings.md"
_HEAD = f"""# Settings of the app

Written by `python -m build_scripts.settings_page`; do not edit.

Each setting is taken from the first place that has it: the command line, the environment variable, the
settings file (TOML, `{FILE_NAME}` in the data folder or the file that `{FILE_VARIABLE}` names), the brand,
the default. A name that is no setting is refused. The sandbox has settings of its own, see
[sandbox.md](sandbox.md).

| setting in the file | environment variable | default | meaning |
| --- | --- | --- | --- |
"""
_OTHERWISE = {
    "data_dir": "the brand's folder among the user's application data",
    "backend_url": "the brand's",
    "idp_url": "the brand's",
    "client_id": "the brand's",
    "auth_provider": "the brand's",
}


def _default(name: str, field: FieldInfo) -> str:
    if name in _OTHERWISE:
        return _OTHERWISE[name]
    value = field.default
    if value is None:
        return "none"
    if isinstance(value, Enum):
        value = value.value
    if isinstance(value, Path):
        value = value.relative_to(ROOT).as_posix()
    return f"`{value}`"


def render() -> str:
    """The whole page."""
    return _HEAD + "".join(
        f"| `{name}` | `{PREFIX}{name.upper()}` | {_default(name, field)} | {field.description} |\n"
        for name, field in Settings.model_fields.items()
    )


if __name__ == "__main__":
    TARGET.write_text(render(), encoding="utf-8")
