"""Refusals of the exchange partner."""

from sandbox.core.errors import ConflictError, NotFoundError
from sandbox.services.kyc.viviswap.steps import Step


class NoCustomerError(NotFoundError):
    """The user is no customer of the exchange, or not yet."""

    code = "no_customer"

    def __init__(self) -> None:
        super().__init__("The exchange knows no customer of yours (yet). Begin with POST /viviswap/users.")


class ApplicationClosedError(ConflictError):
    """The exchange refused the user for good."""

    code = "application_closed"

    def __init__(self, reason: str) -> None:
        super().__init__(f"The application is closed: {reason}")


class StepNotOpenError(ConflictError):
    """Something else has to be handed in first."""

    code = "step_not_open"

    def __init__(self, missing: Step) -> None:
        super().__init__(f"The step {missing.value} comes first: hand it in, or hand it in again.")


class PartApprovedError(ConflictError):
    """What was approved is not changed."""

    code = "part_approved"

    def __init__(self, part: str) -> None:
        super().__init__(f"The part {part} is approved already and cannot be changed.")


class NotAskedForError(NotFoundError):
    """There is no such question or document for this user."""

    code = "not_asked_for"


class NothingToReviewError(ConflictError):
    """The part is not there, or was decided."""

    code = "nothing_to_review"

    def __init__(self, part: str) -> None:
        super().__init__(f"The part {part} does not wait for a decision.")
