"""`etopay demo`: the sandbox and the app against it."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import typer

from cli import console, control, invocation, options, ready
from cli.children import Children
from cli.lock import only_one
from cli.places import DEFAULT_DATA, ROOT, data_folder, open_places, require_brand, require_seed
from cli.problems import CliError, exit_codes
from cli.stack import Stack

EPILOG = (
    "Example: etopay demo --brand juno --view web\n\n"
    f"{exit_codes(ok='stopped by you', failed='a part ended by itself')}"
)


def demo(
    brand: options.Brand = options.DEFAULT_BRAND,
    view: options.ViewOption = options.View.AUTO,
    port: Annotated[
        int | None,
        typer.Option("--port", metavar="N", help="Port of the app's page; 0 takes any free one."),
    ] = None,
    data: options.Data = options.DEFAULT_DATA,
    ready_file: options.ReadyFile = None,
    seed: options.Seed = None,
) -> None:
    """Start the wallet with everything it needs on this machine: no account, no real money.

    A second start with the same data finds everything as it was. Ctrl-C stops all of it.
    """
    require_brand(brand)
    seed = require_seed(seed)
    folder = data_folder(data)
    if ready_file is not None:
        ready.require_writable(ready_file)
    # SIGINT too: a shell that starts the demo in the background has it ignored.
    for number in (signal.SIGINT, signal.SIGTERM, getattr(signal, "SIGHUP", None)):
        if number is not None:
            signal.signal(number, signal.default_int_handler)
    try:
        with only_one(folder), _over_with_us(ready_file), Children() as children:
            places = open_places(folder, app_port=port or None)
            stack = Stack(places, brand, children, seed=seed)
            with console.progress("Starting the sandbox: identity, backend and three networks"):
                stack.start_sandbox()
            with console.progress(f"Starting the app “{brand}”"):
                stack.start_app(view.value)
            _tell(stack)
            if ready_file is not None:
                ready.write(ready_file, ready_content(stack))
            _watch(stack, ready_file)
    except KeyboardInterrupt:
        console.note("\nStopped; your data stays in " + str(folder))


@contextmanager
def _over_with_us(ready_file: Path | None) -> Iterator[None]:
    """What the ready file says holds only while we run; before that it may be another demo's."""
    if ready_file is None:
        yield
        return
    ready.remove(ready_file)
    try:
        yield
    finally:
        ready_file.unlink(missing_ok=True)


def ready_content(stack: Stack) -> dict[str, Any]:
    """What programs learn about a running demo."""
    return {
        "app": stack.app_url,
        "backend": stack.backend,
        "idp": stack.issuer,
        "sandbox": stack.base,
        "data": str(stack.places.data),
        "pid": os.getpid(),
    }


def _tell(stack: Stack) -> None:
    where = f"open {stack.app_url}" if stack.app_url else "it is the window that just opened"
    data = stack.places.data
    option = "" if data == DEFAULT_DATA else f" --data {invocation.shown(data)}"
    seeded = _seeded_users(stack)
    console.out()
    console.out(f"  The wallet   {where}")
    console.out("  Sign up      “Create account” in the app: any name, a password from 10 characters on")
    for user in seeded:
        console.out(f"  Or sign in   {user['username']}, password {user['password']}")
    console.out(f"  Coins        {invocation.line(f'etopay sandbox fund NAME{option}')}")
    console.out("               (free; NAME needs a wallet, and they live on this machine only)")
    for line in _payable(stack, seeded):
        console.out(line)
    console.out(f"  All users    {invocation.line(f'etopay sandbox users{option}')}")
    console.out(f"  Behind it    {stack.base} shows the services, {stack.base}/explorer the chains")
    console.out(f"  Your data    {data}")
    console.out("\n  Ctrl-C stops everything. Not for real money.")


def _seeded_users(stack: Stack) -> list[dict[str, Any]]:
    """The users of the seed that are still there: with the password that the seed gave them."""
    import tomllib  # noqa: PLC0415 - only a demo that runs needs it

    seed = stack.seed or ROOT / "sandbox" / "seeds" / "default.toml"
    planted = tomllib.loads(seed.read_text(encoding="utf-8")).get("users", [])
    there = {user["username"]: user for user in control.call(stack.base, "GET", "users")["users"]}
    return [
        {**there[user["username"]], "password": user["password"]}
        for user in planted
        if user["username"] in there
    ]


def _payable(stack: Stack, users: list[dict[str, Any]]) -> list[str]:
    """Somebody to pay on the network that a new wallet shows first; not whom one signs in as first."""
    for network in control.call(stack.base, "GET", "networks")["networks"][:1]:
        payable = [user for user in users if network["key"] in user["addresses"]]
        for user in payable[1:2] or payable:
            address = user["addresses"][network["key"]]
            return [
                f"  To pay       {user['username']} on {network['name']}, at",
                f"               {address}",
            ]
    return []


def _watch(stack: Stack, ready_file: Path | None) -> None:
    while True:
        time.sleep(0.25)
        if stack.app is not None and not stack.app.running:
            if stack.app_url is None and stack.app.process.returncode == 0:
                console.note("The window was closed.")
                return
            raise CliError(f"The app ended. It said:\n{stack.app.tail()}")
        if stack.sandbox is not None and not stack.sandbox.running:
            raise CliError(f"The sandbox ended. It said:\n{stack.sandbox.tail()}")
        if stack.take_new_link():
            console.out(f"  That link is used up. For another browser: {stack.app_url}")
            if ready_file is not None:
                ready.write(ready_file, ready_content(stack))
