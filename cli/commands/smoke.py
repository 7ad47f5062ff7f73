"""`etopay smoke`: the whole first-user story in a browser nobody sees, with a picture of each step."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from cli import console, options
from cli.places import brands, require_brand, writable_folder
from cli.problems import Exit, exit_codes

EPILOG = (
    "Example: etopay smoke --brand juno --out pictures\n\n"
    f"{exit_codes(ok='all passed', failed='a step failed')}"
)


def smoke(
    out: Annotated[
        Path, typer.Option("--out", metavar="DIR", help="Folder for the numbered pictures.")
    ] = Path("smoke-out"),
    brand: Annotated[
        list[str] | None, typer.Option("--brand", metavar="NAME", help="Brand; may be repeated.")
    ] = None,
    as_json: options.Json = False,
) -> None:
    """Play sign up, wallet, faucet, send, activity, restart and unlock, for each brand."""
    chosen = [require_brand(name) for name in brand] if brand else brands()
    folder = writable_folder(out, name="folder for the pictures", option="--out")
    from cli.smoke.run import play  # noqa: PLC0415 - loads the browser driver

    passed, failed = play(chosen, folder)
    if as_json:
        console.out_json({"passed": passed, "failed": failed, "pictures": str(folder)})
    (console.note if as_json else console.out)(f"{passed} passed, {failed} failed")
    if failed or not passed:
        raise typer.Exit(Exit.FAILED)
