"""`etopay sandbox`: the services alone, and what a tester may change in them."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any, TypeVar

import typer

from cli import console, control, options
from cli.commands.app import foreground
from cli.places import SANDBOX_PORT, data_folder
from cli.ports import LOOPBACK, free_port, require_free
from cli.problems import usage

Command = TypeVar("Command", bound=Callable[..., None])
EXIT_CODES = "Exit codes: 0 done · 1 refused or not answering · 2 wrong argument"

group = typer.Typer(
    help="The services sandbox: identity provider, backend and chains in one local process.",
    epilog="Example: etopay sandbox up",
    no_args_is_help=True,
    rich_markup_mode=None,
)


def _command(name: str, example: str) -> Callable[[Command], Command]:
    def register(function: Command) -> Command:
        group.command(name, epilog=f"Example: {example}\n\n{EXIT_CODES}")(console.explained(function))
        return function

    return register


@_command("up", "etopay sandbox up --seed my-users.toml")
def up(
    host: Annotated[str, typer.Option("--host", help="Address to listen on.")] = LOOPBACK,
    port: Annotated[
        int | None,
        typer.Option("--port", metavar="N", help=f"Port; without it {SANDBOX_PORT} or a free one."),
    ] = None,
    data: options.Data = options.DEFAULT_DATA,
    seed: Annotated[
        Path | None, typer.Option("--seed", metavar="FILE", help="Users and balances for new data.")
    ] = None,
    ready_file: options.ReadyFile = None,
) -> None:
    """Start all services and keep them running until Ctrl-C."""
    folder = data_folder(data)
    if port:
        require_free(port, "the sandbox", "etopay sandbox up --port 0")
    else:
        port = free_port(SANDBOX_PORT)
    target = (ready_file or folder / "sandbox.json").absolute()
    args = ["up", "--host", host, "--port", str(port), "--data", str(folder / "sandbox")]
    args += ["--ready-file", str(target), "--parent-pid", str(os.getpid())]
    if seed is not None:
        if not seed.is_file():
            raise usage(f"The seed file {seed} is not there.")
        args += ["--seed", str(seed.resolve())]
    raise typer.Exit(foreground("sandbox", args, {}))


@_command("status", "etopay sandbox status --json")
def status(
    url: options.Url = None, data: options.Data = options.DEFAULT_DATA, as_json: options.Json = False
) -> None:
    """Tell whether the sandbox answers, and what it says about itself."""
    base = control.find(url, data)
    _show({"sandbox": base, **_object(control.call(base, "GET", "health"))}, as_json)


@_command("fund", "etopay sandbox fund alice --network iota_rebased_testnet --amount 25")
def fund(
    who: Annotated[str, typer.Argument(help="A user name or an address.")],
    network: Annotated[
        str | None, typer.Option("--network", metavar="KEY", help="Network; without it, all of the user's.")
    ] = None,
    amount: Annotated[str, typer.Option("--amount", metavar="NUMBER", help="How many coins.")] = "10",
    url: options.Url = None,
    data: options.Data = options.DEFAULT_DATA,
    as_json: options.Json = False,
) -> None:
    """Send coins of the local chains to a user or an address, by real transactions."""
    base = control.find(url, data)
    target = {"address": who} if who.startswith("0x") else {"username": who}
    networks = [network] if network else _networks(base, who)
    sent = {}
    for key in networks:
        with console.progress(f"Sending {amount} on {key}"):
            body = {"network_key": key, "amount": amount, **target}
            sent[key] = str(control.call(base, "POST", "faucet", body)["tx_id"])
    _show({"sent": amount, "transactions": sent}, as_json)


def _networks(base: str, who: str) -> list[str]:
    """The networks on which a user has an address."""
    if who.startswith("0x"):
        raise usage("An address needs --network, to say on which chain it is.")
    users = control.call(base, "GET", "users")["users"]
    for user in users:
        if user["username"] == who.strip().lower():
            if user["addresses"]:
                return sorted(user["addresses"])
            raise usage(f"The user “{who}” has no wallet yet; create it in the app first.")
    known = ", ".join(user["username"] for user in users) or "none"
    raise usage(f"There is no user “{who}”; known users: {known}.")


@_command("users", "etopay sandbox users --json")
def users(
    url: options.Url = None, data: options.Data = options.DEFAULT_DATA, as_json: options.Json = False
) -> None:
    """List the users of the sandbox."""
    _show(_object(control.call(control.find(url, data), "GET", "users")), as_json)


@_command("faults", "etopay sandbox faults --path '/api/*' --status 500")
def faults(
    path: Annotated[
        str | None, typer.Option("--path", metavar="PATTERN", help="Plan one for these paths; * is anything.")
    ] = None,
    kind: Annotated[
        str, typer.Option("--kind", metavar="KIND", help="status, delay, hang, drop or garbage.")
    ] = "status",
    method: Annotated[str, typer.Option("--method", help="Only calls with this method.")] = "*",
    status: Annotated[int, typer.Option("--status", help="The status to answer, for kind status.")] = 500,
    seconds: Annotated[float, typer.Option("--seconds", help="How long, for kind delay.")] = 1.0,
    count: Annotated[int | None, typer.Option("--count", help="How many calls; without it, all.")] = None,
    clear: Annotated[bool, typer.Option("--clear", help="First end all planned failures.")] = False,
    url: options.Url = None,
    data: options.Data = options.DEFAULT_DATA,
    as_json: options.Json = False,
) -> None:
    """Plan failures on chosen paths, end them with --clear, or list those in force."""
    base = control.find(url, data)
    if clear:
        control.call(base, "DELETE", "faults")
    if path is not None:
        body = {"path": path, "kind": kind, "method": method, "status": status, "seconds": seconds}
        control.call(base, "POST", "faults", body if count is None else {**body, "count": count})
    _show(_object(control.call(base, "GET", "faults")), as_json)


@_command("reset", "etopay sandbox reset --yes")
def reset(
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    url: options.Url = None,
    data: options.Data = options.DEFAULT_DATA,
    as_json: options.Json = False,
) -> None:
    """Forget all users, payments and chains, and plant the seed again."""
    base = control.find(url, data)
    if not yes:
        typer.confirm(f"Forget everything in the sandbox at {base}?", abort=True)
    _show(_object(control.call(base, "POST", "reset")), as_json)


def _object(answer: Any) -> dict[str, Any]:
    if isinstance(answer, dict):
        return answer
    return {} if answer is None else {"result": answer}


def _show(content: dict[str, Any], as_json: bool) -> None:
    if as_json:
        console.out_json(content)
        return
    for name, value in content.items():
        if isinstance(value, list):
            console.out(f"{name}:")
            for row in value:
                console.out("  " + _line(row))
        else:
            console.out(f"{name}: {_line(value)}")
    if not content:
        console.out("Done.")


def _line(value: Any) -> str:
    if isinstance(value, dict):
        return "  ".join(f"{name}={_line(inner)}" for name, inner in value.items() if inner not in (None, ""))
    if isinstance(value, list):
        return ", ".join(_line(inner) for inner in value)
    return str(value)
