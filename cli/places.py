"""Where things are: the checkout, the brands in it and the data folder."""

from __future__ import annotations

import json
import os
import tempfile
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from cli.ports import free_port, require_free
from cli.privacy import keep_private
from cli.problems import blocked, usage

ROOT = Path(__file__).resolve().parent.parent
DEFAULT_DATA = ROOT / ".etopay"
# Offered first to a new data folder, so that addresses look the same on most machines.
SANDBOX_PORT = 8790
APP_PORT = 8791
SANDBOX_READY = "ready.json"


def brands() -> list[str]:
    """The brands of this checkout, by folder name."""
    found = (ROOT / "branding").glob("*/brand.toml")
    return sorted(path.parent.name for path in found if not path.parent.name.startswith("_"))


def require_brand(name: str) -> str:
    """The brand's name, or one sentence that lists the known ones."""
    known = brands()
    if name not in known:
        raise usage(f"There is no brand “{name}” here; known brands: {', '.join(known) or 'none'}.")
    return name


def require_seed(path: Path | None) -> Path | None:
    """The seed file in full, or one sentence that it is not there."""
    if path is not None and not path.is_file():
        raise usage(f"The seed file {path} is not there.")
    return None if path is None else path.resolve()


def writable_folder(path: Path, *, name: str = "data folder", option: str = "--data") -> Path:
    """The folder, made if needed for its owner alone, and tried."""
    folder = path.expanduser().absolute()
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        reason = (error.strerror or "no access").lower()
        raise blocked(
            f"The {name} {folder} cannot be written: {reason}. Choose another with {option} DIR."
        ) from error
    return folder


def data_folder(path: Path) -> Path:
    """The data folder, made if needed, and private to its owner."""
    folder = writable_folder(path)
    keep_private(folder)
    return folder


@dataclass(frozen=True, slots=True)
class Places:
    """Files and ports of one data folder; the ports stay the same from start to start."""

    data: Path
    sandbox_port: int
    app_port: int

    @property
    def sandbox_data(self) -> Path:
        """State of the sandbox."""
        return self.data / "sandbox"

    @property
    def logs(self) -> Path:
        """What the child processes print."""
        return self.data / "logs"

    @property
    def sandbox_ready(self) -> Path:
        """Ready file that the sandbox keeps in its data while it runs."""
        return self.sandbox_data / SANDBOX_READY

    @property
    def app_ready(self) -> Path:
        """Ready file of the app that runs on this data."""
        return self.data / "app.json"

    def app_data(self, brand: str) -> Path:
        """State of the app: each brand is a product of its own and keeps its own accounts."""
        return self.data / "app" / brand

    def save(self) -> None:
        """Keep the ports for the next start."""
        ports = {name: value for name, value in asdict(self).items() if name.endswith("_port")}
        part = _ports_file(self.data).with_suffix(f".{os.getpid()}")
        part.write_text(json.dumps(ports) + "\n", encoding="utf-8")
        part.replace(_ports_file(self.data))


def _ports_file(data: Path) -> Path:
    return data / "ports.json"


def _stored_ports(data: Path) -> dict[str, int]:
    try:
        stored = json.loads(_ports_file(data).read_text(encoding="utf-8"))
        return {name: int(stored[name]) for name in ("sandbox_port", "app_port") if name in stored}
    except FileNotFoundError:
        return {}
    except (ValueError, TypeError) as error:
        raise blocked(f"{_ports_file(data)} is damaged; remove the file and start again.") from error


def open_places(data: Path, *, app_port: int | None = None, usual: bool = True) -> Places:
    """The places of a data folder, with the ports of its first start, all free right now.

    Without ``usual``, new data gets ports that nobody else looks for: many may start at once.
    """
    folder = writable_folder(data)
    stored = _stored_ports(folder)
    if app_port is not None:
        require_free(app_port, "the app", "etopay demo --port 0")
    sandbox = stored.get("sandbox_port")
    if sandbox is None:
        sandbox = free_port(SANDBOX_PORT if usual else None, avoid=frozenset({app_port or 0}))
    else:
        require_free(sandbox, "the sandbox of this data folder", "etopay demo --data OTHER_FOLDER")
    app = app_port if app_port is not None else stored.get("app_port")
    # The app's address is written down nowhere else, so it may move when somebody took the port.
    app = (
        free_port(app or (APP_PORT if usual else None), avoid=frozenset({sandbox}))
        if app_port is None
        else app_port
    )
    places = Places(folder, sandbox_port=sandbox, app_port=app)
    places.logs.mkdir(exist_ok=True)
    places.save()
    return replace(places)
