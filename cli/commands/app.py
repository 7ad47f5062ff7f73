"""`etopay app`: the app alone, against what the settings or the brand say."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import Annotated

import typer

from cli import options, ready
from cli.children import WINDOWS, environment
from cli.places import ROOT, require_brand, writable_folder
from cli.ports import require_free
from cli.problems import exit_codes
from cli.urls import require_url

EPILOG = (
    "Example: etopay app --brand etopay --backend https://pay.example.com/api "
    "--idp https://pay.example.com/realms/shop\n\n"
    f"{exit_codes(ok='closed', failed='ended by an error')}"
)


def app(
    brand: options.Brand = options.DEFAULT_BRAND,
    view: options.ViewOption = options.View.AUTO,
    port: Annotated[
        int | None, typer.Option("--port", metavar="N", help="Port of the page, with --view web.")
    ] = None,
    data: options.AppData = None,
    backend: Annotated[
        str | None, typer.Option("--backend", metavar="URL", help="Address of the ETOPay backend.")
    ] = None,
    idp: Annotated[
        str | None, typer.Option("--idp", metavar="URL", help="Issuer address of the identity provider.")
    ] = None,
    ready_file: options.ReadyFile = None,
) -> None:
    """Start the app alone; addresses come from options, ETOPAY_* variables, a settings file or the brand."""
    require_brand(brand)
    env = {}
    if backend:
        env["ETOPAY_BACKEND_URL"] = require_url(backend, "--backend", "https://pay.example.com/api")
    if idp:
        env["ETOPAY_IDP_URL"] = require_url(idp, "--idp", "https://pay.example.com/realms/shop")
    args = ["--brand", brand, "--view", view.value]
    if port:
        args += ["--port", str(require_free(port, "the app", "etopay app --port 0"))]
    if data is not None:
        args += ["--data", str(writable_folder(data))]
    if ready_file is not None:
        ready.require_writable(ready_file)
        args += ["--ready-file", str(ready_file.absolute())]
    raise typer.Exit(foreground("app", args, env))


def foreground(module: str, args: list[str], env: dict[str, str]) -> int:
    """Run ``python -m module`` in this terminal and give its exit code; it never outlives the command."""
    command = [sys.executable, "-m", module, *args]
    for stream in (sys.stdout, sys.stderr):
        stream.flush()
    if not WINDOWS:
        # In place of this process: whatever ends the command, even a kill, has ended all of it.
        os.chdir(ROOT)
        os.execve(command[0], command, environment(env))  # noqa: S606 - our own interpreter
    from cli.windows_job import Job  # noqa: PLC0415 - loads on Windows only

    job, process = Job(), subprocess.Popen(command, cwd=ROOT, env=environment(env))
    job.add(int(getattr(process, "_handle")))  # noqa: B009 - Windows only
    while True:
        try:
            return process.wait()
        except KeyboardInterrupt:
            # The terminal has sent it to the child as well, which needs a moment to put things away.
            continue
