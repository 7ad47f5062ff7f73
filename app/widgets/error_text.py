"""What a screen says about an error, in the user's language."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import flet as ft

from app.core.errors import AppError, ErrorCode
from app.core.i18n import Translate
from app.design.base import Tone, Ui
from app.design.components import banner
from app.widgets.error_sentences import ADDRESS_REASONS, AMOUNT_REASONS, BUTTONS, TABLE


@dataclass(frozen=True)
class ErrorText:
    """The fact, what is safe and what to do, and the word on the button."""

    title: str
    next_step: str
    action: str | None = None

    def sentence(self) -> str:
        """Both as sentences in one line; a title itself has no full stop."""
        return f"{self.title}. {self.next_step}"


def error_text(t: Translate, error: AppError) -> ErrorText:
    """What to say about an error, in the user's language."""
    params = {name: value for name, value in error.params.items() if value is not None}
    title, next_step = _special(t, error.code, params) or _from_table(t, error.code, params)
    word = BUTTONS[error.action]
    return ErrorText(title, next_step, t(word) if word else None)


def _special(t: Translate, code: ErrorCode, params: Mapping[str, object]) -> tuple[str, str] | None:
    if code is ErrorCode.WRONG_PIN and isinstance(left := params.get("tries_left"), int):
        after = t.n("{n} try left, then a pause.", "{n} tries left, then a pause.", left)
        return t("Wrong PIN"), after
    if code is ErrorCode.INVALID_ADDRESS:
        return _address(t, params)
    if code is ErrorCode.INVALID_AMOUNT and (pair := AMOUNT_REASONS.get(str(params.get("reason")))):
        return _fill(t, pair[0], params), t(pair[1])
    return None


def _address(t: Translate, params: Mapping[str, object]) -> tuple[str, str] | None:
    network, reason = str(params.get("network", "")), str(params.get("reason", ""))
    again = t("Copy it once more from the person who wants to be paid.")
    if isinstance(missing := params.get("missing"), int):
        title = t.n(
            "This is not an address on {network}: {n} character is missing",
            "This is not an address on {network}: {n} characters are missing",
            missing,
            network=network,
        )
        return title, again
    if isinstance(extra := params.get("extra"), int):
        title = t.n(
            "This is not an address on {network}: {n} character too many",
            "This is not an address on {network}: {n} characters too many",
            extra,
            network=network,
        )
        return title, again
    if pair := ADDRESS_REASONS.get(reason):
        return _fill(t, pair[0], {"network": network}), t(pair[1])
    return None


def _from_table(t: Translate, code: ErrorCode, params: Mapping[str, object]) -> tuple[str, str]:
    facts = dict(params)
    if code is ErrorCode.PIN_PAUSED:
        facts["wait"] = waiting_time(t, int(str(params.get("seconds", 60))))
    title, next_step = TABLE[code]
    return _fill(t, title, facts), _fill(t, next_step, facts)


class _Blank(dict[str, object]):
    """A dash for a fact that an error did not bring: a half sentence beats a second error."""

    def __missing__(self, key: str) -> str:
        return "–"


def _fill(t: Translate, sentence: str, facts: Mapping[str, object]) -> str:
    return t(sentence).format_map(_Blank(facts))


def waiting_time(t: Translate, seconds: int) -> str:
    """How long a pause is, in the largest fitting unit, rounded up."""
    if seconds < 60:
        return t.n("{n} second", "{n} seconds", max(1, seconds))
    if seconds < 3600:
        return t.n("{n} minute", "{n} minutes", -(-seconds // 60))
    return t.n("{n} hour", "{n} hours", -(-seconds // 3600))


def error_banner(
    ui: Ui,
    error: AppError | None,
    on_action: Callable[[], object] | None = None,
    *,
    id: str = "error",  # noqa: A002
) -> ft.Control | None:
    """The error as a banner with its action, or nothing."""
    if error is None:
        return None
    words = error_text(ui.t, error)
    action = (words.action, on_action) if words.action and on_action else None
    calm = error.code in {ErrorCode.OFFLINE, ErrorCode.TIMEOUT, ErrorCode.OUTCOME_UNKNOWN}
    icon = ft.Icons.CLOUD_OFF_ROUNDED if error.code is ErrorCode.OFFLINE else None
    tone: Tone = "warning" if calm else "error"
    return banner(ui, tone, words.title, words.next_step, action=action, icon=icon, id=id)
