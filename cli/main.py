"""Entry of the command `etopay`."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from cli.arguments import PlainGroup
from cli.commands.app import EPILOG as APP_EPILOG
from cli.commands.app import app as app_command
from cli.commands.check import EPILOG as CHECK_EPILOG
from cli.commands.check import check
from cli.commands.demo import EPILOG as DEMO_EPILOG
from cli.commands.demo import demo
from cli.commands.sandbox import group as sandbox_group
from cli.commands.smoke import EPILOG as SMOKE_EPILOG
from cli.commands.smoke import smoke
from cli.commands.test import EPILOG as TEST_EPILOG
from cli.commands.test import test
from cli.console import explained
from cli.problems import exit_codes
from cli.versions import tell

cli = typer.Typer(
    name="etopay",
    cls=PlainGroup,
    help="ETOPay: a white-label self-custody wallet, its services sandbox and its tests.",
    epilog=f"Example: etopay demo\n\n{exit_codes()}",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)


@cli.callback()
def root(
    _version: Annotated[
        bool,
        typer.Option(
            "--version",
            callback=tell,
            is_eager=True,
            help="Show the versions of app, SDK and crate, and exit.",
        ),
    ] = False,
) -> None:
    """Take the options that belong to no command."""


cli.command("demo", epilog=DEMO_EPILOG)(explained(demo))
cli.command("app", epilog=APP_EPILOG)(explained(app_command))
cli.add_typer(sandbox_group, name="sandbox")
cli.command("test", epilog=TEST_EPILOG)(explained(test))
cli.command("smoke", epilog=SMOKE_EPILOG)(explained(smoke))
cli.command("check", epilog=CHECK_EPILOG)(explained(check))


def main() -> None:
    """Run the command line."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            # A redirected Windows console would otherwise fail on the first typographic quote.
            reconfigure(encoding="utf-8", errors="replace")
    cli(prog_name="etopay")


if __name__ == "__main__":
    main()
