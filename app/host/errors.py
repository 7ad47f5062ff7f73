"""What keeps the app from starting, said in one sentence."""

from __future__ import annotations


class HostError(Exception):
    """The app cannot start; the message is a whole sentence that says what to do."""
