"""Remembers that a copied secret may still be in the clipboard: a salted hash, never the secret."""

from __future__ import annotations

import hashlib
import hmac
import logging
import os
import secrets
from pathlib import Path
from typing import Final

_log = logging.getLogger(__name__)
FILE_NAME: Final = "clipboard.mark"
_SALT_BYTES: Final = 16
_HASH_BYTES: Final = 32
_ROUNDS: Final = 50_000


class SecretMark:
    """One mark in a file of the data folder; a folder that cannot be written only costs the next start."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / FILE_NAME
        self._value = self._read()

    @property
    def there(self) -> bool:
        """Whether a secret was copied and is not known to be gone."""
        return self._value is not None

    def put(self, text: str) -> None:
        """Mark a text, before it is copied."""
        salt = secrets.token_bytes(_SALT_BYTES)
        self._value = salt + _hash(salt, text)
        try:
            self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            temporary = self._path.with_suffix(".new")
            with os.fdopen(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
                file.write(self._value)
            temporary.replace(self._path)
        except OSError as error:
            _log.warning("The mark of a copied secret could not be saved: %s", type(error).__name__)

    def fits(self, text: str) -> bool:
        """Whether a text is exactly the marked one."""
        if self._value is None:
            return False
        salt, expected = self._value[:_SALT_BYTES], self._value[_SALT_BYTES:]
        return hmac.compare_digest(_hash(salt, text), expected)

    def remove(self) -> None:
        """The secret is gone."""
        self._value = None
        try:
            self._path.unlink(missing_ok=True)
        except OSError as error:
            _log.warning("The mark of a copied secret could not be removed: %s", type(error).__name__)

    def _read(self) -> bytes | None:
        try:
            value = self._path.read_bytes()
        except OSError:
            return None
        return value if len(value) == _SALT_BYTES + _HASH_BYTES else None


def _hash(salt: bytes, text: str) -> bytes:
    return hashlib.pbkdf2_hmac("sha256", text.encode(), salt, _ROUNDS, _HASH_BYTES)
