"""Schema of a brand's theme: every colour, size and shape value that the app draws with."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

Color = Annotated[str, StringConstraints(pattern=r"^#[0-9A-Fa-f]{6}([0-9A-Fa-f]{2})?$")]
"""``#RRGGBB``, or ``#RRGGBBAA`` where something shines through."""
Pixels = Annotated[float, Field(ge=0, le=2000)]


class Part(BaseModel):
    """A piece of a brand: frozen, and strict about unknown keys."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Colors(Part):
    """The colour roles of one mode; text roles keep at least 4.5 : 1 on their surfaces."""

    primary: Color
    on_primary: Color
    primary_container: Color
    on_primary_container: Color
    secondary: Color
    on_secondary: Color
    secondary_container: Color
    on_secondary_container: Color
    tertiary: Color
    on_tertiary: Color
    tertiary_container: Color
    on_tertiary_container: Color
    error: Color
    on_error: Color
    error_container: Color
    on_error_container: Color
    surface: Color
    on_surface: Color
    on_surface_variant: Color
    surface_container_lowest: Color
    surface_container_low: Color
    surface_container: Color
    surface_container_high: Color
    surface_container_highest: Color
    outline: Color
    outline_variant: Color
    inverse_surface: Color
    on_inverse_surface: Color
    inverse_primary: Color
    shadow: Color
    scrim: Color
    surface_tint: Color
    success: Color
    on_success: Color
    success_container: Color
    on_success_container: Color
    warning: Color
    on_warning: Color
    warning_container: Color
    on_warning_container: Color
    info: Color
    on_info: Color
    info_container: Color
    on_info_container: Color
    chart: tuple[Color, ...] = Field(min_length=3)
    chart_grid: Color
    chart_area: Color


class Tile(Part):
    """A filled surface and the text on it."""

    bg: Color
    fg: Color


class Tiles(Part):
    """Coloured surfaces of one mode: the hero, and tiles that accounts take in turn."""

    hero: Tile
    hero_shape: Color
    hero_paper: Color
    bar: Tile
    pockets: tuple[Tile, ...] = Field(min_length=1)


class Step(Part):
    """One of the six text sizes."""

    size: Pixels
    line: Pixels
    weight: int
    spacing: float


class Steps(Part):
    """The type scale; nothing else is written on a screen."""

    display: Step
    title: Step
    heading: Step
    body: Step
    label: Step
    caption: Step


class Amounts(Part):
    """How figures with a currency are set."""

    hero: Pixels
    panel: Pixels
    row: Pixels
    currency_ratio: float = Field(gt=0, le=1)
    currency_min: Pixels
    currency_weight: int
    weight: int
    fraction_ratio_fiat: float = Field(gt=0, le=1)
    spacing_ratio: float


class Typography(Part):
    """Font family, the weights that were shipped, and the scale."""

    family: str
    fallback: tuple[str, ...]
    weights: tuple[int, ...] = Field(min_length=2)
    strong: int
    emphasis: int
    steps: Steps
    amount: Amounts


class Spacing(Part):
    """The spacing scale, in steps of four pixels."""

    s1: Pixels
    s2: Pixels
    s3: Pixels
    s4: Pixels
    s5: Pixels
    s6: Pixels
    s8: Pixels
    s10: Pixels
    s12: Pixels
    s16: Pixels


class Margins(Part):
    """Distance of content from the edge, by width of the window."""

    phone: Pixels
    tablet: Pixels
    desktop: Pixels


class Radii(Part):
    """The radius scale."""

    xs: Pixels
    sm: Pixels
    md: Pixels
    lg: Pixels
    xl: Pixels
    full: Pixels


class Motion(Part):
    """Durations in milliseconds, the distance things come in from, and how they do."""

    instant: int
    fast: int
    base: int
    slow: int
    shift: Pixels
    enter: Literal["EASE_OUT_CUBIC", "EASE_OUT_BACK"]
    exit: Literal["EASE_IN_CUBIC"]
    move: Literal["EASE_IN_OUT_CUBIC", "EASE_OUT_CUBIC"]


class Sizes(Part):
    """Heights, widths and diameters."""

    button: Pixels
    button_small: Pixels
    field: Pixels
    list_row: Pixels
    list_row_dense: Pixels
    icon_button: Pixels
    quick_action: Pixels
    keypad_key: Pixels
    chip: Pixels
    tag: Pixels
    avatar: Pixels
    avatar_small: Pixels
    app_bar: Pixels
    bottom_bar: Pixels
    rail: Pixels
    sidebar: Pixels
    list_pane: Pixels
    side_pane: Pixels
    max_content: Pixels
    max_reading: Pixels
    dialog: Pixels
    sheet_handle_w: Pixels
    sheet_handle_h: Pixels
    qr: Pixels
    icon: Pixels
    icon_small: Pixels
    icon_large: Pixels
    chart: Pixels
    spark_w: Pixels
    spark_h: Pixels
    ring: Pixels
    hero: Pixels
    hero_shape: Pixels
    mascot: Pixels
    tile: Pixels
    spot: Pixels
    logo: Pixels
    pin_dot: Pixels


class Shape(Part):
    """What makes one brand's blocks unlike another's."""

    button_radius: Pixels
    quick_radius: Pixels
    hero_radius: Pixels
    card_line: Pixels
    card_shadow: bool
    bar_floats: bool
    app_bar_centred: bool
    icon_disc_backs: bool
    address_spacing: float
    below_hero: Pixels
    below_tile: Pixels


class Modes(Part):
    """Colours by day and by night."""

    light: Colors
    dark: Colors


class TileModes(Part):
    """Tiles by day and by night."""

    light: Tiles
    dark: Tiles


class Theme(Part):
    """All of ``theme.toml``."""

    colors: Modes
    tiles: TileModes
    typography: Typography
    spacing: Spacing
    margin: Margins
    radius: Radii
    motion: Motion
    size: Sizes
    shape: Shape
    coins: dict[str, Color]
