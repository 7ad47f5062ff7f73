"""Paths below the settings."""

from __future__ import annotations

from typing import Final

from app.core import paths

PIN: Final = f"{paths.SETTINGS}/pin"
PHRASE: Final = f"{paths.SETTINGS}/phrase"
LEGAL: Final = f"{paths.SETTINGS}/legal"
LICENCES: Final = f"{paths.SETTINGS}/licences"
ABOUT: Final = f"{paths.SETTINGS}/about"
REMOVE: Final = f"{paths.SETTINGS}/remove"
