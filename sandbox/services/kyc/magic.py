"""Values that lead to one outcome each; the same table is in `docs/kyc-magic-values.md`."""

from dataclasses import dataclass
from enum import StrEnum


class Outcome(StrEnum):
    """What a magic value does."""

    REJECT = "rejected"
    WAIT = "waits for a reviewer"
    SLOW = "approved after an hour"
    ELEVATED = "approved, risk level 50 in the end"
    CLOSE = "application closed"
    TAKEN = "refused with 409"
    SLOW_START = "created after an hour"
    CASE_APPROVED = "case closed as approved"
    CASE_REJECTED = "case closed as rejected"
    CASE_ARCHIVED = "case archived"


@dataclass(frozen=True)
class Magic:
    """One value of one field."""

    field: str
    value: str
    outcome: Outcome
    reason: str = ""


MAIL, NAME, BIRTHDAY, ZIP = "mail", "full_name", "date_of_birth", "zip_code"
IDENTITY, ANSWER, PAPER, USERNAME = (
    "identity document_number",
    "freetext_answer",
    "documents document_number",
    "username",
)

TABLE = (
    Magic(MAIL, "taken@example.org", Outcome.TAKEN, "Somebody else uses this e-mail address."),
    Magic(MAIL, "slow@example.org", Outcome.SLOW_START),
    Magic(NAME, "Nora Nein", Outcome.REJECT, "The name does not match any register."),
    Magic(NAME, "Petra Pruefung", Outcome.WAIT),
    Magic(NAME, "Lars Langsam", Outcome.SLOW),
    Magic(NAME, "Rita Risiko", Outcome.ELEVATED),
    Magic(NAME, "Sven Sperre", Outcome.CLOSE, "The exchange cannot take you as a customer."),
    Magic(BIRTHDAY, "1911-11-11", Outcome.REJECT, "The date of birth does not match the name."),
    Magic(BIRTHDAY, "1922-02-22", Outcome.WAIT),
    Magic(ZIP, "00001", Outcome.REJECT, "There is no such address."),
    Magic(ZIP, "00002", Outcome.WAIT),
    Magic(ZIP, "00003", Outcome.SLOW),
    Magic(IDENTITY, "X0000001", Outcome.REJECT, "The document cannot be read. Take the picture again."),
    Magic(IDENTITY, "X0000002", Outcome.REJECT, "The document was reported as lost."),
    Magic(IDENTITY, "X0000003", Outcome.REJECT, "The video shows another person than the document."),
    Magic(IDENTITY, "X0000004", Outcome.WAIT),
    Magic(IDENTITY, "X0000005", Outcome.SLOW),
    Magic(IDENTITY, "X0000006", Outcome.CLOSE, "The document was forged."),
    Magic(ANSWER, "I won the lottery", Outcome.REJECT, "Say more precisely where the money comes from."),
    Magic(ANSWER, "It is complicated", Outcome.WAIT),
    Magic(PAPER, "X0000001", Outcome.REJECT, "The document cannot be read. Take the picture again."),
    Magic(PAPER, "X0000004", Outcome.WAIT),
    Magic(PAPER, "X0000005", Outcome.SLOW),
    Magic(USERNAME, "postident-approved", Outcome.CASE_APPROVED),
    Magic(USERNAME, "postident-rejected", Outcome.CASE_REJECTED, "The document is out of date."),
    Magic(USERNAME, "postident-archived", Outcome.CASE_ARCHIVED),
)
_KNOWN = {(entry.field, entry.value.casefold()): entry for entry in TABLE}


def find(field: str, value: str) -> Magic | None:
    """Return what a value of a field does, if it is one of the table."""
    return _KNOWN.get((field, " ".join(value.split()).casefold()))


def first(*pairs: tuple[str, str]) -> Magic | None:
    """Return what the first magic value among several fields does."""
    return next((found for field, value in pairs if (found := find(field, value))), None)
