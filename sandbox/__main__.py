"""`python -m sandbox up` and `branch`: the command line of the sandbox process."""

import argparse
import asyncio
import sys
from collections.abc import Coroutine, Sequence
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from sandbox.core.errors import StartError
from sandbox.core.log import set_up_logging
from sandbox.core.process import EXIT_USAGE
from sandbox.core.settings import Settings
from sandbox.core.snapshots.branch import branch
from sandbox.core.wording import describe_problems
from sandbox.serve import Start, serve
from sandbox.serve_worker import WorkerStart, serve_worker

_OPTIONS = ("data", "public_url", "log_level")
_EXAMPLE = """\
example:
  python -m sandbox up --port 9000 --data ./sandbox-data --ready-file ready.json

exit codes: 0 stopped by you, 1 it ended by itself, 2 wrong argument, setting or seed,
  3 the port is taken, or a folder or file cannot be used
"""
_WORKER_EXAMPLE = """\
example, with ETOPAY_SANDBOX_DATABASE_URL set for both:
  python -m sandbox worker --keeper-url http://127.0.0.1:9000 --port 9001
"""


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="sandbox", description="All ETOPay services as one local process.")
    commands = parser.add_subparsers(dest="command", required=True)
    up = commands.add_parser(
        "up",
        help="start the services and keep them running",
        epilog=_EXAMPLE,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    up.add_argument("--port", type=_port, default=0, help="port; 0 takes last time's or a free one (default)")
    up.add_argument("--data", type=_folder, help="folder that keeps everything (default: .etopay/sandbox)")
    up.add_argument("--seed", type=Path, help="TOML file with users, coins and purchases to start with")
    up.add_argument("--public-url", help="where clients reach the sandbox (default: http://HOST:PORT)")
    worker = commands.add_parser(
        "worker",
        help="serve sign-in and backend from the database of a sandbox that runs elsewhere",
        epilog=_WORKER_EXAMPLE,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    worker.add_argument("--keeper-url", required=True, help="where the sandbox itself answers")
    worker.add_argument("--port", type=_port, default=0, help="port; 0 takes a free one (default)")
    for command in (up, worker):
        command.add_argument(
            "--host", default="127.0.0.1", help="address to listen on (default: %(default)s)"
        )
        command.add_argument("--ready-file", type=Path, help="JSON file written once everything answers")
        command.add_argument("--parent-pid", type=int, help="stop when this process ends")
        command.add_argument(
            "--log-level", choices=("debug", "info", "warning", "error"), help="default: info"
        )
    branch = commands.add_parser("branch", help="make a data folder out of an exported snapshot")
    branch.add_argument("--file", type=Path, required=True, help="what was exported")
    branch.add_argument("--data", type=_folder, required=True, help="folder to make; empty or not there yet")
    return parser


def _port(text: str) -> int:
    port = int(text) if text.isdecimal() else -1
    if not 0 <= port <= 65535:
        raise argparse.ArgumentTypeError(f"“{text}” is no port; a port is a number from 0 to 65535")
    return port


def _folder(text: str) -> Path:
    # An empty one would be the folder that one stands in, as from a variable that is not set.
    if not text:
        raise argparse.ArgumentTypeError("it is empty; name a folder")
    return Path(text)


def _set_by(setting: str) -> str:
    """Where somebody has set this: by the variable, and some also by an option."""
    variable = f"ETOPAY_SANDBOX_{setting.upper()}"
    return f"--{setting.replace('_', '-')} or {variable}" if setting in _OPTIONS else variable


def _serving(options: argparse.Namespace, settings: Settings) -> Coroutine[Any, Any, None]:
    common = {
        "settings": settings,
        "host": options.host,
        "port": options.port,
        "ready_file": options.ready_file,
        "parent_pid": options.parent_pid,
    }
    if options.command == "worker":
        return serve_worker(WorkerStart(keeper_url=options.keeper_url, **common))
    return serve(Start(seed_file=options.seed, public_url=options.public_url, **common))


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return the exit code."""
    options = _parser().parse_args(arguments)
    given: dict[str, Any] = {
        name: getattr(options, name) for name in _OPTIONS if getattr(options, name, None) is not None
    }
    try:
        settings = Settings(**given)
        set_up_logging(settings.log_level)
        if options.command == "branch":
            branch(options.file, settings.data.absolute(), limit=settings.snapshot_limit)
            return 0
        asyncio.run(_serving(options, settings))
    except ValidationError as error:
        print(f"sandbox: {describe_problems(error.errors(), _set_by)}.", file=sys.stderr)
        return EXIT_USAGE
    except StartError as error:
        print(f"sandbox: {error}", file=sys.stderr)
        return error.exit_code
    return 0


if __name__ == "__main__":
    sys.exit(main())
