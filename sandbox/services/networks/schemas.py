"""JSON shapes of the networks service."""

from sandbox.core.network import Network
from sandbox.core.wire import Out


class NetworkList(Out):
    """All networks on offer."""

    networks: list[Network]


class Version(Out):
    """The backend's version."""

    version: str
