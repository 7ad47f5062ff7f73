"""What a reviewer does with applications."""

from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy.orm import Session

from sandbox.core.context import Context
from sandbox.core.errors import NotFoundError
from sandbox.core.users import UserDirectory
from sandbox.services.kyc.viviswap import fields
from sandbox.services.kyc.viviswap.desk import Case, Desk
from sandbox.services.kyc.viviswap.errors import ApplicationClosedError, NothingToReviewError
from sandbox.services.kyc.viviswap.schemas import StatusOut
from sandbox.services.kyc.viviswap.service import status_of
from sandbox.services.kyc.viviswap.steps import PartState
from sandbox.services.kyc.viviswap.tables import Application, Part, applications


@dataclass(frozen=True)
class View:
    """An application as a reviewer sees it."""

    username: str
    mail: str
    exists: bool
    status: StatusOut
    parts: list[Part]


class Reviews:
    """Looks at applications and decides about their parts."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._desk = Desk(context)

    def all(self, *, waiting: bool) -> list[View]:
        """Return all applications, or those with a part in review."""
        self._desk.settle()
        with self._context.db.read() as session:
            views = [self._view(Case(session, row)) for row in applications(session)]
        return [view for view in views if not waiting or view.status.in_review]

    def view(self, username: str) -> View:
        """Return one application."""
        self._desk.settle()
        with self._context.db.read() as session:
            return self._view(self._case(session, username))

    def decide(self, username: str, part: str, *, approve: bool, reason: str) -> View:
        """Approve or reject a part."""
        text = fields.line("reason", reason, may_be_empty=approve)
        self._desk.settle()
        with self._context.db.write() as session:
            case = self._open_case(session, username)
            found = case.parts.get(part)
            decidable = {PartState.IN_REVIEW} if approve else {PartState.IN_REVIEW, PartState.APPROVED}
            if found is None or found.state not in decidable:
                raise NothingToReviewError(part)
            state = PartState.APPROVED if approve else PartState.REJECTED
            self._desk.decide(session, case, found, state, "" if approve else text)
            return self._view(case)

    def set_level(self, username: str, level: int | None, agreed: tuple[Decimal, Decimal] | None) -> View:
        """Set the risk level."""
        with self._context.db.write() as session:
            case = self._open_case(session, username)
            case.application.set_level = level
            case.application.agreed_daily_eur, case.application.agreed_monthly_eur = agreed or (None, None)
            self._desk.changed(session, case, "kyc.risk_level_set")
            return self._view(case)

    def close(self, username: str, reason: str) -> View:
        """Refuse somebody for good."""
        text = fields.line("reason", reason)
        with self._context.db.write() as session:
            case = self._open_case(session, username)
            self._desk.close(session, case, text)
            return self._view(case)

    def _case(self, session: Session, username: str) -> Case:
        directory = UserDirectory(session, self._context.clock)
        user = directory.named(self._context.accounts.issuer_key, username)
        row = session.get(Application, user.id) if user else None
        if row is None:
            raise NotFoundError(f"The exchange knows no application of {username[:60]!r}.")
        return Case(session, row)

    def _open_case(self, session: Session, username: str) -> Case:
        case = self._case(session, username)
        if case.application.closed_reason is not None:
            raise ApplicationClosedError(case.application.closed_reason)
        return case

    def _view(self, case: Case) -> View:
        row = case.application
        exists = row.exists_from <= self._context.clock.now()
        return View(row.username, row.mail, exists, status_of(case), list(case.parts.values()))
