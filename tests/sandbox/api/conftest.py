"""The campaign over the whole interface."""

from tests.support.campaign import campaign

__all__ = ["campaign"]
