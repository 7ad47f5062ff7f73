"""What is wrong with a value, in plain words: no validator's own text reaches whoever sent it."""

import re
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from difflib import get_close_matches
from typing import Any

from pydantic import AfterValidator

_LONGEST = 40

# Which of pydantic's kinds of problem is told how; {…} is filled from what it says about the rule.
_WORDS = {
    "string_type": "must be text",
    "string_sub_type": "must be text",
    "string_unicode": "must be text in UTF-8",
    "int_type": "must be a whole number",
    "int_parsing": "must be a whole number",
    "int_from_float": "must be a whole number",
    "int_parsing_size": "has too many digits",
    "float_type": "must be a number",
    "float_parsing": "must be a number",
    "finite_number": "must be a finite number",
    "decimal_type": "must be a number",
    "decimal_parsing": "must be a number",
    "bool_type": "must be true or false",
    "bool_parsing": "must be true or false",
    "list_type": "must be a list",
    "tuple_type": "must be a list",
    "dict_type": "must be a table of names and values",
    "model_type": "must be a table of names and values",
    "model_attributes_type": "must be a table of names and values",
    "json_invalid": "is not valid JSON",
    "json_type": "is not valid JSON",
    "path_type": "must be a path",
    "string_too_short": "must have at least {min_length} characters",
    "string_too_long": "may have {max_length} characters at most",
    "string_pattern_mismatch": "must have the form {pattern}",
    "too_short": "must have at least {min_length} entries",
    "too_long": "may have {max_length} entries at most",
    "literal_error": "must be one of {expected}",
    "greater_than": "must be more than {gt}",
    "greater_than_equal": "must be {ge} or more",
    "less_than": "must be less than {lt}",
    "less_than_equal": "must be {le} or less",
    "value_error": "{error}",
}
# Only a number or one of a few words can stand here, never a password or a share.
_HARMLESS = frozenset({"literal_error", "greater_than", "greater_than_equal", "less_than", "less_than_equal"})


def of_form(pattern: str, words: str) -> AfterValidator:
    """A text of a form; ``words`` say what is allowed, since a pattern says it to few."""
    form = re.compile(pattern, re.ASCII)

    def check(value: str) -> str:
        if not form.fullmatch(value):
            raise ValueError(f"{quoted(value)} must be {words}")
        return value

    return AfterValidator(check)


def quoted(value: object) -> str:
    """A harmless value as it is shown: in one line, and not too long."""
    # A lone surrogate may stand in JSON, but in no answer.
    text = " ".join(str(value).encode("utf-8", "backslashreplace").decode().split())
    return f"“{text[:_LONGEST]}…”" if len(text) > _LONGEST else f"“{text}”"


def did_you_mean(name: str, known: Sequence[str], *, cutoff: float) -> str:
    """A sentence that names the nearest known name, with a space before it; nothing if none is near."""
    near = get_close_matches(name, known, n=1, cutoff=cutoff)
    return f" Did you mean `{near[0]}`?" if near else ""


def describe(problem: Mapping[str, Any]) -> str:
    """What is wrong with one value; it is repeated only where it cannot be a secret."""
    kind = str(problem["type"])
    rule = problem.get("ctx", {})
    if rule.get("min_length") == 1:
        return "must not be empty"
    words = _WORDS.get(kind, "cannot be used").format_map({name: _plain(part) for name, part in rule.items()})
    if kind in _HARMLESS and isinstance(problem.get("input"), str | int | float | Decimal):
        return f"{quoted(problem['input'])} {words}"
    return words


def _plain(part: object) -> object:
    return int(part) if isinstance(part, float) and part.is_integer() else part


def describe_problems(
    problems: Sequence[Mapping[str, Any]], name: Callable[[str], str] = "`{}`".format
) -> str:
    """Write validation problems as one line; ``name`` says how a member is called where it was set."""
    parts = []
    for problem in problems:
        if problem["type"] == "json_invalid":
            # Its place is a position in the text.
            parts.append("the body is not valid JSON")
            continue
        where = ".".join(str(step) for step in _within(problem["loc"]))
        if problem["type"] == "extra_forbidden":
            parts.append(f"unknown member {name(where)}")
        elif problem["type"] == "missing":
            parts.append(f"{name(where)} is missing" if where else "the body is missing")
        else:
            parts.append(f"{name(where)}: {describe(problem)}" if where else describe(problem))
    return "; ".join(parts)


def _within(place: Sequence[str | int]) -> Sequence[str | int]:
    """The place without the part of the request that it is in; a member may be called `path` as well."""
    inside = len(place) > 1 and place[0] in {"body", "query", "path", "header"}
    return place[1:] if inside or tuple(place) == ("body",) else place
