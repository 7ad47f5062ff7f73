"""JSON shapes of the Postident service."""

from pydantic import Field

from sandbox.core.wire import In, Out


class NewCase(Out):
    """A new case, and the page where it is decided."""

    case_id: str
    case_url: str


class CaseDetails(Out):
    """Where a case is. `reason` is the sandbox's own; the SDK skips it."""

    case_id: str
    archived: bool
    status: str
    reason: str | None


class UpdateCaseIn(In):
    """The case whose result the backend shall read."""

    case_id: str = Field(min_length=1, max_length=60)
