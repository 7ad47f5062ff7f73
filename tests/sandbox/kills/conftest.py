"""What the campaigns of the sandbox share."""

from tests.support.campaign import campaign

__all__ = ["campaign"]
