"""Cases: opened by users, decided by the person at the desk, read by the backend."""

from collections.abc import Sequence
from datetime import timedelta
from enum import StrEnum

from sqlalchemy.orm import Session

from sandbox.core.auth import CurrentUser
from sandbox.core.context import Context
from sandbox.core.errors import ConflictError, InvalidError, NotFoundError
from sandbox.core.ids import new_id
from sandbox.core.outbox import record
from sandbox.services.kyc import magic
from sandbox.services.kyc.postident.tables import (
    OPEN,
    CaseState,
    PostidentCase,
    all_cases,
    cases_of,
    due_cases,
)
from sandbox.services.kyc.providers import Provider, choose, set_result

LONGEST_REASON = 300


class Decision(StrEnum):
    """What the person at the desk can do."""

    BEGIN = "begin"
    APPROVE = "approve"
    REJECT = "reject"
    ARCHIVE = "archive"


_LEADS_TO = {
    Decision.BEGIN: CaseState.IN_PROGRESS,
    Decision.APPROVE: CaseState.APPROVED,
    Decision.REJECT: CaseState.REJECTED,
}
_BY_MAGIC = {
    magic.Outcome.CASE_APPROVED: Decision.APPROVE,
    magic.Outcome.CASE_REJECTED: Decision.REJECT,
    magic.Outcome.CASE_ARCHIVED: Decision.ARCHIVE,
}


class CaseNotFoundError(NotFoundError):
    """No such case, or not one of this user."""

    code = "no_case"

    def __init__(self) -> None:
        super().__init__("There is no such case.")


class CaseClosedError(ConflictError):
    """The case is in a state that does not allow this."""

    code = "case_closed"

    def __init__(self, case: PostidentCase) -> None:
        super().__init__(f"The case is {'archived' if case.is_archived else case.state}; open another one.")


def decisions_for(case: PostidentCase) -> list[Decision]:
    """Return what can be done with a case now."""
    if case.is_archived:
        return []
    if case.state not in OPEN:
        return [Decision.ARCHIVE]
    begin = [Decision.BEGIN] if case.state == CaseState.NEW else []
    return [*begin, Decision.APPROVE, Decision.REJECT, Decision.ARCHIVE]


class Cases:
    """All cases of the sandbox."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def open(self, user: CurrentUser) -> PostidentCase:
        """Open a case; one that is still open is archived."""
        found = magic.find(magic.USERNAME, user.username)
        now = self._context.clock.now()
        with self._context.db.write() as session:
            if self._context.kyc.is_verified(session, user.id):
                raise ConflictError("You are verified already.")
            choose(session, user.id, Provider.POSTIDENT)
            known = cases_of(session, user.id)
            # The newest one counts, even while the clock stands still.
            after_last = [one.created_at + timedelta(microseconds=1) for one in known[:1]]
            for earlier in known:
                if earlier.state in OPEN and not earlier.is_archived:
                    self._apply(session, earlier, Decision.ARCHIVE, "")
            case = PostidentCase(
                id=new_id(),
                user_id=user.id,
                username=user.username,
                state=CaseState.NEW,
                reason="",
                is_archived=False,
                created_at=max([now, *after_last]),
                changed_at=now,
                due_at=now + timedelta(seconds=self._context.settings.kyc_review_seconds) if found else None,
                outcome=found.outcome if found else None,
                outcome_reason=found.reason if found else "",
            )
            session.add(case)
            session.flush()
            self._tell(session, case, "opened")
        return case

    def latest(self, user: CurrentUser) -> PostidentCase:
        """Return the user's newest case."""
        self.settle()
        with self._context.db.read() as session:
            found = cases_of(session, user.id)
        if not found:
            raise CaseNotFoundError
        return found[0]

    def read_result(self, user: CurrentUser, case_id: str) -> None:
        """Take the result of a case over into the backend; an open case changes nothing."""
        self.settle()
        with self._context.db.write() as session:
            case = session.get(PostidentCase, case_id)
            if case is None or case.user_id != user.id:
                raise CaseNotFoundError
            if case.state == CaseState.APPROVED:
                set_result(session, user.id, Provider.POSTIDENT, verified=True)
                self._tell(session, case, "read")

    def get(self, case_id: str) -> PostidentCase:
        """Return any case."""
        self.settle()
        with self._context.db.read() as session:
            case = session.get(PostidentCase, case_id)
        if case is None:
            raise CaseNotFoundError
        return case

    def all(self) -> Sequence[PostidentCase]:
        """Return all cases, newest first."""
        self.settle()
        with self._context.db.read() as session:
            return all_cases(session)

    def decide(self, case_id: str, decision: Decision, reason: str) -> PostidentCase:
        """Do what the person at the desk decided."""
        self.settle()
        text = " ".join(reason.split())
        if decision == Decision.REJECT and not text:
            raise InvalidError("Say why the identity is rejected.")
        if len(text) > LONGEST_REASON or not text.isprintable():
            raise InvalidError(f"A reason has {LONGEST_REASON} characters at most, in one line.")
        with self._context.db.write() as session:
            case = session.get(PostidentCase, case_id)
            if case is None:
                raise CaseNotFoundError
            if decision not in decisions_for(case):
                raise CaseClosedError(case)
            self._apply(session, case, decision, text if decision == Decision.REJECT else "")
        return case

    def settle(self) -> int:
        """End the cases that end by themselves; return how many."""
        now = self._context.clock.now()
        with self._context.db.read() as session:
            if not due_cases(session, now):
                return 0
        with self._context.db.write() as session:
            ending = due_cases(session, now)
            for case in ending:
                decision = _BY_MAGIC[magic.Outcome(str(case.outcome))]
                self._apply(session, case, decision, case.outcome_reason)
        return len(ending)

    def _apply(self, session: Session, case: PostidentCase, decision: Decision, reason: str) -> None:
        if decision == Decision.ARCHIVE:
            case.is_archived = True
        else:
            case.state = _LEADS_TO[decision]
            case.reason = reason
        case.due_at = None
        case.changed_at = self._context.clock.now()
        self._tell(session, case, "changed")

    def _tell(self, session: Session, case: PostidentCase, what: str) -> None:
        payload = {
            "username": case.username,
            "provider": Provider.POSTIDENT.value,
            "status": str(case.state),
            "archived": case.is_archived,
            "reason": case.reason,
        }
        record(session, f"kyc.case_{what}", case.id, payload)
