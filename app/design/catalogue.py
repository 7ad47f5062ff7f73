"""Every component on one page, to look at: ``python -m app.design.catalogue --brand juno``."""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Callable
from pathlib import Path

import flet as ft

from app.core.assets import stage_assets
from app.core.brand import DEFAULT_BRAND, load_brand
from app.design.base import Ui, UiContext, Width, component, make_ui, use_state, use_ui
from app.design.components import app_bar, column, heading, icon_button, screen
from app.design.samples import SECTIONS
from app.design.theme import apply_theme


@component
def Catalogue(toggle: Callable[[], object]) -> ft.Control:  # noqa: N802 - a component
    """All sections under each other."""
    ui = use_ui()
    k = ui.look
    actions = [icon_button(ui, ft.Icons.DARK_MODE_OUTLINED, "Light or dark", toggle)]
    parts = [column(ui, [heading(ui, name), Section(name)], spacing=k.s.s3) for name in SECTIONS]
    return screen(
        ui,
        bar=app_bar(ui, f"{ui.brand.name} components", actions=actions),
        body=parts,
        spacing=k.s.s8,
        narrow=False,
    )


@component
def Section(name: str) -> ft.Control:  # noqa: N802 - a component
    """One group of components in all its states."""
    ui: Ui = use_ui()
    return SECTIONS[name](ui)


def catalogue_app(brand_name: str) -> Callable[[ft.Page], None]:
    """The page's main; the route ``/dark/de`` opens it dark and in German."""
    brand = load_brand(brand_name)

    @component
    def Root(page: ft.Page) -> ft.Control:  # noqa: N802 - a component
        words = page.route.strip("/").split("/")
        dark, set_dark = use_state("dark" in words)
        width, set_width = use_state(Width.of(page.width))

        def resized(event: ft.PageResizeEvent) -> None:
            set_width(Width.of(event.width))

        def toggle() -> None:
            page.theme_mode = ft.ThemeMode.LIGHT if dark else ft.ThemeMode.DARK
            page.update()
            set_dark(not dark)

        page.on_resize = resized
        language = next((word for word in words if word in brand.identity.languages), "en")
        ui = make_ui(brand, dark=dark, language=language, width=width, reduced_motion="still" in words)
        return UiContext(ui, lambda: Catalogue(toggle))

    def main(page: ft.Page) -> None:
        dark = "dark" in page.route.split("/")
        apply_theme(page, brand, ft.ThemeMode.DARK if dark else ft.ThemeMode.LIGHT)
        page.render(lambda: Root(page))

    return main


def serve() -> None:
    """Serve the catalogue on loopback."""
    parser = argparse.ArgumentParser(description="Show every component of the design system.")
    parser.add_argument("--brand", default=DEFAULT_BRAND)
    parser.add_argument("--port", type=int, default=0)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        assets = stage_assets(load_brand(options.brand), Path(folder) / "assets")
        ft.run(
            catalogue_app(options.brand),
            host="127.0.0.1",
            port=options.port,
            view=None,
            assets_dir=str(assets),
            no_cdn=True,
        )


if __name__ == "__main__":
    serve()
