"""Wrong values of options and arguments, told in our words instead of the validator's."""

from __future__ import annotations

from typing import Any

import typer
from typer.core import TyperGroup

_WORDS = {
    "int_parsing": "is no whole number",
    "int_type": "is no whole number",
    "int_from_float": "is no whole number",
    "float_parsing": "is no number",
    "float_type": "is no number",
    "finite_number": "is no number",
    "greater_than_equal": "is too small; the least is {ge}",
    "less_than_equal": "is too large; the most is {le}",
}


class PlainGroup(TyperGroup):
    """A command whose subcommands name the value that is wrong, and what is allowed."""

    def invoke(self, ctx: Any) -> Any:
        """Run the subcommand."""
        try:
            return super().invoke(ctx)
        except typer.BadParameter as error:
            problems = getattr(error.__cause__, "errors", None)
            if callable(problems):
                error.message = _told(problems()[0])
            raise


def _told(problem: dict[str, Any]) -> str:
    value = f"“{problem['input']}”"
    rule = problem.get("ctx", {})
    if problem["type"] == "value_error":
        # Typer's own choice check quotes the value already.
        _, _, allowed = str(rule["error"]).partition(" is not one of ")
        return f"{value} is not one of {allowed.rstrip('.')}." if allowed else f"{value} cannot be used."
    return f"{value} {_WORDS.get(problem['type'], 'cannot be used').format_map(rule)}."
