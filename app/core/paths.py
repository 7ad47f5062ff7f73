"""Route paths: all that features know of each other."""

from __future__ import annotations

from typing import Final

HOME: Final = "/"
RECEIVE: Final = "/receive"
SEND: Final = "/send"
ACTIVITY: Final = "/activity"
SETTINGS: Final = "/settings"


def transaction(network_key: str, tx_id: str) -> str:
    """Path of one payment's details."""
    return f"{ACTIVITY}/{network_key}/{tx_id}"


def receive_on(network_key: str) -> str:
    """Path of the receive screen with a network already chosen."""
    return f"{RECEIVE}/{network_key}"


def send_on(network_key: str) -> str:
    """Path of the send screen with a network already chosen."""
    return f"{SEND}/{network_key}"
