"""``python -m app``: the app alone, against what the settings or the brand say."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from app.core.brand import BrandError
from app.core.settings import GatewayKind, SettingsError, View, load_settings
from app.host.errors import HostError
from app.main import run

_USAGE = 2
_MACHINE = 3


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m app",
        description="The wallet app. Every option is also a setting, see docs/settings.md.",
    )
    parser.add_argument("--brand", metavar="NAME", help="the brand to show: a name or a folder")
    parser.add_argument("--view", choices=list(View), help="a window, the web view, or what fits")
    parser.add_argument("--port", type=int, metavar="N", help="port of the web view; 0 takes a free one")
    parser.add_argument("--data", type=_folder, metavar="DIR", help="the folder for wallets and the log")
    parser.add_argument("--gateway", choices=list(GatewayKind), help="the real SDK, or a demo in memory")
    parser.add_argument("--ready-file", type=Path, metavar="FILE", help="written once the app answers")
    parser.add_argument("--demo-scenario", metavar="NAME", help="of the demo: fresh, funded, locked or long")
    return parser


def _folder(text: str) -> Path:
    # An empty one would be the folder that one stands in, as from a variable that is not set.
    if not text:
        raise argparse.ArgumentTypeError("it is empty; name a folder")
    return Path(text)


def main(arguments: list[str] | None = None) -> int:
    """Run the app; when it cannot start, one sentence says why.

    The exit code is then 2 for a wrong argument, setting or brand, and 3 for a port, a folder or anything
    else on this machine that is missing or cannot be used.
    """
    given = _parser().parse_args(arguments)
    try:
        settings = load_settings(
            brand=given.brand,
            view=given.view,
            port=given.port,
            data_dir=given.data.absolute() if given.data else None,
            gateway=given.gateway,
        )
        run(settings, ready_file=given.ready_file, scenario=given.demo_scenario)
    except (SettingsError, BrandError, HostError) as error:
        sys.stderr.write(f"{error}\n")
        return _MACHINE if isinstance(error, HostError) else _USAGE
    return 0


if __name__ == "__main__":
    sys.exit(main())
