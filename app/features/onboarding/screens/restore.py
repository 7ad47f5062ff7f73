"""Restoring by recovery phrase: typed with suggestions or pasted, each word checked as it stands there."""

from __future__ import annotations

import flet as ft

from app.core.errors import ErrorCode
from app.core.model import Mnemonic
from app.design.base import Ui, component, use_memo, use_state, use_ui
from app.design.components import Check, banner, button, chip, column, field, link
from app.features.onboarding.parts import stacked, step_screen
from app.features.onboarding.phrase_input import LENGTHS, PhraseInput, read_phrase, suggestions, wrong_words
from app.services import use_services, watch
from app.stores.session import SessionStore
from app.widgets.error_text import error_banner, error_text


@component
def RestoreScreen() -> ft.Control:  # noqa: N802 - a component
    """The phrase stays on this screen and goes with it."""
    ui, services = use_ui(), use_services()
    session = watch(services.session)
    typed, set_typed = use_state("")
    known = use_memo(session.phrase_words, [])
    given = read_phrase(typed)

    def change(value: str) -> None:
        session.dismiss()
        set_typed(value)

    async def paste() -> None:
        change(await services.devices.clipboard.paste())

    def take(word: str) -> None:
        change(" ".join((*given.words, word)) + " ")

    async def restore() -> None:
        await session.restore(Mnemonic(" ".join(given.all_words)))

    async def replace() -> None:
        await session.restore(Mnemonic(" ".join(given.all_words)), replace=True)

    problem = _problem(ui, session, known, given)
    ready = len(given.all_words) in LENGTHS and problem is None
    other = session.error is not None and session.error.code is ErrorCode.OTHER_WALLET_EXISTS
    entry = field(
        ui,
        ui.t("Recovery phrase"),
        typed,
        change,
        id="restore-phrase",
        multiline=True,
        autofocus=True,
        hint=ui.t("Words in their order, with spaces between"),
        error=problem,
        checks=_checks(ui, given) if problem is None else (),
    )
    offered = suggestions(known, given.unfinished)
    chips: list[ft.Control] = [
        _suggestion(ui, word, take) for word in offered if word != given.unfinished or len(offered) > 1
    ]
    row = ft.Row([*chips, link(ui, ui.t("Paste"), paste, id="restore-paste")], wrap=True)
    actions = [
        button(
            ui, ui.t("Restore wallet"), restore, busy=session.busy, disabled=not ready, id="restore-continue"
        )
    ]
    if other:
        actions = [
            button(
                ui,
                ui.t("Replace the other wallet"),
                replace,
                kind="danger",
                busy=session.busy,
                id="restore-replace",
            ),
            button(ui, ui.t("Keep it and go back"), session.back, kind="text", id="restore-keep"),
        ]
    warning = banner(
        ui,
        "warning",
        ui.t("Look before you replace it"),
        ui.t("The other wallet can then only be opened with its own recovery phrase. Its money stays there."),
    )
    return step_screen(
        ui,
        3,
        ui.t("Restore your wallet"),
        ui.t("Type the 12 to 24 words from your paper. They stay on this device."),
        [column(ui, [entry, row, *([warning] if other else [])])],
        on_back=session.back,
        banner=error_banner(ui, session.error, restore, id="restore-error"),
        bottom=stacked(ui, *actions),
    )


def _suggestion(ui: Ui, word: str, take: object) -> ft.Control:
    def chosen() -> None:
        take(word)  # type: ignore[operator]

    return chip(ui, word, False, chosen, id=f"suggest-{word}")


def _problem(ui: Ui, session: SessionStore, known: tuple[str, ...], given: PhraseInput) -> str | None:
    wrong = wrong_words(known, given)
    if wrong:
        position, word = wrong[0]
        return ui.t("Word {position} is not a recovery word: “{word}”.", position=position, word=word)
    words = given.all_words
    if len(words) > max(LENGTHS):
        return ui.t("These are {count} words. A recovery phrase has at most 24.", count=len(words))
    if len(words) in LENGTHS and not suggestions(known, given.unfinished, 2)[1:]:
        error = session.check_phrase(Mnemonic(" ".join(words)))
        if error is not None and (len(words) == max(LENGTHS) or not given.unfinished):
            return error_text(ui.t, error).sentence()
    return None


def _checks(ui: Ui, given: PhraseInput) -> tuple[Check, ...]:
    count = len(given.all_words)
    if not count:
        return ()
    if count in LENGTHS:
        return (Check(True, ui.tn("{n} word, all known", "{n} words, all known", count)),)
    return (Check(None, ui.tn("{n} word so far", "{n} words so far", count)),)
