"""The recipient: field, checks, and the comparison with an address that looks alike."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import flet as ft

from app.design.base import Ui
from app.design.components import (
    Check,
    address_block,
    button,
    card,
    check_line,
    column,
    field,
    icon_button,
    icon_disc,
    list_card,
    muted,
    panel,
    row_item,
    text,
)
from app.features.payments.actions import SendActions
from app.features.payments.rules import differing
from app.features.payments.state import Editing, Payee
from app.features.payments.words import failure_words, payee_words
from app.widgets.addresses import short_address

SUGGESTED = 3


def recipient_block(ui: Ui, form: Editing, payees: Sequence[Payee], actions: SendActions) -> ft.Control:
    """A field while it is being typed; a card with everything known of the address once it is one."""
    if form.recipient.address is None:
        return _entry(ui, form, payees, actions)
    k = ui.look
    clear = icon_button(
        ui,
        ft.Icons.CANCEL_ROUNDED,
        ui.t("Clear the address"),
        actions.clear,
        id="send-clear",
        color=k.c.on_surface_variant,
    )
    head = ft.Row(
        [
            ft.Container(address_block(ui, form.recipient.address, id="send-recipient-address"), expand=True),
            clear,
        ],
        vertical_alignment=ft.CrossAxisAlignment.START,
        spacing=0,
    )
    known = column(ui, [head, *_checks(ui, form)], spacing=6)
    inset = ft.Padding(k.s.s4, k.s.s4, k.s.s1, k.s.s4)
    label = muted(ui, ui.t("To"), weight=k.type.emphasis)
    if not form.needs_comparing or form.recipient.lookalike is None:
        return column(ui, [label, card(ui, known, padding=inset)], spacing=k.s.s2)
    framed = ft.Container(
        column(
            ui,
            [ft.Container(known, padding=inset), _comparison(ui, form, form.recipient.lookalike, actions)],
            spacing=0,
        ),
        bgcolor=k.c.surface_container_lowest,
        border=ft.Border.all(1.5, k.c.warning),
        border_radius=k.r.lg,
        clip_behavior=ft.ClipBehavior.ANTI_ALIAS,
    )
    return column(ui, [label, framed], spacing=k.s.s2)


def _entry(ui: Ui, form: Editing, payees: Sequence[Payee], actions: SendActions) -> ft.Control:
    error = form.recipient.error
    paste = icon_button(
        ui,
        ft.Icons.CONTENT_PASTE_ROUNDED,
        ui.t("Paste"),
        actions.paste,
        id="send-paste",
        color=ui.look.c.primary,
    )
    entry = field(
        ui,
        ui.t("To"),
        form.draft.recipient,
        actions.recipient,
        id="send-recipient",
        hint=ui.t("Address on {network}", network=form.draft.network.display_name),
        error=failure_words(ui, error).sentence() if error else None,
        suffix=paste,
    )
    parts: list[ft.Control] = [entry]
    if payees and not form.draft.recipient.strip():
        rows = [
            row_item(
                ui,
                leading=icon_disc(ui, ft.Icons.NORTH_EAST_ROUNDED),
                title=short_address(payee.address),
                subtitle=payee_words(ui, payee),
                on_click=partial(actions.recipient, payee.address),
                id=f"send-payee-{index}",
                dense=True,
            )
            for index, payee in enumerate(payees[:SUGGESTED])
        ]
        parts += [muted(ui, ui.t("Paid before"), weight=ui.look.type.emphasis), list_card(ui, rows)]
    return column(ui, parts)


def _checks(ui: Ui, form: Editing) -> list[ft.Control]:
    found, network = form.recipient, form.draft.network
    checks = [Check(True, ui.t("Valid address on {network}", network=network.display_name))]
    if found.own:
        checks.append(Check(None, ui.t("This is your own address")))
    elif found.payee is not None:
        checks.append(Check(True, payee_words(ui, found.payee)))
    else:
        checks.append(Check(None, ui.t("You have never paid this address")))
    return [check_line(ui, check) for check in checks]


def _comparison(ui: Ui, form: Editing, known: Payee, actions: SendActions) -> ft.Control:
    """Both addresses in the same grid, the characters that differ marked."""
    k = ui.look
    paint = k.paint("warning")
    address = form.recipient.address or ""
    marked = differing(address, known.address)
    title = (
        ui.t("Looks like your own address, but is not")
        if known.own
        else ui.t("Looks like an address you know, but is not")
    )
    whose = (
        ui.t("Your own address")
        if known.own
        else ui.t("The one you know: {history}", history=payee_words(ui, known))
    )
    both = panel(
        ui,
        column(
            ui,
            [
                muted(ui, whose),
                address_block(ui, known.address, marked=marked),
                ft.Container(
                    height=1, bgcolor=k.c.outline_variant, margin=ft.Margin.symmetric(vertical=k.s.s1)
                ),
                muted(ui, ui.t("What you entered")),
                address_block(ui, address, marked=marked),
            ],
            spacing=k.s.s1,
        ),
        padding=k.s.s3,
    )
    both.bgcolor = k.c.surface_container_lowest
    head = ft.Row(
        [
            ft.Icon(ft.Icons.DIFFERENCE_ROUNDED, size=k.z.icon, color=paint.on_container),
            text(ui, title, weight=k.type.strong, color=paint.on_container, expand=True),
        ],
        spacing=k.s.s2,
    )
    use_known = button(
        ui,
        ui.t("Use the one you know"),
        partial(actions.recipient, known.address),
        kind="warning",
        small=True,
        id="send-use-known",
    )
    other = button(
        ui,
        ui.t("It is someone else"),
        actions.accept,
        kind="warning_text",
        small=True,
        id="send-accept",
    )
    parts = [
        head,
        muted(ui, ui.t("Same start and end. The marked characters differ."), color=paint.on_container),
        both,
        ft.Row([ft.Container(use_known, expand=True), ft.Container(other, expand=True)], spacing=k.s.s2),
    ]
    return ft.Container(column(ui, parts), bgcolor=paint.container, padding=k.s.s4)
