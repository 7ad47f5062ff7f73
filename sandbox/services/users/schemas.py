"""JSON shapes of the users service."""

from pydantic import Field

from sandbox.core.wire import In, Out


class PreferredNetworkIn(In):
    """The network to prefer; null for none, but never absent."""

    network_key: str | None = Field(max_length=60)


class PreferredNetworkOut(Out):
    """The preferred network."""

    network_key: str | None


class AddressOut(Out):
    """Where the user receives on one network."""

    address: str


class AddressIn(In):
    """Where the user receives on one network."""

    address: str = Field(min_length=1, max_length=100)
