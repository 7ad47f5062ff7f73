"""The sentences of every error code: what happened, what is safe, and what to do next."""

from __future__ import annotations

from collections.abc import Mapping

from app.core.errors import Action, ErrorCode
from app.core.i18n import mark as S  # noqa: N812 - one letter keeps the table readable

TABLE: Mapping[ErrorCode, tuple[str, str]] = {
    ErrorCode.WRONG_PIN: (S("Wrong PIN"), S("Try again.")),
    ErrorCode.PIN_PAUSED: (S("Too many wrong PINs"), S("Wait {wait}, then try again. Your money is safe.")),
    ErrorCode.LOCKED: (
        S("Your wallet is locked"),
        S("Open it with your PIN, then go on."),
    ),
    ErrorCode.WEAK_PIN: (
        S("This PIN is easy to guess"),
        S("Choose six or more digits without runs, repeats or a birthday."),
    ),
    ErrorCode.WEAK_PASSWORD: (
        S("This password is easy to guess"),
        S("Make it longer: three or four words that do not belong together are strong."),
    ),
    ErrorCode.WRONG_PASSWORD: (
        S("This is not the wallet password"),
        S("Nothing was changed. Check capital letters and type it again."),
    ),
    ErrorCode.PHRASE_WORD: (
        S("Word {position} is not a recovery word: “{word}”"),
        S("Compare it with your paper and choose from the list while you type."),
    ),
    ErrorCode.PHRASE_LENGTH: (
        S("A recovery phrase has 12, 15, 18, 21 or 24 words, not {count}"),
        S("Look for a word that is missing or there twice."),
    ),
    ErrorCode.PHRASE_CHECKSUM: (
        S("Each word is right, but not together"),
        S("Two words may be swapped or one mixed up with another. Compare them with your paper."),
    ),
    ErrorCode.OTHER_WALLET_EXISTS: (
        S("This account already has another wallet"),
        S("Nothing was changed. Open that wallet, or confirm that this one replaces it."),
    ),
    ErrorCode.NO_WALLET: (
        S("There is no wallet for this account yet"),
        S("Create one, or restore one with your recovery phrase."),
    ),
    ErrorCode.BACKUP_FILE: (
        S("This file is not a wallet backup, or it is damaged"),
        S("Nothing was changed. Choose another file or use your recovery phrase."),
    ),
    ErrorCode.INVALID_ADDRESS: (
        S("This is not an address on {network}"),
        S("Copy it once more from the person who wants to be paid."),
    ),
    ErrorCode.INVALID_AMOUNT: (S("This amount cannot be sent"), S("Enter a number above zero.")),
    ErrorCode.NOT_ENOUGH: (
        S("There is not enough for this payment"),
        S("Send less, or receive some first."),
    ),
    ErrorCode.PAYMENT_REFUSED: (
        S("The network did not take this payment"),
        S("Your money is where it was. Check amount and recipient, then try again."),
    ),
    ErrorCode.FEE_RISEN: (
        S("The network fee has risen"),
        S("Look at the new fee, and confirm again if it suits you."),
    ),
    ErrorCode.OUTCOME_UNKNOWN: (
        S("We do not know yet whether it went out"),
        S("Do not send again; we are checking. Activity shows what became of it."),
    ),
    ErrorCode.NOT_FOUND: (
        S("We cannot find this any more"),
        S("Go back and open it again from the list."),
    ),
    ErrorCode.SESSION_EXPIRED: (
        S("Your sign-in has ended"),
        S("Your wallet stays on this device. Sign in again to go on."),
    ),
    ErrorCode.SIGN_IN_FAILED: (
        S("Signing in did not work"),
        S("Nothing was changed. Start it again, and finish it in the browser window that opens."),
    ),
    ErrorCode.SIGN_IN_CANCELLED: (
        S("You stopped signing in"),
        S("Nothing was changed. Start again whenever you like."),
    ),
    ErrorCode.OTHER_ACCOUNT: (
        S("You signed in as {got}, but this wallet belongs to {expected}"),
        S("Sign in as {expected}, or choose another account."),
    ),
    ErrorCode.OFFLINE: (
        S("We cannot reach our service"),
        S("Your money is safe. Check your connection and try again in a minute."),
    ),
    ErrorCode.TIMEOUT: (
        S("This takes longer than it should"),
        S("Your money is safe. Try again in a minute."),
    ),
    ErrorCode.SERVICE: (
        S("Our service has a problem at the moment"),
        S("Your money is safe. Try again in a few minutes."),
    ),
    ErrorCode.REFUSED: (
        S("Our service does not accept this"),
        S("Your money is safe. Trying again will not help: update the app, or tell support code {status}."),
    ),
    ErrorCode.OPEN_ELSEWHERE: (
        S("Your wallet is open in another window"),
        S("Close it there, then try again here."),
    ),
    ErrorCode.STORAGE_DAMAGED: (
        S("The wallet file on this device is damaged"),
        S("Your money is safe on the network. Restore the wallet with your recovery phrase."),
    ),
    ErrorCode.STORAGE: (
        S("This device would not save it"),
        S("Nothing is lost. Free some space or check that the folder may be written, then try again."),
    ),
    ErrorCode.INTERNAL: (
        S("Something went wrong on our side"),
        S("Your money is safe. Try again; if it stays, tell support the reference {reference}."),
    ),
}

ADDRESS_REASONS: Mapping[str, tuple[str, str]] = {
    "empty": (S("There is no address yet"), S("Paste one or scan a code.")),
    "prefix": (
        S("An address on {network} starts with 0x"),
        S("Copy it once more, from the first character on."),
    ),
    "characters": (
        S("This has characters that no address on {network} has"),
        S("Copy it once more, without spaces or words around it."),
    ),
    "checksum": (
        S("One or more characters of this address are wrong: its checksum does not fit"),
        S("Copy it once more. Do not correct it by hand."),
    ),
}
AMOUNT_REASONS: Mapping[str, tuple[str, str]] = {
    "empty": (S("There is no amount yet"), S("Enter how much you want to send.")),
    "not_a_number": (S("This is not a number"), S("Use digits and one decimal mark.")),
    "not_positive": (S("The amount is zero or less"), S("Enter a number above zero.")),
    "too_large": (S("This amount is larger than the network can carry"), S("Enter a smaller one.")),
    "too_precise": (
        S("The network knows {places} decimal places, this has more"),
        S("Shorten the part after the decimal mark."),
    ),
    "ambiguous": (
        S("This can be read in two ways"),
        S("Write it without marks between the thousands."),
    ),
}
BUTTONS: Mapping[Action, str | None] = {
    Action.NONE: None,
    Action.RETRY: S("Try again"),
    Action.SIGN_IN: S("Sign in again"),
    Action.ACTIVITY: S("Open activity"),
    Action.SUPPORT: S("Contact support"),
}
