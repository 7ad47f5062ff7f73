"""Remembers that a copied secret may still be in the clipboard: salted hashes, never the secret."""

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
_MARK_BYTES: Final = _SALT_BYTES + _HASH_BYTES
_ROUNDS: Final = 50_000


class SecretMark:
    """Marks in a file of the data folder; a folder that cannot be written only costs the next start.

    There are two where copying a second secret failed: then nobody knows which of them is there.
    """

    def __init__(self, folder: Path) -> None:
        self._path = folder / FILE_NAME
        self._value = self._read()

    @property
    def there(self) -> bool:
        """Whether a secret was copied and is not known to be gone."""
        return bool(self._value)

    @property
    def stamp(self) -> bytes:
        """Another one after each change."""
        return self._value

    def put(self, text: str) -> None:
        """Mark a text before it is copied, beside the one that it replaces."""
        salt = secrets.token_bytes(_SALT_BYTES)
        self._save(self._value[:_MARK_BYTES] + salt + _hash(salt, text))

    def settle(self) -> None:
        """The text that was marked last is there now, and no earlier one."""
        if len(self._value) > _MARK_BYTES:
            self._save(self._value[-_MARK_BYTES:])

    def fits(self, text: str) -> bool:
        """Whether a text is exactly a marked one."""
        marks = [self._value[at : at + _MARK_BYTES] for at in range(0, len(self._value), _MARK_BYTES)]
        return any(hmac.compare_digest(_hash(mark[:_SALT_BYTES], text), mark[_SALT_BYTES:]) for mark in marks)

    def remove(self) -> None:
        """The secret is gone."""
        self._value = b""
        try:
            self._path.unlink(missing_ok=True)
        except OSError as error:
            _log.warning("The mark of a copied secret could not be removed: %s", type(error).__name__)

    def _save(self, value: bytes) -> None:
        self._value = value
        try:
            self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            temporary = self._path.with_suffix(".new")
            with os.fdopen(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
                file.write(value)
            temporary.replace(self._path)
        except OSError as error:
            _log.warning("The mark of a copied secret could not be saved: %s", type(error).__name__)

    def _read(self) -> bytes:
        try:
            value = self._path.read_bytes()
        except OSError:
            return b""
        return value if len(value) in {_MARK_BYTES, 2 * _MARK_BYTES} else b""


def _hash(salt: bytes, text: str) -> bytes:
    return hashlib.pbkdf2_hmac("sha256", text.encode(), salt, _ROUNDS, _HASH_BYTES)
