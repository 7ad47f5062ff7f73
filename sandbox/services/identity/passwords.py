"""Password rule and hashing (Argon2id)."""

from threading import BoundedSemaphore

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

MIN_LENGTH = 10
MAX_LENGTH = 128


class Passwords:
    """Hashes and checks passwords, two at a time so that a flood cannot take all memory."""

    def __init__(self, memory_kib: int) -> None:
        self._hasher = PasswordHasher(time_cost=2, memory_cost=memory_kib, parallelism=1)
        self._turns = BoundedSemaphore(2)
        self._decoy = self.hash("no account has this password")

    def hash(self, password: str) -> str:
        """Return the hash to store."""
        with self._turns:
            return self._hasher.hash(password)

    def matches(self, stored: str | None, password: str) -> bool:
        """Check a password; without an account the same work is done for nothing, so timing tells nothing."""
        with self._turns:
            try:
                self._hasher.verify(stored or self._decoy, password)
            except (VerificationError, InvalidHashError):
                return False
        return bool(stored)


def weakness(password: str, username: str, email: str) -> str | None:
    """Return the text key of what is wrong with a new password, or None."""
    if len(password) < MIN_LENGTH:
        return "password_short"
    if len(password) > MAX_LENGTH:
        return "password_long"
    if password.lower() in {username.lower(), email.lower()} or len(set(password)) < 4:
        return "password_obvious"
    return None
