"""`etopay sandbox snapshot` and `branch`: the whole state under a name, as a file, or as a second sandbox."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Annotated

import typer

from cli import console, control, options
from cli.children import environment
from cli.commands import sandbox_lines as lines
from cli.commands.sandbox_calls import ask, part, registrar, safe, show
from cli.invocation import shown
from cli.places import ROOT
from cli.problems import CliError, Exit, blocked

_EXAMPLE = "etopay sandbox snapshot save before-the-demo"

group = part("The whole state under a name: users, purchases, bank, chains, clock and failures.", _EXAMPLE)
_command = registrar(group)
Name = Annotated[str, typer.Argument(metavar="NAME", help="Small letters, digits, dots, - and _.")]
Replace = Annotated[bool, typer.Option("--replace", help="Take the place of one of this name.")]


@_command("save", _EXAMPLE)
def save(
    name: Name,
    replace: Replace = False,
    url: options.Url = None,
    data: options.Data = options.DEFAULT_DATA,
    as_json: options.Json = False,
) -> None:
    """Keep the present state under a name."""
    body = {"name": name, "replace": replace}
    found = control.call(control.find(url, data), "POST", "snapshots", body)
    show(found, as_json, lambda one: [f"Saved: {lines.snapshot(one)}"])


@_command("list", "etopay sandbox snapshot list --json")
def list_snapshots(
    url: options.Url = None, data: options.Data = options.DEFAULT_DATA, as_json: options.Json = False
) -> None:
    """List the snapshots, oldest first."""
    ask((url, data, as_json), "GET", "snapshots", written=lines.snapshots)


@_command("restore", "etopay sandbox snapshot restore before-the-demo --yes")
def restore(
    name: Name,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    url: options.Url = None,
    data: options.Data = options.DEFAULT_DATA,
    as_json: options.Json = False,
) -> None:
    """Put a snapshot in the place of the present state, which is lost."""
    base = control.find(url, data)
    if not yes:
        typer.confirm(f"Replace everything in the sandbox at {base} by {name}?", abort=True)
    found = control.call(base, "POST", f"snapshots/{safe(name)}/restore")
    show(found, as_json, lambda one: [f"Restored: {lines.snapshot(one)}"])


@_command("delete", "etopay sandbox snapshot delete before-the-demo")
def delete(
    name: Name,
    url: options.Url = None,
    data: options.Data = options.DEFAULT_DATA,
    as_json: options.Json = False,
) -> None:
    """Forget a snapshot."""
    control.call(control.find(url, data), "DELETE", f"snapshots/{safe(name)}")
    show({"deleted": name}, as_json, lambda _: [f"Deleted: {name}"])


@_command("export", "etopay sandbox snapshot export before-the-demo --to demo.zip")
def export(
    name: Name,
    to: Annotated[
        Path | None, typer.Option("--to", metavar="FILE", help="Without it, NAME.zip where you are.")
    ] = None,
    url: options.Url = None,
    data: options.Data = options.DEFAULT_DATA,
    as_json: options.Json = False,
) -> None:
    """Write a snapshot into one file. It holds password hashes and signing keys of the sandbox."""
    target = (to or Path(f"{Path(name).name}.zip")).expanduser().absolute()
    control.fetch(control.find(url, data), f"snapshots/{safe(name)}/export", target)
    show({"file": str(target)}, as_json, lambda _: [f"Written: {target}"])


@_command("import", "etopay sandbox snapshot import demo.zip --name from-anna")
def import_file(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="What was exported.")],
    name: Annotated[str | None, typer.Option("--name", help="Another name than its own.")] = None,
    replace: Replace = False,
    url: options.Url = None,
    data: options.Data = options.DEFAULT_DATA,
    as_json: options.Json = False,
) -> None:
    """Keep a snapshot that was exported here or elsewhere; the present state stays."""
    query = f"?replace={'true' if replace else 'false'}" + (f"&name={safe(name)}" if name else "")
    found = control.send(control.find(url, data), f"snapshots/import{query}", file.expanduser())
    show(found, as_json, lambda one: [f"Imported: {lines.snapshot(one)}"])


def branch(
    name: Name,
    folder: Annotated[
        Path, typer.Option("--data-dir", metavar="DIR", help="Data folder of the second sandbox.")
    ],
    url: options.Url = None,
    data: options.Data = options.DEFAULT_DATA,
    as_json: options.Json = False,
) -> None:
    """Make a second data folder out of a snapshot, so that another sandbox can go on from it."""
    target = folder.expanduser().absolute() / "sandbox"
    with tempfile.TemporaryDirectory(prefix="etopay-branch-") as between:
        file = Path(between) / "snapshot.zip"
        control.fetch(control.find(url, data), f"snapshots/{safe(name)}/export", file)
        try:
            target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        except OSError as error:
            raise blocked(f"The folder {target.parent} cannot be made: {error.strerror}.") from error
        command = [sys.executable, "-m", "sandbox", "branch", "--file", str(file), "--data", str(target)]
        done = subprocess.run(
            command, cwd=ROOT, env=environment({}), capture_output=True, text=True, check=False
        )
    if done.returncode:
        said = done.stderr.strip().splitlines() or ["it ended by itself."]
        raise CliError(said[-1].removeprefix("sandbox: "), code=Exit(done.returncode))
    start = f"etopay sandbox up --data {shown(target.parent)}"
    if as_json:
        console.out_json({"data": str(target.parent), "start": start})
    else:
        console.out(f"Made: {target.parent}. Start it with: {start}")
