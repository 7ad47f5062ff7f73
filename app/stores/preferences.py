"""What the user chose about the app itself, in a plain file of the data folder; no secrets."""

from __future__ import annotations

import json
import logging
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Any, Final

from app.core.observable import observable

_log = logging.getLogger(__name__)
FILE_NAME: Final = "preferences.json"
AUTO_LOCK_CHOICES: Final = (1, 5, 15)


class ThemeChoice(StrEnum):
    """Light, dark, or as the system has it."""

    SYSTEM = "system"
    LIGHT = "light"
    DARK = "dark"


@dataclass(frozen=True, slots=True)
class Preferences:
    """All choices. ``language`` and ``less_motion`` None mean: as the system has it.

    ``pin_lengths`` is known per account, so that the last digit can submit; ``signed_out`` are the accounts
    whose session was ended here by the user, and not by the provider.
    """

    theme: ThemeChoice = ThemeChoice.SYSTEM
    language: str | None = None
    hide_amounts: bool = False
    less_motion: bool | None = None
    auto_lock_minutes: int = 5
    terms_version: str | None = None
    terms_accepted_at: str | None = None
    pin_lengths: Mapping[str, int] = field(default_factory=dict)
    signed_out: tuple[str, ...] = ()


def _read(values: Mapping[str, Any], default: Preferences) -> Preferences:
    """Preferences of a file; what makes no sense is passed over."""
    text = {
        name: value
        for name in ("language", "terms_version", "terms_accepted_at")
        if isinstance(value := values.get(name), str)
    }
    lengths = values.get("pin_lengths")
    signed_out = values.get("signed_out")
    minutes = values.get("auto_lock_minutes")
    theme = values.get("theme")
    return replace(
        default,
        **text,
        theme=ThemeChoice(theme) if theme in set(ThemeChoice) else default.theme,
        hide_amounts=values.get("hide_amounts") is True,
        less_motion=still if isinstance(still := values.get("less_motion"), bool) else None,
        auto_lock_minutes=minutes if minutes in AUTO_LOCK_CHOICES else default.auto_lock_minutes,
        pin_lengths={
            name: length
            for name, length in (lengths.items() if isinstance(lengths, dict) else ())
            if isinstance(name, str) and isinstance(length, int)
        },
        signed_out=tuple(
            name for name in (signed_out if isinstance(signed_out, list) else ()) if isinstance(name, str)
        ),
    )


@observable
class PreferencesStore:
    """Reads the file once and writes it at each change; a file that cannot be written is only logged."""

    def __init__(
        self,
        folder: Path,
        *,
        language: str | None = None,
        auto_lock_minutes: int = 5,
        less_motion: bool = False,
    ) -> None:
        self._path = folder / FILE_NAME
        nearest = min(AUTO_LOCK_CHOICES, key=lambda choice: abs(choice - auto_lock_minutes))
        default = Preferences(language=language, auto_lock_minutes=nearest)
        self.still = less_motion
        self.values = self._load(default)

    @property
    def theme(self) -> ThemeChoice:
        """Light, dark or the system's."""
        return self.values.theme

    @property
    def language(self) -> str | None:
        """The chosen language, None for the system's."""
        return self.values.language

    @property
    def hide_amounts(self) -> bool:
        """Whether amounts are covered on screen."""
        return self.values.hide_amounts

    @property
    def less_motion(self) -> bool:
        """Whether things appear without moving: as the user said, else as it is by default."""
        return self.still if self.values.less_motion is None else self.values.less_motion

    @property
    def auto_lock_minutes(self) -> int:
        """After how many idle minutes the app locks."""
        return self.values.auto_lock_minutes

    def set_theme(self, theme: ThemeChoice) -> None:
        """Choose light, dark or the system's."""
        self._change(theme=theme)

    def set_language(self, language: str | None) -> None:
        """Choose a language."""
        self._change(language=language)

    def set_hide_amounts(self, hide: bool) -> None:
        """Cover amounts or show them."""
        self._change(hide_amounts=hide)

    def set_less_motion(self, less: bool) -> None:
        """Let things appear without moving, or move again."""
        self._change(less_motion=less)

    def toggle_hide_amounts(self) -> None:
        """Cover amounts if they are shown, and the other way round."""
        self._change(hide_amounts=not self.values.hide_amounts)

    def set_auto_lock_minutes(self, minutes: int) -> None:
        """Choose one of :data:`AUTO_LOCK_CHOICES`."""
        if minutes in AUTO_LOCK_CHOICES:
            self._change(auto_lock_minutes=minutes)

    def accept_terms(self, version: str) -> None:
        """Record that this version was accepted, and when."""
        self._change(terms_version=version, terms_accepted_at=datetime.now(UTC).isoformat(timespec="seconds"))

    def pin_length(self, username: str) -> int | None:
        """How many digits the PIN of an account has, where that is known."""
        return self.values.pin_lengths.get(username)

    def set_pin_length(self, username: str, length: int | None) -> None:
        """Remember (or with None forget) the length of a PIN."""
        others = {name: known for name, known in self.values.pin_lengths.items() if name != username}
        self._change(pin_lengths=others if length is None else {**others, username: length})

    def signed_out(self, username: str) -> bool:
        """Whether the user ended the session of an account, and has not signed in again since."""
        return username in self.values.signed_out

    def set_signed_out(self, username: str, signed_out: bool) -> None:
        """Remember that the user ended a session, or that it began anew."""
        if signed_out != self.signed_out(username):
            others = tuple(name for name in self.values.signed_out if name != username)
            self._change(signed_out=(*others, username) if signed_out else others)

    def _change(self, **changes: Any) -> None:
        self.values = replace(self.values, **changes)
        try:
            self._save()
        except OSError as error:
            _log.warning("The preferences could not be saved: %s", type(error).__name__)

    def _load(self, default: Preferences) -> Preferences:
        try:
            values = json.loads(self._path.read_text("utf-8"))
        except FileNotFoundError:
            return default
        except (OSError, ValueError) as error:
            _log.warning("The preferences could not be read: %s", type(error).__name__)
            return default
        return _read(values, default) if isinstance(values, dict) else default

    def _save(self) -> None:
        self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        temporary = self._path.with_suffix(".new")
        with os.fdopen(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
            json.dump(asdict(self.values), file, indent=1)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(self._path)
