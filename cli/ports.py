"""Ports on the loopback interface."""

from __future__ import annotations

import socket
import sys

from cli.problems import blocked, usage

LOOPBACK = "127.0.0.1"


def is_free(port: int) -> bool:
    """Whether a server could listen on this port right now."""
    with socket.socket() as probe:
        if sys.platform != "win32":
            # On Windows this option would let two programs share the port.
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
        except OSError:
            return False
        return True


def free_port(preferred: int | None = None, *, avoid: frozenset[int] = frozenset()) -> int:
    """The preferred port when nobody has it, else any free one."""
    if preferred is not None and preferred not in avoid and is_free(preferred):
        return preferred
    while True:
        with socket.socket() as probe:
            probe.bind((LOOPBACK, 0))
            port = int(probe.getsockname()[1])
        if port not in avoid:
            return port


def require_free(port: int, what: str, fix: str) -> int:
    """The port itself, or one sentence about who needs it."""
    if not 1 <= port <= 65535:
        raise usage(f"{port} is not a port number; take one from 1024 to 65535.")
    if not is_free(port):
        raise blocked(f"Port {port}, which {what} needs, is taken by another program.", fix=fix)
    return port
