"""The steps of an application and how far it has come: what is handed in, what is verified."""

from collections.abc import Iterable, Mapping
from enum import StrEnum


class Step(StrEnum):
    """The steps in the order in which the wire lists them."""

    UNDEFINED = "Undefined"
    GENERAL = "General"
    PERSONAL = "Personal"
    IDENTITY = "Identity"
    RESIDENCE = "Residence"
    AMLA = "Amla"
    DOCUMENT = "Document"
    COMPLETED = "Completed"


class Verification(StrEnum):
    """How much of the application is verified."""

    UNVERIFIED = "Unverified"
    PARTIAL = "PartiallyVerified"
    VERIFIED = "Verified"


class PartState(StrEnum):
    """Where one part of an application is; a part that is not there yet has no state."""

    IN_REVIEW = "in review"
    APPROVED = "approved"
    REJECTED = "rejected"


HANDED_IN_ORDER = (Step.GENERAL, Step.PERSONAL, Step.IDENTITY, Step.RESIDENCE, Step.AMLA, Step.DOCUMENT)
"""The wire's order: it names the step to hand in next."""

VERIFIED_ORDER = (Step.GENERAL, Step.PERSONAL, Step.RESIDENCE, Step.IDENTITY, Step.AMLA, Step.DOCUMENT)
"""The clients' order: they show the step after the last verified one, and after Personal comes Residence."""

BEFORE: Mapping[Step, tuple[Step, ...]] = {
    Step.GENERAL: (),
    Step.PERSONAL: (Step.GENERAL,),
    Step.RESIDENCE: (Step.PERSONAL,),
    Step.IDENTITY: (Step.PERSONAL,),
    Step.AMLA: (Step.RESIDENCE, Step.IDENTITY),
    Step.DOCUMENT: (Step.AMLA,),
}
"""What has to be handed in before a step."""

_HANDED_IN = frozenset({PartState.IN_REVIEW, PartState.APPROVED})
_NAMED = {step.value.lower(): step for step in HANDED_IN_ORDER}


def step_of(part: str) -> Step:
    """Return the step a part belongs to: `identity`, or `amla:…` and `document:…` for one of many."""
    return _NAMED[part.partition(":")[0]]


class Progress:
    """How far an application is, from the states of its parts and the names of all parts it needs."""

    def __init__(self, states: Mapping[str, PartState], needed: Iterable[str]) -> None:
        self._parts: dict[Step, list[PartState | None]] = {step: [] for step in HANDED_IN_ORDER}
        for part in needed:
            self._parts[step_of(part)].append(states.get(part))

    def is_handed_in(self, step: Step) -> bool:
        """Say whether everything of a step is there, and nothing of it was rejected."""
        return all(state in _HANDED_IN for state in self._parts[step])

    def is_verified(self, step: Step) -> bool:
        """Say whether everything of a step was approved."""
        return all(state == PartState.APPROVED for state in self._parts[step])

    def missing_before(self, step: Step) -> Step | None:
        """Return the first step that has to come before this one and is not handed in."""
        return next((early for early in BEFORE[step] if not self._reached(early)), None)

    def _reached(self, step: Step) -> bool:
        return self.is_handed_in(step) and self.missing_before(step) is None

    @property
    def submission_step(self) -> Step:
        """Return the step to hand in next."""
        return next((step for step in HANDED_IN_ORDER if not self.is_handed_in(step)), Step.COMPLETED)

    @property
    def verified_step(self) -> Step:
        """Return the last step up to which all is verified."""
        last = Step.UNDEFINED
        for step in VERIFIED_ORDER:
            if not self.is_verified(step):
                return last
            last = step
        return Step.COMPLETED

    @property
    def verification(self) -> Verification:
        """Return how much is verified."""
        if self.verified_step == Step.COMPLETED:
            return Verification.VERIFIED
        base = self.is_verified(Step.GENERAL) and self.is_verified(Step.PERSONAL)
        more = self.is_verified(Step.RESIDENCE) or self.is_verified(Step.IDENTITY)
        return Verification.PARTIAL if base and more else Verification.UNVERIFIED
