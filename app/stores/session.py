"""Who uses the app and how far they are: the store that the whole flow is derived from."""

from __future__ import annotations

from app.core.observable import observable
from app.stores.session_accounts import AccountActions
from app.stores.session_state import Notice
from app.stores.session_wallet import WalletActions
from app.stores.stage import Stage, Wish

__all__ = ["Notice", "SessionStore", "Stage", "Wish"]


@observable
class SessionStore(AccountActions, WalletActions):
    """One per running app. Screens read its fields and call its actions; nothing sets the stage."""
