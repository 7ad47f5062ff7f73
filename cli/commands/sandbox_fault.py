"""`etopay sandbox fault`: what shall go wrong, on which calls, and how often."""

from __future__ import annotations

from typing import Annotated, Any, Literal, get_args

import typer

from cli import control, options
from cli.commands import sandbox_lines as lines
from cli.commands.sandbox_calls import ask, part, registrar, show
from cli.problems import usage

Kind = Literal[
    "status",
    "delay",
    "hang",
    "drop",
    "garbage",
    "empty",
    "html",
    "wrong_type",
    "half",
    "duplicate",
    "swap",
    "rpc_error",
]
_EXAMPLE = "etopay sandbox fault add status --path '/api/*' --status 503 --count 3"

group = part("Planned failures: errors, delays, lost and wrong answers, aimed at chosen calls.", _EXAMPLE)
_command = registrar(group)


def _text(flag: str, metavar: str, words: str) -> Any:
    return typer.Option(flag, metavar=metavar, help=words)


@_command("add", _EXAMPLE)
def add(
    kind: Annotated[str, typer.Argument(metavar="KIND", help=f"One of: {', '.join(get_args(Kind))}.")],
    path: Annotated[str | None, _text("--path", "PATTERN", "Calls to these paths; * is anything.")] = None,
    operation: Annotated[
        str | None, _text("--operation", "PATTERN", "Calls of these operations of the API description.")
    ] = None,
    rpc: Annotated[str | None, _text("--rpc", "PATTERN", "Calls of these JSON-RPC methods of nodes.")] = None,
    partner: Annotated[
        str | None,
        _text(
            "--partner",
            "PATTERN",
            "Calls to partners: bank.notices, bank.orders, chain.sign, chain.hand_over, chain.fate.",
        ),
    ] = None,
    method: Annotated[str | None, _text("--method", "VERB", "Only calls with this HTTP method.")] = None,
    user: Annotated[str | None, _text("--user", "NAME", "Only calls of this user.")] = None,
    stage: Annotated[
        str | None, _text("--stage", "WHEN", "after: the call is carried out, its answer lost or late.")
    ] = None,
    status: Annotated[int | None, _text("--status", "N", "The status to answer, for kind status.")] = None,
    body: Annotated[str | None, _text("--body", "TEXT", "The body to answer.")] = None,
    seconds: Annotated[float | None, _text("--seconds", "N", "How late, or how long a swap waits.")] = None,
    jitter: Annotated[float | None, _text("--jitter", "N", "So many seconds more or less.")] = None,
    count: Annotated[int | None, _text("--count", "N", "How many calls; without it, all.")] = None,
    skip: Annotated[int | None, _text("--skip", "N", "How many calls pass first.")] = None,
    probability: Annotated[float | None, _text("--probability", "P", "Struck by chance, 0 to 1.")] = None,
    seed: Annotated[str | None, _text("--seed", "TEXT", "Decides the chance: the same again.")] = None,
    lasts: Annotated[float | None, _text("--lasts", "SECONDS", "Ends by the sandbox's clock.")] = None,
    url: options.Url = None,
    data: options.Data = options.DEFAULT_DATA,
    as_json: options.Json = False,
) -> None:
    """Plan a failure; --path, --operation, --rpc or --partner say which calls are meant."""
    if kind not in get_args(Kind):
        raise usage(f"“{kind}” is no kind of failure; there are {', '.join(get_args(Kind))}.")
    if path is None and operation is None and rpc is None and partner is None:
        raise usage("Say which calls are meant, with --path, --operation, --rpc or --partner.")
    given = {
        "path": path,
        "operation": operation,
        "rpc": rpc,
        "partner": partner,
        "method": method and method.upper(),
        "user": user,
        "stage": stage,
        "status": status,
        "body": body,
        "seconds": seconds,
        "jitter_seconds": jitter,
        "count": count,
        "skip": skip,
        "probability": probability,
        "seed": seed,
        "lasts_seconds": lasts,
    }
    plan = {"kind": kind} | {name: value for name, value in given.items() if value is not None}
    found = control.call(control.find(url, data), "POST", "faults", plan)
    show(found if as_json else {"faults": [found]}, as_json, lines.faults)


@_command("list", "etopay sandbox fault list --json")
def list_faults(
    url: options.Url = None, data: options.Data = options.DEFAULT_DATA, as_json: options.Json = False
) -> None:
    """List the failures in force."""
    ask((url, data, as_json), "GET", "faults", written=lines.faults)


@_command("remove", "etopay sandbox fault remove 0c9f7c1e-5d0b-4a7a-9f60-1f2f6b1d9a11")
def remove(
    fault_id: Annotated[str, typer.Argument(metavar="ID", help="As `add` and `list` tell it.")],
    url: options.Url = None,
    data: options.Data = options.DEFAULT_DATA,
    as_json: options.Json = False,
) -> None:
    """End one failure."""
    if not fault_id.replace("-", "").isalnum():
        raise usage(f"“{fault_id}” is no id of a failure; `etopay sandbox fault list` shows them.")
    base = control.find(url, data)
    control.call(base, "DELETE", f"faults/{fault_id}")
    show(control.call(base, "GET", "faults"), as_json, lines.faults)


@_command("clear", "etopay sandbox fault clear")
def clear(
    url: options.Url = None, data: options.Data = options.DEFAULT_DATA, as_json: options.Json = False
) -> None:
    """End all failures; calls that hang are let go."""
    base = control.find(url, data)
    control.call(base, "DELETE", "faults")
    show(control.call(base, "GET", "faults"), as_json, lines.faults)
