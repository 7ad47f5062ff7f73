"""What every kind of client is given."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import flet as ft

ShowPage = Callable[[ft.Page], Awaitable[None]]
"""Puts the app on the page of a client that has just connected."""
