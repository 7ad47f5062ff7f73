"""What the campaigns of the SDK share."""

from tests.sdk.conftest import folder, open_sdk, ready, services, story
from tests.support.campaign import campaign

__all__ = ["campaign", "folder", "open_sdk", "ready", "services", "story"]
