"""`/_sandbox/kyc`: what a reviewer sees and does."""

from decimal import Decimal
from typing import Annotated, Any, Literal, Self

from fastapi import APIRouter, Path, Query
from pydantic import ConfigDict, Field, model_validator

from sandbox.core.clock import iso
from sandbox.core.context import Ctx
from sandbox.core.trading import INDIVIDUAL, LEVELS
from sandbox.core.wire import Amount, In, Out
from sandbox.services.kyc.postident.cases import LONGEST_REASON, Cases, Decision, decisions_for
from sandbox.services.kyc.postident.tables import OPEN, PostidentCase
from sandbox.services.kyc.viviswap.reviewing import Reviews, View
from sandbox.services.kyc.viviswap.schemas import StatusOut

_REFUSED: dict[int | str, dict[str, Any]] = {
    404: {"description": "There is no such application or case."},
    409: {"description": "It is decided already, or closed."},
}
router = APIRouter(tags=["identity checks"], prefix="/_sandbox/kyc")
Username = Annotated[str, Path(max_length=100)]
Reason = Annotated[str, Field(max_length=LONGEST_REASON)]


class PartOut(Out):
    """One part as it was handed in; of files only what they were."""

    name: str
    state: str
    reason: str
    data: dict[str, object]
    files: list[dict[str, object]]
    handed_in_at: str
    decided_at: str | None
    ends_at: str | None
    """When the review ends by itself; null while it waits for a reviewer, and after its end."""


class ApplicationOut(Out):
    """An application at the exchange."""

    username: str
    mail: str
    exists: bool
    status: StatusOut
    parts: list[PartOut]


class ApplicationsOut(Out):
    """Applications, by username."""

    applications: list[ApplicationOut]


class VerdictIn(In):
    """What the reviewer says about one part."""

    part: str = Field(min_length=1, max_length=60)
    verdict: Literal["approve", "reject"]
    reason: Reason = ""

    @model_validator(mode="after")
    def _rejected_with_a_reason(self) -> Self:
        if self.verdict == "reject" and not self.reason.strip():
            raise ValueError("say why the part is rejected, in `reason`")
        return self


class RiskLevelIn(In):
    """The level to set; null goes back to the earned one. Levels 20 and 10 come with the agreed limits."""

    level: int | None
    daily_limit_eur: Amount | None = None
    monthly_limit_eur: Amount | None = None

    @model_validator(mode="after")
    def _known(self) -> Self:
        if self.level is not None and self.level not in LEVELS:
            raise ValueError(f"`level` is one of {', '.join(str(level) for level in LEVELS)}")
        agreed = (self.daily_limit_eur, self.monthly_limit_eur)
        if self.level in INDIVIDUAL and None in agreed:
            raise ValueError("this level needs `daily_limit_eur` and `monthly_limit_eur`")
        if self.level not in INDIVIDUAL and agreed != (None, None):
            raise ValueError("limits are agreed with the levels 20 and 10 only")
        return self

    @property
    def agreed(self) -> tuple[Decimal, Decimal] | None:
        """Return the limits, if they are agreed one by one."""
        if self.daily_limit_eur is None or self.monthly_limit_eur is None:
            return None
        return self.daily_limit_eur, self.monthly_limit_eur


class ClosureIn(In):
    """Why the exchange refuses somebody for good."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"reason": "The documents are not real."}]})
    reason: Reason = Field(min_length=1)


class CaseOut(Out):
    """A case at Postident."""

    case_id: str
    case_url: str
    username: str
    status: str
    archived: bool
    reason: str
    created_at: str
    decisions: list[Decision]
    """What can be done now."""


class CasesOut(Out):
    """Cases, newest first."""

    cases: list[CaseOut]


class DecisionIn(In):
    """What the person at Postident's desk does; a rejection has a reason."""

    decision: Literal["begin", "approve", "reject", "archive"]
    reason: Reason = ""


@router.get("/applications")
def list_applications(
    context: Ctx,
    *,
    waiting: Annotated[bool, Query(description="Only those with a part in review.")] = False,
) -> ApplicationsOut:
    """Return the applications at the exchange."""
    return ApplicationsOut(
        applications=[_application(view) for view in Reviews(context).all(waiting=waiting)]
    )


@router.get("/applications/{username}", responses=_REFUSED)
def get_application(context: Ctx, username: Username) -> ApplicationOut:
    """Return one application."""
    return _application(Reviews(context).view(username))


@router.post("/applications/{username}/verdicts", responses=_REFUSED)
def decide_part(context: Ctx, username: Username, body: VerdictIn) -> ApplicationOut:
    """Approve or reject a part that is in review; an approved one can still be rejected."""
    return _application(
        Reviews(context).decide(username, body.part, approve=body.verdict == "approve", reason=body.reason)
    )


@router.put("/applications/{username}/risk-level", responses=_REFUSED)
def set_risk_level(context: Ctx, username: Username, body: RiskLevelIn) -> ApplicationOut:
    """Set the risk level by hand, or go back to the earned one."""
    return _application(Reviews(context).set_level(username, body.level, body.agreed))


@router.post("/applications/{username}/closure", responses=_REFUSED)
def close_application(context: Ctx, username: Username, body: ClosureIn) -> ApplicationOut:
    """Refuse somebody for good."""
    return _application(Reviews(context).close(username, body.reason))


@router.get("/cases")
def list_cases(
    context: Ctx,
    *,
    waiting: Annotated[bool, Query(description="Only those that are open.")] = False,
) -> CasesOut:
    """Return the cases at Postident."""
    found = Cases(context).all()
    wanted = [case for case in found if not waiting or (case.state in OPEN and not case.is_archived)]
    return CasesOut(cases=[_case(context, case) for case in wanted])


@router.post("/cases/{case_id}/decisions", responses=_REFUSED)
def decide_case(context: Ctx, case_id: Annotated[str, Path(max_length=60)], body: DecisionIn) -> CaseOut:
    """Do what a button of the case's page does."""
    return _case(context, Cases(context).decide(case_id, Decision(body.decision), body.reason))


def _application(view: View) -> ApplicationOut:
    return ApplicationOut(
        username=view.username,
        mail=view.mail,
        exists=view.exists,
        status=view.status,
        parts=[
            PartOut(
                name=part.name,
                state=part.state,
                reason=part.reason,
                data=part.data,
                files=part.files,
                handed_in_at=iso(part.handed_in_at),
                decided_at=iso(part.decided_at) if part.decided_at else None,
                ends_at=iso(part.due_at) if part.due_at else None,
            )
            for part in view.parts
        ],
    )


def _case(context: Ctx, case: PostidentCase) -> CaseOut:
    return CaseOut(
        case_id=case.id,
        case_url=f"{context.settings.public_url}/postident/cases/{case.id}",
        username=case.username,
        status=case.state,
        archived=case.is_archived,
        reason=case.reason,
        created_at=iso(case.created_at),
        decisions=decisions_for(case),
    )
