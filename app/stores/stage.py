"""Where a user stands between the first start and an open wallet: derived, never set."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from app.core.model import Account


class Stage(StrEnum):
    """What the app shows."""

    STARTING = "starting"
    ELSEWHERE = "elsewhere"
    WELCOME = "welcome"
    TERMS = "terms"
    ACCOUNTS = "accounts"
    SIGN_IN = "sign_in"
    PIN = "pin"
    PASSWORD = "password"  # noqa: S105 - a step, not a password
    WALLET_CHOICE = "wallet_choice"
    RESTORE = "restore"
    PHRASE = "phrase"
    LOCKED = "locked"
    MAIN = "main"


class Wish(StrEnum):
    """What the user asked for on the welcome screen."""

    REGISTER = "register"
    SIGN_IN = "sign_in"


@dataclass(frozen=True, slots=True)
class Facts:
    """All that the stage depends on."""

    started: bool
    elsewhere: bool
    terms_due: bool
    wish: Wish | None
    has_accounts: bool
    account: Account | None
    renewing: bool
    has_pin: bool
    password_due: bool
    restoring: bool
    unlocked: bool
    phrase_due: bool


def stage_of(facts: Facts) -> Stage:
    """The one stage of some facts."""
    if facts.elsewhere or not facts.started:
        return Stage.ELSEWHERE if facts.elsewhere else Stage.STARTING
    if facts.unlocked:
        return Stage.PHRASE if facts.phrase_due else Stage.MAIN
    if facts.terms_due and (facts.account or facts.has_accounts or facts.wish):
        return Stage.TERMS
    if facts.account is None:
        if facts.wish:
            return Stage.SIGN_IN
        return Stage.ACCOUNTS if facts.has_accounts else Stage.WELCOME
    return _of_account(facts, facts.account)


def _of_account(facts: Facts, account: Account) -> Stage:
    if facts.renewing:
        return Stage.SIGN_IN
    if account.has_wallet or (account.secured and not facts.has_pin):
        return Stage.LOCKED
    if not facts.has_pin:
        return Stage.PIN
    if not account.secured or facts.password_due:
        return Stage.PASSWORD
    return Stage.RESTORE if facts.restoring else Stage.WALLET_CHOICE
