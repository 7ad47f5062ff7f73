"""A PostgreSQL server of the tests' own: in a temporary folder, gone with the block."""

import fcntl
import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

ACCOUNT = "postgres"
"""Whose server it is where the tests run as root: PostgreSQL refuses to."""

_INSTALL = "Install it: sudo apt-get update && sudo apt-get install --yes postgresql"
_FAST = (
    "fsync = off",
    "synchronous_commit = off",
    "full_page_writes = off",
    "shared_buffers = 64MB",
    "max_connections = 200",
)


class NoPostgresError(Exception):
    """There is no PostgreSQL on this machine, and none could be installed."""


def programs() -> Path:
    """Return the folder of initdb and postgres, installed as a Debian package if need be."""
    found = _find()
    if found is None and os.geteuid() == 0 and shutil.which("apt-get"):
        # Tests run beside each other, and the first that needs it installs it for all.
        with Path(tempfile.gettempdir(), "etopay-postgres.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            found = _find() or _install()
    if found is None:
        raise NoPostgresError(f"These tests need PostgreSQL. {_INSTALL}")
    return found


def _install() -> Path | None:
    for command in (["update"], ["install", "--yes", "--no-install-recommends", "postgresql"]):
        subprocess.run(
            ["apt-get", "--quiet", *command],
            check=True,
            capture_output=True,
            env=os.environ | {"DEBIAN_FRONTEND": "noninteractive"},
        )
    return _find()


def _find() -> Path | None:
    on_path = shutil.which("initdb")
    if on_path:
        return Path(on_path).resolve().parent
    versions = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda file: int(file.parts[-3]))
    return versions[-1].parent if versions else None


@contextmanager
def server() -> Iterator[str]:
    """Run a server and yield the address of its first database, as SQLAlchemy takes it."""
    binaries = programs()
    folder = Path(tempfile.mkdtemp(prefix="etopay-pg-"))
    run = _as_owner_of(folder)
    data, port = folder / "data", _free_port()
    try:
        run(binaries / "initdb", "-D", data, "-U", "etopay", "-A", "trust", "-E", "UTF8", "--locale=C", "-N")
        lines = (*_FAST, f"port = {port}", f"unix_socket_directories = '{folder}'", "listen_addresses = ''")
        with (data / "postgresql.conf").open("a", encoding="utf-8") as settings:
            settings.write("\n".join(lines) + "\n")
        run(binaries / "pg_ctl", "-D", data, "-w", "-l", folder / "log", "start")
        try:
            yield f"postgresql+psycopg://etopay@/postgres?host={folder}&port={port}"
        finally:
            run(binaries / "pg_ctl", "-D", data, "-w", "-m", "immediate", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _as_owner_of(folder: Path) -> Callable[..., None]:
    """Return what runs a program as somebody PostgreSQL accepts, after giving the folder to that account."""
    if os.geteuid() != 0:
        return lambda *command: _run(command)
    owner = pwd.getpwnam(ACCOUNT)
    os.chown(folder, owner.pw_uid, owner.pw_gid)
    return lambda *command: _run(
        ("setpriv", "--reuid", ACCOUNT, "--regid", ACCOUNT, "--clear-groups", *command)
    )


def _run(command: tuple[str | Path, ...]) -> None:
    # Into a file: a pipe would stay open as long as the server that pg_ctl leaves behind.
    with tempfile.TemporaryFile() as output:
        done = subprocess.run(command, stdout=output, stderr=output, cwd="/", check=False)
        output.seek(0)
        assert done.returncode == 0, output.read().decode(errors="replace")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
