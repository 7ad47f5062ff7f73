"""The base of what this package raises, and what a wallet may be missing."""

from __future__ import annotations

from enum import StrEnum
from typing import Any, ClassVar


class EtopayError(Exception):
    """Base of all errors of this package.

    `code` is stable and made for programs; `details` holds facts such as `retry_after`; the text is a
    fixed sentence. None of them ever holds a PIN, password, phrase, share or token.
    """

    sentences: ClassVar[dict[str, str]] = {}

    def __init__(self, code: str, details: dict[str, Any] | None = None) -> None:
        self.code = code
        self.details: dict[str, Any] = dict(details or {})
        super().__init__(self.sentences.get(code, "The ETOPay SDK reported an error."))

    def __reduce__(self) -> tuple[type[EtopayError], tuple[str, dict[str, Any]]]:
        return type(self), (self.code, self.details)


class ErrorKind(StrEnum):
    """What a wallet that cannot be used is missing."""

    MISSING_PASSWORD = "MissingPassword"  # noqa: S105 - says that there is none
    SET_RECOVERY_SHARE = "SetRecoveryShare"
    USE_MNEMONIC = "UseMnemonic"
