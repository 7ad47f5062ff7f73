"""`etopay sandbox`: the services alone, and what a tester may change in them."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from enum import StrEnum
from typing import Annotated, TypeVar

import typer

from cli import console, control, options, ready
from cli.commands import sandbox_lines as lines
from cli.commands import sandbox_user as one_user
from cli.commands.app import foreground
from cli.commands.sandbox_bank import bank, kyc
from cli.commands.sandbox_bench import bench
from cli.commands.sandbox_calls import ask, show
from cli.commands.sandbox_chains import chains
from cli.commands.sandbox_clock import group as clock_group
from cli.commands.sandbox_fault import group as fault_group
from cli.commands.sandbox_mail import mail
from cli.commands.sandbox_realm import clients, keys, realm
from cli.commands.sandbox_scenario import group as scenario_group
from cli.commands.sandbox_snapshot import branch
from cli.commands.sandbox_snapshot import group as snapshot_group
from cli.places import SANDBOX_PORT, data_folder, require_seed
from cli.ports import LOOPBACK, free_port, require_free
from cli.problems import exit_codes, usage

Command = TypeVar("Command", bound=Callable[..., None])
_AMOUNT = re.compile(r"[0-9]+(\.[0-9]+)?", re.ASCII)


class FaultKind(StrEnum):
    """How a call fails."""

    STATUS = "status"
    DELAY = "delay"
    HANG = "hang"
    DROP = "drop"
    GARBAGE = "garbage"


class Method(StrEnum):
    """Which calls fail."""

    ANY = "*"
    GET = "GET"
    POST = "POST"
    PUT = "PUT"
    DELETE = "DELETE"


group = typer.Typer(
    help="The services sandbox: identity provider, backend and chains in one local process.",
    epilog=f"Example: etopay sandbox up\n\n{exit_codes()}",
    no_args_is_help=True,
    rich_markup_mode=None,
)


group.add_typer(clock_group, name="clock")
group.add_typer(fault_group, name="fault")
group.add_typer(snapshot_group, name="snapshot")
group.add_typer(scenario_group, name="scenario")
group.add_typer(one_user.user, name="user")
group.add_typer(one_user.purchases, name="purchases")
group.add_typer(one_user.requests, name="log")
group.add_typer(bank, name="bank")
group.add_typer(kyc, name="kyc")
group.add_typer(chains, name="chains")
group.add_typer(mail, name="mail")
group.add_typer(realm, name="realm")
group.add_typer(keys, name="keys")
group.add_typer(clients, name="clients")


def _command(name: str, example: str, codes: str = exit_codes()) -> Callable[[Command], Command]:
    def register(function: Command) -> Command:
        group.command(name, epilog=f"Example: {example}\n\n{codes}")(console.explained(function))
        return function

    return register


@_command(
    "up", "etopay sandbox up --seed my-users.toml", exit_codes(ok="stopped by you", failed="ended by itself")
)
def up(
    host: Annotated[str, typer.Option("--host", metavar="HOST", help="Address to listen on.")] = LOOPBACK,
    port: Annotated[
        int | None,
        typer.Option("--port", metavar="N", help=f"Port; without it {SANDBOX_PORT} or a free one."),
    ] = None,
    data: options.Data = options.DEFAULT_DATA,
    seed: options.Seed = None,
    ready_file: options.ReadyFile = None,
) -> None:
    """Start all services and keep them running until Ctrl-C.

    The other sandbox commands find it by its --data.
    """
    seed = require_seed(seed)
    if port:
        require_free(port, "the sandbox", "etopay sandbox up --port 0")
    else:
        port = free_port(SANDBOX_PORT)
    folder = data_folder(data)
    if ready_file is not None:
        ready.require_writable(ready_file)
    args = ["up", "--host", host, "--port", str(port), "--data", str(folder / "sandbox")]
    args += ["--parent-pid", str(os.getpid())]
    if ready_file is not None:
        args += ["--ready-file", str(ready_file.absolute())]
    if seed is not None:
        args += ["--seed", str(seed)]
    raise typer.Exit(foreground("sandbox", args, {}))


_command(
    "bench",
    "etopay sandbox bench --apps 20 --cycles 3 --keycloak",
    exit_codes(ok="all goals met", failed="a goal was missed"),
)(bench)


@_command("status", "etopay sandbox status --json")
def status(
    url: options.Url = None, data: options.Data = options.DEFAULT_DATA, as_json: options.Json = False
) -> None:
    """Tell whether the sandbox answers, and what it says about itself."""
    base = control.find(url, data)
    show({"sandbox": base, **control.call(base, "GET", "health")}, as_json, lines.members)


@_command("fund", "etopay sandbox fund alice --network iota_rebased_testnet --amount 25")
def fund(
    who: Annotated[str, typer.Argument(metavar="NAME", help="A user name or an address.")],
    network: Annotated[
        str | None, typer.Option("--network", metavar="KEY", help="Network; without it, all of the user's.")
    ] = None,
    amount: Annotated[str, typer.Option("--amount", metavar="NUMBER", help="How many coins.")] = "10",
    url: options.Url = None,
    data: options.Data = options.DEFAULT_DATA,
    as_json: options.Json = False,
) -> None:
    """Send coins of the local chains to a user or an address, by real transactions."""
    if not _AMOUNT.fullmatch(amount) or not amount.strip("0."):
        raise usage(
            f"“{amount}” is no amount: --amount takes a number above 0 in plain digits, such as 10 or 0.25."
        )
    is_address = who.startswith("0x")
    if is_address and network is None:
        raise usage("An address needs --network KEY, to say on which chain it is.")
    base = control.find(url, data)
    known = {item["key"]: item for item in control.call(base, "GET", "networks")["networks"]}
    if network is not None and network not in known:
        raise usage(f"There is no network “{network}”; known networks: {', '.join(known)}.")
    chosen = _networks(base, who) if network is None else [network]
    sent = {}
    for key in chosen:
        what = f"{amount} {known[key]['symbol']} on {known[key]['name']}"
        with console.progress(f"Sending {what}"):
            body = {"network_key": key, "amount": amount, "address" if is_address else "username": who}
            sent[key] = str(control.call(base, "POST", "faucet", body)["tx_id"])
        if not as_json:
            console.out(f"Sent {what}, transaction {sent[key]}")
    if as_json:
        console.out_json({"sent": amount, "transactions": sent})


def _networks(base: str, who: str) -> list[str]:
    """The networks on which a user has an address."""
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
    """List the users of the sandbox, with the addresses they can be paid at."""
    ask((url, data, as_json), "GET", "users", written=lines.users)


@_command("faults", "etopay sandbox faults --path '/api/*' --status 500")
def faults(
    path: Annotated[
        str | None, typer.Option("--path", metavar="PATTERN", help="Plan one for these paths; * is anything.")
    ] = None,
    kind: Annotated[FaultKind, typer.Option("--kind", help="What happens instead.")] = FaultKind.STATUS,
    method: Annotated[Method, typer.Option("--method", help="Only calls with this method.")] = Method.ANY,
    status: Annotated[
        int, typer.Option("--status", min=200, max=599, help="The status to answer, for kind status.")
    ] = 500,
    seconds: Annotated[
        float, typer.Option("--seconds", min=0, max=600, help="How long, for kind delay.")
    ] = 1.0,
    count: Annotated[
        int | None, typer.Option("--count", min=1, help="How many calls; without it, all.")
    ] = None,
    clear: Annotated[bool, typer.Option("--clear", help="First end all planned failures.")] = False,
    url: options.Url = None,
    data: options.Data = options.DEFAULT_DATA,
    as_json: options.Json = False,
) -> None:
    """Plan failures on chosen paths, end them with --clear, or list those in force."""
    if path is not None and not path.startswith(("/", "*")):
        raise usage(f"“{path}” is no path: it has to begin with a slash, such as /api/*.")
    base = control.find(url, data)
    if clear:
        control.call(base, "DELETE", "faults")
    if path is not None:
        body = {"path": path, "kind": kind, "method": method, "status": status, "seconds": seconds}
        control.call(base, "POST", "faults", body if count is None else {**body, "count": count})
    show(control.call(base, "GET", "faults"), as_json, lines.faults)


_command("branch", "etopay sandbox branch before-the-demo --data-dir ./second")(branch)


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
    control.call(base, "POST", "reset")
    show({}, as_json, lambda _: ["Done: everything is as after the first start."])
