"""Mails, as parts of the sandbox send them: no server is spoken to, they are kept for whoever tests."""

from dataclasses import dataclass
from typing import Protocol

from sqlalchemy.orm import Session


@dataclass(frozen=True)
class Mail:
    """A mail to be sent; its links are absolute, since whoever reads it is somewhere else."""

    to: str
    subject: str
    text: str
    html: str
    kind: str
    """What it is for, such as `verify-email`: tests look for it."""

    language: str = "en"


class Mailer(Protocol):
    """Sends mails."""

    def send(self, session: Session, mail: Mail) -> int:
        """Send a mail in the caller's transaction: it goes if the change is made. Return its id."""
        ...
