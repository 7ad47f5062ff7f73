"""A QR code of the highest error level, with the brand's mark in the middle."""

from __future__ import annotations

from functools import lru_cache
from io import BytesIO
from typing import Final

import flet as ft
import qrcode
from qrcode.constants import ERROR_CORRECT_H

from app.design.base import Ui
from app.design.look import QR_INK, QR_PAPER

QUIET_MODULES: Final = 4
MARK_SHARE: Final = 0.2


@lru_cache(maxsize=32)
def qr_png(content: str, pixels: int) -> bytes:
    """The code as PNG bytes, at least that wide, dark on white in both themes because scanners need it so."""
    code = qrcode.QRCode(error_correction=ERROR_CORRECT_H, border=QUIET_MODULES, box_size=1)
    code.add_data(content)
    code.make(fit=True)
    code.box_size = -(-pixels // (code.modules_count + 2 * QUIET_MODULES))
    stream = BytesIO()
    code.make_image(fill_color=QR_INK, back_color=QR_PAPER).save(stream, format="PNG")
    return stream.getvalue()


def qr_code(ui: Ui, content: str, label: str) -> ft.Control:
    """The code on white; the mark covers less than the error level repairs."""
    k = ui.look
    side = k.z.qr + 2 * k.s.s3
    pad = side * MARK_SHARE
    picture = ft.Image(
        src=qr_png(content, round(side * 3)),
        width=side,
        height=side,
        semantics_label=label,
        filter_quality=ft.FilterQuality.NONE,
        gapless_playback=True,
    )
    mark = ft.Container(
        ft.Image(
            src=ui.picture("app-icon"),
            width=pad * 0.8,
            height=pad * 0.8,
            border_radius=k.r.xs,
            exclude_from_semantics=True,
        ),
        width=pad,
        height=pad,
        bgcolor=QR_PAPER,
        border_radius=k.r.xs,
        alignment=ft.Alignment.CENTER,
    )
    return ft.Container(
        ft.Stack([picture, mark], alignment=ft.Alignment.CENTER, width=side, height=side),
        bgcolor=QR_PAPER,
        border_radius=k.r.md,
        clip_behavior=ft.ClipBehavior.ANTI_ALIAS,
    )
