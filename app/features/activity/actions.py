"""What can be done in the activity."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from app.core.model.activity import ActivityItem
from app.features.activity.state import Filters


@dataclass(frozen=True, slots=True)
class ListActions:
    """Callbacks of the list."""

    filter: Callable[[Filters], object]
    open: Callable[[ActivityItem], object]
    more: Callable[[], Awaitable[object]]
    refresh: Callable[[], Awaitable[object]]
    receive: Callable[[], object]


@dataclass(frozen=True, slots=True)
class DetailActions:
    """Callbacks of the details."""

    back: Callable[[], object]
    copy: Callable[[str], Awaitable[object]]
    explore: Callable[[str], Awaitable[object]]
    again: Callable[[ActivityItem], object]
