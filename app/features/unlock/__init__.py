"""Choosing an account of this device and unlocking it."""

from app.features.unlock.screens.accounts import AccountsScreen
from app.features.unlock.screens.unlock import UnlockScreen

__all__ = ["AccountsScreen", "UnlockScreen"]
