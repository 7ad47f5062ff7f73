"""JSON shapes of the KYC service."""

from sandbox.core.wire import Out


class KycStatus(Out):
    """Whether the user is verified."""

    username: str
    is_verified: bool
