"""The sandbox as a process: folder, lock, port, ready file, parent."""

import contextlib
import errno
import json
import logging
import os
import socket
import stat
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import IO, NoReturn

from sandbox.core.errors import StartError

EXIT_USAGE = 2
EXIT_ENVIRONMENT = 3
READY_FILE = "ready.json"
"""Kept in the data folder while the sandbox runs, so that whoever knows the folder finds it."""

log = logging.getLogger("sandbox")
_DATABASE = "sandbox.sqlite"
_OURS = frozenset(
    {"lock", "chains", "seed.toml", READY_FILE, _DATABASE, f"{_DATABASE}-wal", f"{_DATABASE}-shm"}
    | {"snapshots", "restoring", "restoring.new"}
)


def prepare_folder(folder: Path) -> None:
    """Create the data folder, see that it can be written, and keep it for this user alone."""
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        raise StartError(
            f"The data folder {folder} cannot be written ({error.strerror}). Choose another with --data.",
            EXIT_ENVIRONMENT,
        ) from error
    _keep_private(folder)


def _keep_private(folder: Path) -> None:
    if sys.platform == "win32":
        return
    status = folder.stat()
    if status.st_uid != os.geteuid():
        raise StartError(
            f"The data folder {folder} belongs to another user. Choose one of your own with --data.",
            EXIT_ENVIRONMENT,
        )
    mode = stat.S_IMODE(status.st_mode)
    if not mode & 0o077:
        return
    # With anything else in it, it may be somebody's home or a folder that all share.
    if all(entry.name in _OURS for entry in folder.iterdir()):
        folder.chmod(0o700)
        log.warning("%s was open to other users (mode %04o); now it is yours alone", folder, mode)
    else:
        log.warning("other users can look into %s (mode %04o); a folder of its own is safer", folder, mode)


def lock_folder(folder: Path) -> IO[str]:
    """Claim the data folder for this process; the claim ends with the process, however it ends."""
    handle = (folder / "lock").open("a+", encoding="ascii")
    try:
        if sys.platform == "win32":
            import msvcrt  # noqa: PLC0415 — exists on Windows only

            handle.seek(0)
            msvcrt.locking(handle.fileno(), msvcrt.LK_NBLCK, 1)
        else:
            import fcntl  # noqa: PLC0415 — exists on POSIX only

            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        handle.close()
        raise StartError(
            f"Another sandbox uses the data folder {folder}. Stop it, or choose another folder with --data.",
            EXIT_ENVIRONMENT,
        ) from error
    return handle


def open_port(host: str, port: int, preferred: int | None = None) -> socket.socket:
    """Bind a port; for port 0 the one used last time is tried first, so that addresses stay the same."""
    if port == 0 and preferred:
        with contextlib.suppress(OSError):
            return _bind(host, preferred)
    try:
        return _bind(host, port)
    except OSError as error:
        where = f"{host}:{port}" if port else host
        raise StartError(
            f"The sandbox cannot listen on {where} ({error.strerror}). "
            "Choose another with --port, or leave it out to take a free one.",
            EXIT_ENVIRONMENT,
        ) from error


def _bind(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    try:
        if sys.platform != "win32":
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
        listener.listen(128)
    except OSError:
        listener.close()
        raise
    return listener


def clear_ready_file(path: Path) -> None:
    """Remove an old ready file, and see before the long part that a new one can be written."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.is_dir():
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
        path.unlink(missing_ok=True)
        with tempfile.TemporaryFile(dir=path.parent):
            pass
    except OSError as error:
        raise StartError(
            f"The ready file {path} cannot be written ({error.strerror}).", EXIT_ENVIRONMENT
        ) from error


def write_ready_file(path: Path, content: dict[str, object]) -> None:
    """Write the ready file whole or not at all."""
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    temporary.write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")
    temporary.replace(path)


def end_at_once() -> NoReturn:
    """End as a kill does: nobody is answered any more, and nothing is written."""
    os._exit(1)


def watch_parent(pid: int, on_gone: Callable[[], None]) -> None:
    """Call `on_gone` soon after the parent process ended."""

    ours = os.getppid() == pid

    def watch() -> None:
        # A dead direct parent may stay visible as a zombie, but we are handed to another one at once.
        while _is_alive(pid) and not (ours and os.getppid() != pid):
            time.sleep(0.5)
        on_gone()

    threading.Thread(target=watch, name="parent-watch", daemon=True).start()


def _is_alive(pid: int) -> bool:
    if sys.platform == "win32":
        import ctypes  # noqa: PLC0415 — needed on Windows only

        kernel = ctypes.windll.kernel32
        handle = kernel.OpenProcess(0x00100000, False, pid)  # SYNCHRONIZE
        if not handle:
            return False
        alive = bool(kernel.WaitForSingleObject(handle, 0) != 0)
        kernel.CloseHandle(handle)
        return alive
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
