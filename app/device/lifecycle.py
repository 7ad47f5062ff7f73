"""When the app goes out of sight and comes back."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from typing import Protocol

import flet as ft


class LifecycleEvent(StrEnum):
    """What happened to the window, the screen or the connection to it."""

    ACTIVE = "active"
    INACTIVE = "inactive"
    HIDDEN = "hidden"
    DISCONNECTED = "disconnected"
    CONNECTED = "connected"


Listener = Callable[[LifecycleEvent], None]


class Lifecycle(Protocol):
    """A source of life-cycle events."""

    def listen(self, listener: Listener) -> Callable[[], None]:
        """Call ``listener`` at each event until the returned function is called."""
        ...


class LifecycleHub:
    """Implements :class:`Lifecycle`; whoever sees an event calls :meth:`tell`."""

    def __init__(self) -> None:
        self._listeners: list[Listener] = []

    def listen(self, listener: Listener) -> Callable[[], None]:
        """Call ``listener`` at each event until the returned function is called."""
        self._listeners.append(listener)

        def stop() -> None:
            if listener in self._listeners:
                self._listeners.remove(listener)

        return stop

    def tell(self, event: LifecycleEvent) -> None:
        """Pass an event on."""
        for listener in tuple(self._listeners):
            listener(event)


_EVENTS = {
    ft.AppLifecycleState.SHOW: LifecycleEvent.ACTIVE,
    ft.AppLifecycleState.RESUME: LifecycleEvent.ACTIVE,
    ft.AppLifecycleState.INACTIVE: LifecycleEvent.INACTIVE,
    ft.AppLifecycleState.HIDE: LifecycleEvent.HIDDEN,
    ft.AppLifecycleState.PAUSE: LifecycleEvent.HIDDEN,
    ft.AppLifecycleState.DETACH: LifecycleEvent.HIDDEN,
}


def flet_lifecycle(page: ft.Page) -> LifecycleHub:
    """The life cycle of a page."""
    hub = LifecycleHub()

    def changed(event: ft.AppLifecycleStateChangeEvent) -> None:
        if (known := _EVENTS.get(event.state)) is not None:
            hub.tell(known)

    def disconnected(_: object) -> None:
        hub.tell(LifecycleEvent.DISCONNECTED)

    def connected(_: object) -> None:
        hub.tell(LifecycleEvent.CONNECTED)

    page.on_app_lifecycle_state_change = changed
    page.on_disconnect = disconnected
    page.on_connect = connected
    return hub
