"""The network a screen is about, as a pill that opens the list of networks."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import flet as ft

from app.core.model import Network
from app.design.base import Ui, component, ident, use_dialog, use_state
from app.design.components import coin, column, option_row, pressable, sheet, text


@component
def network_pill(
    ui: Ui,
    networks: Sequence[Network],
    chosen: Network,
    on_choose: Callable[[str], object],
    *,
    id: str,  # noqa: A002
    short: bool = False,
) -> ft.Control:
    """Coin, name and a mark that there is more; ``short`` shows the symbol only."""
    opened, set_opened = use_state(False)
    k = ui.look

    async def choose(key: str) -> None:
        set_opened(False)
        result = on_choose(key)
        if hasattr(result, "__await__"):
            await result

    rows = [
        option_row(
            ui,
            one.key,
            one.display_name,
            one.key == chosen.key,
            choose,
            id=f"{id}-{one.key}",
            leading=coin(ui, one.symbol, k.z.avatar_small, test=one.is_testnet),
            below=ui.t("{symbol}, test network", symbol=one.symbol) if one.is_testnet else one.symbol,
        )
        for one in networks
    ]
    use_dialog(
        sheet(ui, ui.t("Network"), column(ui, rows, spacing=0), lambda: set_opened(False)) if opened else None
    )
    pill = pressable(
        ui,
        ft.Row(
            [
                coin(ui, chosen.symbol, 28, test=chosen.is_testnet),
                text(
                    ui, chosen.symbol if short else chosen.display_name, weight=k.type.emphasis, max_lines=1
                ),
                ft.Icon(ft.Icons.EXPAND_MORE_ROUNDED, size=20, color=k.c.on_surface_variant),
            ],
            spacing=k.s.s2,
            tight=True,
        ),
        lambda: set_opened(True),
        padding=ft.Padding(6, 6, k.s.s3, 6),
        radius=k.r.full,
        fill=k.c.surface_container_lowest,
        line=k.c.outline_variant,
    )
    return ident(id, ft.MergeSemantics(content=pill))
