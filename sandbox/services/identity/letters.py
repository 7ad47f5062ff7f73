"""The mails of the identity provider: in their reader's language, with her app's brand."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Literal

from sqlalchemy.orm import Session

from sandbox.core.mailing import Mail, Mailer
from sandbox.services.identity.pages import LANGUAGES, NO_BRAND, Page, Pages, make_page
from sandbox.services.identity.tables import Account

LetterKind = Literal[
    "verify-email",
    "reset-credentials",
    "execute-actions",
    "notice-password",
    "notice-email",
    "notice-locked",
]


class Letters:
    """Writes mails and sends them in the transaction that gives reason to."""

    def __init__(self, pages: Pages, mailer: Mailer) -> None:
        self._pages = pages
        self._mailer = mailer

    def send(
        self,
        session: Session,
        account: Account,
        kind: LetterKind,
        page: Page | None = None,
        *,
        link: str = "",
        until: datetime | None = None,
        actions: Sequence[str] = (),
        to: str | None = None,
    ) -> None:
        """Send a mail to an account's address, or to another one of hers; without any, nothing is sent."""
        receiver = to or account.email
        if not receiver:
            return
        page = page or make_page(language_of(account), "", NO_BRAND)
        texts = self._pages.texts[page.language]
        key = f"mail_{kind.replace('-', '_')}"

        def text(name: str) -> str:
            return str(texts[name]).format(brand=page.brand, name=account.username)

        valid = (
            str(texts["mail_valid"]).format(until=f"{until.astimezone(UTC):%Y-%m-%d %H:%M}") if until else ""
        )
        steps = [str(texts[f"action_{action.lower()}"]) for action in actions]
        values = {
            "subject": text(f"{key}_subject"),
            "hello": text("mail_hello"),
            "lead": text(f"{key}_lead"),
            "steps": steps,
            "link": link,
            "button": text(f"{key}_button") if link else "",
            "valid": valid,
            "end": text(f"{key}_end"),
        }
        written = [values["hello"], values["lead"], "\n".join(f"- {step}" for step in steps), link, valid]
        parts = [*written, values["end"], f"{page.brand}\n{texts['sandbox_note']}"]
        mail = Mail(
            to=receiver,
            subject=str(values["subject"]),
            text="\n\n".join(str(part) for part in parts if part) + "\n",
            html=self._pages.write("letter.html", page, **values),
            kind=kind,
            language=page.language,
        )
        self._mailer.send(session, mail)


def language_of(account: Account) -> str:
    """Return the language somebody reads mails in."""
    return account.language if account.language in LANGUAGES else LANGUAGES[0]
