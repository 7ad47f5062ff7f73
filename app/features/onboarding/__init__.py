"""From the first start to an open wallet."""

from app.features.onboarding.screens.password import PasswordScreen
from app.features.onboarding.screens.phrase import PhraseScreen
from app.features.onboarding.screens.pin import PinScreen
from app.features.onboarding.screens.restore import RestoreScreen
from app.features.onboarding.screens.sign_in import SignInScreen
from app.features.onboarding.screens.start import ElsewhereScreen, StartingScreen
from app.features.onboarding.screens.terms import TermsScreen
from app.features.onboarding.screens.wallet_choice import WalletChoiceScreen
from app.features.onboarding.screens.welcome import WelcomeScreen

__all__ = [
    "ElsewhereScreen",
    "PasswordScreen",
    "PhraseScreen",
    "PinScreen",
    "RestoreScreen",
    "SignInScreen",
    "StartingScreen",
    "TermsScreen",
    "WalletChoiceScreen",
    "WelcomeScreen",
]
