"""Three words of the phrase are asked back, in an order that changes each time."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from typing import Final

import flet as ft

from app.core.model import Mnemonic
from app.design.base import component, use_memo, use_state, use_ui
from app.design.components import button, column, field, link
from app.features.onboarding.parts import stacked, step_screen
from app.services import use_services, watch
from app.widgets.error_text import error_banner

ASKED: Final = 3


def pick_positions(count: int) -> tuple[int, ...]:
    """Positions (from 1) to ask for, in rising order."""
    return tuple(sorted(secrets.SystemRandom().sample(range(1, count + 1), ASKED)))


@component
def PhraseCheck(phrase: Mnemonic, look_again: Callable[[], object]) -> ft.Control:  # noqa: N802 - a component
    """Wrong words are named; nothing else happens to them."""
    ui, services = use_ui(), use_services()
    session = watch(services.session)
    positions = use_memo(lambda: pick_positions(len(phrase)), [])
    answers, set_answers = use_state(dict[int, str]())
    wrong, set_wrong = use_state(frozenset[int]())

    def change(position: int, value: str) -> None:
        set_answers(lambda before: {**before, position: value})
        set_wrong(lambda before: before - {position})

    async def check() -> None:
        words = phrase.words()
        mistakes = frozenset(
            position
            for position in positions
            if answers.get(position, "").strip().lower() != words[position - 1]
        )
        set_wrong(mistakes)
        if not mistakes:
            await session.confirm_phrase()

    def entry(position: int) -> ft.Control:
        def typed(value: str) -> None:
            change(position, value)

        return field(
            ui,
            ui.t("Word {position}", position=position),
            answers.get(position, ""),
            typed,
            id=f"phrase-word-{position}",
            autofocus=position == positions[0],
            error=ui.t("This is not word {position}. Look at your paper.", position=position)
            if position in wrong
            else None,
            on_submit=check,
        )

    complete = all(answers.get(position, "").strip() for position in positions)
    return step_screen(
        ui,
        4,
        ui.t("Check your paper"),
        ui.t("Type these three words from what you have written down."),
        [
            column(ui, [entry(position) for position in positions], spacing=ui.look.s.s4),
            ft.Row([link(ui, ui.t("Show the words again"), look_again, id="phrase-again")]),
        ],
        on_back=look_again,
        banner=error_banner(ui, session.error, check, id="phrase-error"),
        bottom=stacked(
            ui,
            button(ui, ui.t("Check"), check, disabled=not complete, busy=session.busy, id="phrase-check"),
        ),
    )
