"""`/postident`."""

from typing import Any

from fastapi import APIRouter

from sandbox.core.auth import Me
from sandbox.core.context import Ctx
from sandbox.services.kyc.postident.cases import Cases
from sandbox.services.kyc.postident.schemas import CaseDetails, NewCase, UpdateCaseIn

_NO_CASE: dict[int | str, dict[str, Any]] = {404: {"description": "The user has no such case."}}
_LOCKED: dict[int | str, dict[str, Any]] = {
    409: {"description": "The user is verified, or began with the other provider."}
}
router = APIRouter(tags=["identity check by Postident"], prefix="/postident")


@router.get("/get-new-case-id", responses=_LOCKED)
def open_case(context: Ctx, user: Me) -> NewCase:
    """Open a case; one that is still open is archived."""
    case = Cases(context).open(user)
    return NewCase(case_id=case.id, case_url=f"{context.settings.public_url}/postident/cases/{case.id}")


@router.get("/get-case-details", responses=_NO_CASE)
def case_details(context: Ctx, user: Me) -> CaseDetails:
    """Return where the user's newest case is."""
    case = Cases(context).latest(user)
    return CaseDetails(
        case_id=case.id, archived=case.is_archived, status=case.state, reason=case.reason or None
    )


@router.post("/update-case-status", status_code=202, responses=_NO_CASE)
def update_case(context: Ctx, user: Me, body: UpdateCaseIn) -> None:
    """Read the result of a case; if it was approved, the user is verified from now on."""
    Cases(context).read_result(user, body.case_id)
