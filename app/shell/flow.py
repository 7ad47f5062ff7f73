"""Which screen belongs to a stage that is not the main one."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

import flet as ft

from app.features.onboarding import (
    ElsewhereScreen,
    PasswordScreen,
    PhraseScreen,
    PinScreen,
    RestoreScreen,
    SignInScreen,
    StartingScreen,
    TermsScreen,
    WalletChoiceScreen,
    WelcomeScreen,
)
from app.features.unlock import AccountsScreen, UnlockScreen
from app.stores.session import Stage

SCREENS: Final[Mapping[Stage, Callable[[], ft.Control]]] = {
    Stage.STARTING: StartingScreen,
    Stage.ELSEWHERE: ElsewhereScreen,
    Stage.WELCOME: WelcomeScreen,
    Stage.TERMS: TermsScreen,
    Stage.ACCOUNTS: AccountsScreen,
    Stage.SIGN_IN: SignInScreen,
    Stage.PIN: PinScreen,
    Stage.PASSWORD: PasswordScreen,
    Stage.WALLET_CHOICE: WalletChoiceScreen,
    Stage.RESTORE: RestoreScreen,
    Stage.PHRASE: PhraseScreen,
    Stage.LOCKED: UnlockScreen,
}

BACK_LEADS_SOMEWHERE: Final = frozenset(
    {Stage.TERMS, Stage.SIGN_IN, Stage.PIN, Stage.PASSWORD, Stage.WALLET_CHOICE, Stage.RESTORE}
)
