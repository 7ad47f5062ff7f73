"""Components: builders that take `ui` first and return a control; `app.design.catalogue` shows them all."""

from app.design.components.address import address_block, address_groups, copy_button
from app.design.components.amount_entry import amount_entry
from app.design.components.buttons import Kind, button, side_by_side
from app.design.components.charts import line_chart, sparkline
from app.design.components.chips import chip, tag
from app.design.components.choices import option_row, select
from app.design.components.feedback import Call, banner, link
from app.design.components.fields import Check, check_line, field, password_meter
from app.design.components.icon_buttons import icon_button, quick_action
from app.design.components.keypad import pin_dots, pin_pad
from app.design.components.layout import app_bar, column, gap, screen, split
from app.design.components.lists import windowed_list
from app.design.components.motion import Arrival, Entrance, Grown
from app.design.components.pictures import Spot, avatar, coin, icon_disc, logo, mascot, spot
from app.design.components.pin import PinEntry
from app.design.components.pressable import pressable
from app.design.components.progress import allocation_bar, progress_bar, ring, step_bar
from app.design.components.rows import chevron, row_item, setting_row
from app.design.components.scale import fitted
from app.design.components.search import search_field
from app.design.components.sheets import sheet
from app.design.components.states import empty_state, error_state, skeleton, skeleton_rows
from app.design.components.surfaces import card, fact, facts_card, facts_column, list_card, panel
from app.design.components.text import amount_text, heading, muted, text, title
from app.design.components.timeline import Step, timeline
from app.design.components.toggles import checkbox, switch

__all__ = [
    "Arrival",
    "Call",
    "Check",
    "Entrance",
    "Grown",
    "Kind",
    "PinEntry",
    "Spot",
    "Step",
    "address_block",
    "address_groups",
    "allocation_bar",
    "amount_entry",
    "amount_text",
    "app_bar",
    "avatar",
    "banner",
    "button",
    "card",
    "check_line",
    "checkbox",
    "chevron",
    "chip",
    "coin",
    "column",
    "copy_button",
    "empty_state",
    "error_state",
    "fact",
    "facts_card",
    "facts_column",
    "field",
    "fitted",
    "gap",
    "heading",
    "icon_button",
    "icon_disc",
    "line_chart",
    "link",
    "list_card",
    "logo",
    "mascot",
    "muted",
    "option_row",
    "panel",
    "password_meter",
    "pin_dots",
    "pin_pad",
    "pressable",
    "progress_bar",
    "quick_action",
    "ring",
    "row_item",
    "screen",
    "search_field",
    "select",
    "setting_row",
    "sheet",
    "side_by_side",
    "skeleton",
    "skeleton_rows",
    "sparkline",
    "split",
    "spot",
    "step_bar",
    "switch",
    "tag",
    "text",
    "timeline",
    "title",
    "windowed_list",
]
