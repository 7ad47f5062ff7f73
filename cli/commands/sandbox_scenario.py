"""`etopay sandbox scenario`: situations that are played step by step."""

from __future__ import annotations

import time
from typing import Annotated, Any

import typer

from cli import console, control, options
from cli.commands.sandbox_calls import ask, given, part, registrar, safe
from cli.problems import Exit

_EXAMPLE = "etopay sandbox scenario run payment-mined-late"
_PAUSE = 0.2

group = part("Scenarios: situations that are played step by step, by name.", _EXAMPLE)
_command = registrar(group)


@_command("list", "etopay sandbox scenario list")
def list_scenarios(
    url: options.Url = None, data: options.Data = options.DEFAULT_DATA, as_json: options.Json = False
) -> None:
    """List the scenarios, with what is wrong with those that cannot be used."""
    ask((url, data, as_json), "GET", "scenarios", written=_listed)


@_command("run", _EXAMPLE)
def run(
    name: Annotated[str, typer.Argument(metavar="NAME", help="As `list` tells it.")],
    seed: Annotated[
        str | None, typer.Option("--seed", metavar="TEXT", help="Decides all chance: the same again.")
    ] = None,
    reset: Annotated[bool, typer.Option("--reset", help="Start anew first: all data is lost.")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask before a reset.")] = False,
    url: options.Url = None,
    data: options.Data = options.DEFAULT_DATA,
    as_json: options.Json = False,
) -> None:
    """Run a scenario and tell of each step; exit code 1 if it does not come to what it expects."""
    base = control.find(url, data)
    if reset and not yes:
        typer.confirm(f"Forget everything in the sandbox at {base} first?", abort=True)
    found = control.call(base, "POST", f"scenarios/{safe(name)}/run", given(seed=seed, reset=reset))
    told = 0
    while True:
        told = told if as_json else _told(found, told)
        if found["state"] != "running":
            break
        time.sleep(_PAUSE)
        found = control.call(base, "GET", f"scenarios/runs/{safe(found['id'])}")
    if as_json:
        console.out_json(found)
    else:
        console.out(f"{found['title']}: {found['state']}, seed {found['seed']}")
    if found["state"] != "passed":
        raise typer.Exit(Exit.FAILED)


def _listed(content: dict[str, Any]) -> list[str]:
    width = max(len(one["name"]) for one in content["scenarios"])
    found = []
    for one in content["scenarios"]:
        if one["problem"]:
            found += [f"{one['name']:<{width}}  cannot be used:", *one["problem"].splitlines()]
        else:
            found.append(f"{one['name']:<{width}}  {one['title']} ({len(one['steps'])} steps)")
    return found


def _told(found: dict[str, Any], told: int) -> int:
    """Tell of the steps that have ended since; return how many were told."""
    ended = [one for one in found["steps"] if one["state"] in {"passed", "failed"}]
    for one in ended[told:]:
        mark = "ok    " if one["state"] == "passed" else "FAILED"
        detail = f": {one['detail']}" if one["state"] == "failed" else ""
        console.out(f"{mark} {one['name']}{detail}")
    return len(ended)
