"""Child processes: started in groups of their own, awaited by ready file, and never left behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from cli import ready
from cli.places import ROOT
from cli.problems import CliError, Exit

WINDOWS = sys.platform == "win32"
STOP_SECONDS = 5.0
_TAIL_LINES = 12


def environment(extra: Mapping[str, str] | None = None) -> dict[str, str]:
    """The environment of a child: no proxy for loopback, and text as UTF-8 everywhere."""
    env = dict(os.environ)
    for name in ("NO_PROXY", "no_proxy"):
        hosts = [host for host in env.get(name, "").split(",") if host]
        env[name] = ",".join(dict.fromkeys([*hosts, "127.0.0.1", "localhost", "::1"]))
    env["PYTHONUTF8"] = "1"
    env["PYTHONUNBUFFERED"] = "1"
    env.update(extra or {})
    return env


class Child:
    """One running child; its output goes to a log file."""

    def __init__(self, name: str, process: subprocess.Popen[bytes], log: Path) -> None:
        self.name = name
        self.process = process
        self.log = log

    @property
    def running(self) -> bool:
        """Whether the process is alive."""
        return self.process.poll() is None

    def tail(self) -> str:
        """The last lines it printed."""
        with suppress(OSError):
            return "\n".join(self.log.read_text("utf-8", "replace").splitlines()[-_TAIL_LINES:])
        return ""

    def kill(self) -> None:
        """End the whole group at once, as a power cut would."""
        if WINDOWS:
            self.process.kill()
        else:
            with suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def stop(self, seconds: float = STOP_SECONDS) -> None:
        """Ask it to end, and make it after a while; its own children go with it."""
        if self.running:
            if WINDOWS:
                self.process.send_signal(getattr(signal, "CTRL_BREAK_EVENT"))  # noqa: B009 - Windows only
            else:
                self.process.terminate()
            with suppress(subprocess.TimeoutExpired):
                self.process.wait(seconds)
        self.kill()


class Children:
    """All children of one command; they end when it ends, even when it is killed."""

    def __init__(self) -> None:
        self._children: list[Child] = []
        self._leash: subprocess.Popen[bytes] | None = None
        self._job: Any = None
        if WINDOWS:
            from cli.windows_job import Job  # noqa: PLC0415 - loads on Windows only

            self._job = Job()
        else:
            self._leash = subprocess.Popen(
                [sys.executable, "-m", "cli.leash"], cwd=ROOT, stdin=subprocess.PIPE, start_new_session=True
            )

    def __enter__(self) -> Children:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop_all()

    def start(self, name: str, args: Sequence[str], log: Path, env: Mapping[str, str] | None = None) -> Child:
        """Start ``python -m`` with these arguments."""
        log.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        # The app prints the link that opens its page.
        log.touch(mode=0o600)
        log.chmod(0o600)
        flags = getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0)
        with log.open("ab") as output:
            process = subprocess.Popen(
                [sys.executable, "-m", *args],
                cwd=ROOT,
                env=environment(env),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=not WINDOWS,
                creationflags=flags,
            )
        child = Child(name, process, log)
        self._children.append(child)
        self._tell(f"add {process.pid}")
        if self._job is not None:
            self._job.add(int(getattr(process, "_handle")))  # noqa: B009 - Windows only
        return child

    def stop(self, child: Child) -> None:
        """Stop one child, and forget it."""
        child.stop()
        self._forget(child)

    def kill(self, child: Child) -> None:
        """Kill one child without a chance to tidy up, and forget it."""
        child.kill()
        self._forget(child)

    def stop_all(self) -> None:
        """Stop all, last started first."""
        for child in reversed(self._children.copy()):
            self.stop(child)
        if self._leash is not None and self._leash.stdin is not None:
            with suppress(OSError):
                self._leash.stdin.close()
            self._leash.wait()
            self._leash = None

    def _forget(self, child: Child) -> None:
        with suppress(ValueError):
            self._children.remove(child)
        self._tell(f"drop {child.process.pid}")

    def _tell(self, line: str) -> None:
        if self._leash is not None and self._leash.stdin is not None:
            with suppress(OSError):
                self._leash.stdin.write(f"{line}\n".encode())
                self._leash.stdin.flush()


def wait_ready(child: Child, path: Path, seconds: float = 60.0) -> dict[str, Any]:
    """The content of the child's ready file, or a problem that quotes what the child said last."""
    deadline = time.monotonic() + seconds
    while True:
        content = ready.read(path)
        if content is not None:
            return content
        if not child.running:
            # Our own parts say with 2 and 3 whether an argument or the machine was in the way.
            code = child.process.returncode
            raise CliError(
                f"The {child.name} ended while it started. It said:\n{child.tail()}",
                code=Exit(code) if code in {Exit.USAGE, Exit.MACHINE} else Exit.FAILED,
            )
        if time.monotonic() > deadline:
            raise CliError(
                f"The {child.name} did not answer within {seconds:.0f} seconds; its log is {child.log}."
            )
        time.sleep(0.05)
