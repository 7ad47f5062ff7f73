"""What can be done from Home."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from app.core.model.activity import ActivityItem


@dataclass(frozen=True, slots=True)
class HomeActions:
    """Callbacks of the view."""

    hide: Callable[[], object]
    refresh: Callable[[], Awaitable[object]]
    send: Callable[[], object]
    receive: Callable[[], object]
    activity: Callable[[], object]
    nudge: Callable[[], object]
    lock: Callable[[], Awaitable[object]]
    open_item: Callable[[ActivityItem], object]
    open_position: Callable[[str], object]
