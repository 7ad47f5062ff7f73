"""The only door from stores to the toolkit: the decorator that makes a class announce its changes."""

from flet import observable

__all__ = ["observable"]
