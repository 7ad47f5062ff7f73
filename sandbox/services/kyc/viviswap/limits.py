"""Which risk level an application has earned."""

from sandbox.core.trading import NOT_TRADING
from sandbox.services.kyc.viviswap.steps import Progress, Step


def level_of(progress: Progress, *, closed: bool, elevated: bool, with_bank: bool, with_origin: bool) -> int:
    """Return the level an application has earned."""
    if closed or not (progress.is_verified(Step.GENERAL) and progress.is_verified(Step.PERSONAL)):
        return NOT_TRADING
    if progress.verified_step != Step.COMPLETED:
        return 55 if with_bank else 60
    if elevated:
        return 50
    return 30 if with_origin else 40
