"""The exchange's desk: takes parts in, decides about them, and knows what follows for the customer."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from sandbox.core.context import Context
from sandbox.core.outbox import record
from sandbox.core.trading import Limits, limits_of
from sandbox.services.kyc.magic import Magic, Outcome
from sandbox.services.kyc.providers import Provider, set_result
from sandbox.services.kyc.viviswap import papers, questions
from sandbox.services.kyc.viviswap.errors import ApplicationClosedError, PartApprovedError, StepNotOpenError
from sandbox.services.kyc.viviswap.files import SeenFile
from sandbox.services.kyc.viviswap.limits import level_of
from sandbox.services.kyc.viviswap.steps import PartState, Progress, Step, Verification, step_of
from sandbox.services.kyc.viviswap.tables import Application, Part, due, parts_of

_AT_ONCE = frozenset({Step.GENERAL, Step.PERSONAL})
_SLOW = timedelta(hours=1)


@dataclass(frozen=True)
class Submission:
    """What is handed in for one part."""

    part: str
    data: Mapping[str, Any]
    files: Sequence[SeenFile] = ()
    magic: Magic | None = None

    @property
    def fingerprint(self) -> str:
        """Return what tells one submission of a part from another."""
        text = json.dumps([self.data, [seen.sha256 for seen in self.files]], sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()


class Case:
    """One application as it is now, inside a transaction."""

    def __init__(self, session: Session, application: Application) -> None:
        self.application = application
        self.parts = parts_of(session, application.user_id)

    @property
    def papers(self) -> list[papers.Paper]:
        """Return the documents this application needs."""
        return papers.needed({name: part.data for name, part in self.parts.items()})

    @property
    def progress(self) -> Progress:
        """Return how far it is."""
        asked = [question.part for question in questions.QUESTIONS]
        wanted = [paper.part for paper in self.papers]
        states = {name: PartState(part.state) for name, part in self.parts.items()}
        return Progress(states, ("general", "personal", "residence", "identity", *asked, *wanted))

    @property
    def is_verified(self) -> bool:
        """Say whether the customer is verified."""
        return self.application.closed_reason is None and self.progress.verification == Verification.VERIFIED

    @property
    def limits(self) -> Limits:
        """Return what the customer may exchange."""
        row = self.application
        origin = self.parts.get(papers.BY_ID[papers.ORIGIN].part)
        earned = level_of(
            self.progress,
            closed=row.closed_reason is not None,
            elevated=row.is_elevated,
            with_bank=row.has_bank_account,
            with_origin=origin is not None and origin.state == PartState.APPROVED,
        )
        set_by_hand = row.set_level if row.closed_reason is None else None
        agreed = None
        if row.agreed_daily_eur is not None and row.agreed_monthly_eur is not None:
            agreed = (row.agreed_daily_eur, row.agreed_monthly_eur)
        return limits_of(earned if set_by_hand is None else set_by_hand, agreed)


class Desk:
    """Takes in and decides; every change writes its event in the same transaction."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def take_in(self, session: Session, case: Case, given: Submission) -> None:
        """Put a part into review; the very same again changes nothing."""
        if case.application.closed_reason is not None:
            raise ApplicationClosedError(case.application.closed_reason)
        step = step_of(given.part)
        if missing := case.progress.missing_before(step):
            raise StepNotOpenError(missing)
        known = case.parts.get(given.part)
        if known is not None and known.state != PartState.REJECTED:
            if known.fingerprint == given.fingerprint:
                return
            correctable = step in _AT_ONCE and case.progress.verification == Verification.UNVERIFIED
            if known.state == PartState.APPROVED and not correctable:
                raise PartApprovedError(given.part)
        now = self._context.clock.now()
        part = known or Part(user_id=case.application.user_id, name=given.part)
        part.state, part.reason, part.decided_at = PartState.IN_REVIEW, "", None
        part.data, part.files = dict(given.data), [seen.as_json() for seen in given.files]
        part.fingerprint, part.handed_in_at = given.fingerprint, now
        self._plan(part, step, given.magic, now)
        session.add(part)
        case.parts[given.part] = part
        self._tell(session, case, part)
        if part.due_at is not None and part.due_at <= now:
            self._conclude(session, case, part)

    def decide(self, session: Session, case: Case, part: Part, state: PartState, reason: str = "") -> None:
        """Approve or reject one part."""
        part.state, part.reason, part.due_at = state, reason, None
        part.decided_at = self._context.clock.now()
        self._tell(session, case, part)

    def close(self, session: Session, case: Case, reason: str) -> None:
        """Refuse the customer for good."""
        case.application.closed_reason = reason
        self.changed(session, case, "kyc.closed")

    def settle(self) -> int:
        """End the reviews that are due; return how many."""
        now = self._context.clock.now()
        with self._context.db.read() as session:
            if not due(session, now):
                return 0
        with self._context.db.write() as session:
            ending = due(session, now)
            for part in ending:
                self._conclude(session, Case(session, session.get_one(Application, part.user_id)), part)
                session.flush()
        return len(ending)

    def changed(self, session: Session, case: Case, kind: str, **more: Any) -> None:
        """Note the result for the backend, and write the event."""
        row = case.application
        set_result(session, row.user_id, Provider.EXCHANGE, case.is_verified)
        progress, limits = case.progress, case.limits
        payload = {
            "username": row.username,
            "provider": Provider.EXCHANGE.value,
            "is_verified": case.is_verified,
            "submission_step": progress.submission_step.value,
            "verified_step": progress.verified_step.value,
            "verification_status": progress.verification.value,
            "risk_level": limits.level,
            "closed_reason": row.closed_reason,
            **more,
        }
        record(session, kind, row.user_id, payload)

    def _plan(self, part: Part, step: Step, magic: Magic | None, now: datetime) -> None:
        """Say how the review will end, and when; without an end it waits for a reviewer."""
        settings = self._context.settings
        outcome = magic.outcome if magic else None
        if outcome is None and settings.kyc_review == "manual" and step not in _AT_ONCE:
            outcome = Outcome.WAIT
        usual = timedelta(0) if step in _AT_ONCE else timedelta(seconds=settings.kyc_review_seconds)
        part.outcome = outcome
        part.outcome_reason = magic.reason if magic else ""
        part.due_at = None if outcome == Outcome.WAIT else now + (_SLOW if outcome == Outcome.SLOW else usual)

    def _conclude(self, session: Session, case: Case, part: Part) -> None:
        if part.outcome == Outcome.ELEVATED:
            case.application.is_elevated = True
        bad = part.outcome in {Outcome.REJECT, Outcome.CLOSE}
        case.parts[part.name] = part
        self.decide(
            session,
            case,
            part,
            PartState.REJECTED if bad else PartState.APPROVED,
            part.outcome_reason if bad else "",
        )
        if part.outcome == Outcome.CLOSE:
            self.close(session, case, part.outcome_reason)

    def _tell(self, session: Session, case: Case, part: Part) -> None:
        state = part.state.replace(" ", "_")
        self.changed(session, case, f"kyc.part_{state}", part=part.name, reason=part.reason)
