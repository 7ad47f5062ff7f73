"""Required actions: what somebody has to do before she is signed in."""

from collections.abc import Iterable
from typing import Any

from sandbox.services.identity.realm import RealmRules
from sandbox.services.identity.tables import Account

TERMS, PASSWORD, PROFILE, EMAIL = "TERMS_AND_CONDITIONS", "UPDATE_PASSWORD", "UPDATE_PROFILE", "VERIFY_EMAIL"
ACTIONS = (TERMS, PASSWORD, PROFILE, EMAIL)
"""All that can be asked for, in the order in which it is (Keycloak's)."""

NOT_OFFERED = ("CONFIGURE_TOTP", "CONFIGURE_RECOVERY_AUTHN_CODES", "webauthn-register")
"""What Keycloak has besides, and is refused here: nobody could ever fulfil it."""

_NAMES = {
    "CONFIGURE_TOTP": "Configure OTP",
    TERMS: "Terms and Conditions",
    PASSWORD: "Update Password",
    PROFILE: "Update Profile",
    EMAIL: "Verify Email",
    "webauthn-register": "Webauthn Register",
    "CONFIGURE_RECOVERY_AUTHN_CODES": "Recovery Authentication Codes",
}


def pending_actions(account: Account, rules: RealmRules, asked: Iterable[str] = ()) -> list[str]:
    """Return what an account has to do now, in its order; `asked` is what its link asks besides."""
    wanted = {*(account.required_actions or ()), *asked}
    if rules.verify_email and not account.email_verified:
        wanted.add(EMAIL)
    if not account.email:
        wanted.discard(EMAIL)  # Nothing could be confirmed; Keycloak passes over it too.
    return [name for name in ACTIONS if name in wanted]


def done(account: Account, action: str) -> None:
    """Take an action from what an account has to do."""
    account.required_actions = [name for name in account.required_actions or () if name != action]


def descriptions() -> list[dict[str, Any]]:
    """Return the actions as Keycloak lists them; those that are not offered are disabled."""
    return [
        {
            "alias": name,
            "name": title,
            "providerId": name,
            "enabled": name in ACTIONS,
            "defaultAction": False,
            "priority": 10 * place,
            "config": {},
        }
        for place, (name, title) in enumerate(_NAMES.items(), 1)
    ]
