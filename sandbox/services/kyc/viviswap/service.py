"""What users do with the exchange's identity check: begin, look, hand in."""

from datetime import date, timedelta
from typing import Any

from sqlalchemy.orm import Session

from sandbox.core.auth import CurrentUser
from sandbox.core.context import Context
from sandbox.core.errors import ConflictError, InvalidError
from sandbox.core.outbox import record
from sandbox.services.kyc import magic
from sandbox.services.kyc.providers import Provider, choose
from sandbox.services.kyc.viviswap import fields, papers, questions
from sandbox.services.kyc.viviswap.desk import Case, Desk, Submission
from sandbox.services.kyc.viviswap.errors import NoCustomerError
from sandbox.services.kyc.viviswap.schemas import PartnerUserIn, RejectedPart, StatusOut
from sandbox.services.kyc.viviswap.steps import PartState, step_of
from sandbox.services.kyc.viviswap.tables import Application


class Applications:
    """The application of one user at a time."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._desk = Desk(context)

    @property
    def today(self) -> date:
        """Return the day of the sandbox's clock."""
        return self._context.clock.now().date()

    def begin(self, user: CurrentUser, body: PartnerUserIn) -> None:
        """Make the user a customer; the exchange takes a moment for it."""
        mail = fields.mail("mail", body.mail)
        if not body.terms_accepted:
            raise InvalidError("`terms_accepted`: the exchange takes only who accepts its terms.")
        found = magic.find(magic.MAIL, mail)
        if found and found.outcome == magic.Outcome.TAKEN:
            raise ConflictError(found.reason)
        now = self._context.clock.now()
        wait = timedelta(seconds=self._context.settings.kyc_creation_seconds)
        if found and found.outcome == magic.Outcome.SLOW_START:
            wait = timedelta(hours=1)
        with self._context.db.write() as session:
            known = session.get(Application, user.id)
            if known is not None:
                if known.mail != mail:
                    raise ConflictError("You are the exchange's customer with another e-mail address.")
                return
            choose(session, user.id, Provider.EXCHANGE)
            session.add(
                Application(
                    user_id=user.id,
                    username=user.username,
                    mail=mail,
                    created_at=now,
                    exists_from=now + wait,
                    is_elevated=False,
                    has_bank_account=False,
                )
            )
            payload = {"username": user.username, "provider": Provider.EXCHANGE.value}
            record(session, "kyc.started", user.id, payload)

    def status(self, user: CurrentUser) -> StatusOut:
        """Return how far the user is."""
        self._desk.settle()
        with self._context.db.read() as session:
            return status_of(self._case(session, user))

    def open_questions(self, user: CurrentUser) -> list[questions.Question]:
        """Return the questions that have no good answer yet."""
        self._desk.settle()
        with self._context.db.read() as session:
            parts = self._case(session, user).parts
        return [one for one in questions.QUESTIONS if _is_open(parts, one.part)]

    def open_papers(self, user: CurrentUser) -> list[papers.Paper]:
        """Return the documents that are asked for and not handed in, or to be handed in again."""
        self._desk.settle()
        with self._context.db.read() as session:
            case = self._case(session, user)
            return [paper for paper in case.papers if _is_open(case.parts, paper.part)]

    def needed_papers(self, user: CurrentUser) -> set[str]:
        """Return the ids of all documents this user needs, handed in or not."""
        self._desk.settle()
        with self._context.db.read() as session:
            return {paper.id for paper in self._case(session, user).papers}

    def country_of(self, user: CurrentUser) -> str | None:
        """Return the country the user said to live in."""
        self._desk.settle()
        with self._context.db.read() as session:
            general = self._case(session, user).parts.get("general")
            return general.data["country_of_residence"] if general else None

    def hand_in(self, user: CurrentUser, given: Submission) -> None:
        """Take one part in."""
        self._desk.settle()
        with self._context.db.write() as session:
            case = self._case(session, user)
            self._desk.take_in(session, case, given)
            if given.part == "general":
                self._recheck_residence(session, case, given.data["country_of_residence"])

    def _recheck_residence(self, session: Session, case: Case, country: str) -> None:
        residence = case.parts.get("residence")
        if residence is not None and residence.data["country_code"] != country:
            reason = "Your country of residence changed."
            self._desk.decide(session, case, residence, PartState.REJECTED, reason)

    def _case(self, session: Session, user: CurrentUser) -> Case:
        row = session.get(Application, user.id)
        if row is None or row.exists_from > self._context.clock.now():
            raise NoCustomerError
        return Case(session, row)


def _is_open(parts: dict[str, Any], name: str) -> bool:
    return name not in parts or parts[name].state == PartState.REJECTED


def status_of(case: Case) -> StatusOut:
    """Write down how far an application is."""
    progress, limits, parts = case.progress, case.limits, case.parts
    return StatusOut(
        is_verified=case.is_verified,
        is_individual=parts["general"].data["is_individual"] if "general" in parts else True,
        full_name=parts["personal"].data["full_name"] if "personal" in parts else "",
        submission_step=progress.submission_step,
        verified_step=progress.verified_step,
        verification_status=progress.verification,
        monthly_limit_eur=float(limits.monthly_eur),
        daily_limit_eur=float(limits.daily_eur),
        risk_level=limits.level,
        in_review=sorted(name for name, part in parts.items() if part.state == PartState.IN_REVIEW),
        rejected=[
            RejectedPart(part=name, step=step_of(name), reason=part.reason)
            for name, part in sorted(parts.items())
            if part.state == PartState.REJECTED
        ],
        closed_reason=case.application.closed_reason,
    )
