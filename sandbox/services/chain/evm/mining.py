"""When blocks are made: at once, every so many seconds, or by hand."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from sandbox.services.chain.plans import read_switch, set_switch
from sandbox.services.chain.storage import Database

Mode = Literal["instant", "interval", "manual"]


@dataclass(frozen=True, slots=True)
class Mining:
    """A mode; `seconds` is set for "interval" only."""

    mode: Mode = "instant"
    seconds: float | None = None


INSTANT = Mining()
MANUAL = Mining("manual")


def every(seconds: float) -> Mining:
    """A block every so many seconds."""
    return Mining("interval", seconds)


def load_mining(database: Database) -> Mining:
    """The mode that was last set; instant at first."""
    value = read_switch(database, "mining")
    if value in (None, "instant"):
        return INSTANT
    return MANUAL if value == "manual" else every(float(str(value)))


def store_mining(database: Database, mining: Mining) -> None:
    """Keeps the mode for the next start."""
    set_switch(database, "mining", mining.mode if mining.seconds is None else repr(mining.seconds))
