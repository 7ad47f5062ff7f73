"""What the campaign of the state machine needs."""

from tests.support.campaign import campaign

__all__ = ["campaign"]
