"""JSON shapes of the control room."""

from typing import Annotated, Any

from pydantic import ConfigDict, Field, StringConstraints, model_validator

from sandbox.core.wire import Amount, In, Out


class Health(Out):
    """All parts answer."""

    status: str
    backend: str
    idp: str
    networks: list[str]
    data: str
    """The data folder: tells one sandbox of this machine from another."""


class NetworkOut(Out):
    """A network by its key, with the name and the symbol that people see."""

    key: str
    name: str
    symbol: str


class NamedNetworks(Out):
    """The networks, the one that a new wallet shows first at the start."""

    networks: list[NetworkOut]


class UserIn(In):
    """A new user; with no wallet, as after a registration."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"username": "dora", "password": "sandbox-Pass-1", "email": "dora@example.org"}]
        }
    )
    username: str
    password: Annotated[str, StringConstraints(min_length=1, max_length=128)] = Field(repr=False)
    name: str = Field(default="", max_length=120)
    email: str | None = Field(default=None, max_length=254)
    is_verified: bool = False


class UserOut(Out):
    """A user as the backend knows it."""

    id: str
    subject: str
    username: str
    is_verified: bool
    preferred_network: str | None
    addresses: dict[str, str]


class UserList(Out):
    """All users."""

    users: list[UserOut]


class KycIn(In):
    """The KYC result to set."""

    is_verified: bool


class FaucetIn(In):
    """Coins for an address, or for the address a user registered."""

    network_key: str = Field(max_length=60)
    amount: Amount = Field(gt=0)
    address: str | None = Field(default=None, max_length=100)
    username: str | None = Field(default=None, max_length=100)

    @model_validator(mode="after")
    def _one_target(self) -> "FaucetIn":
        if (self.address is None) == (self.username is None):
            raise ValueError("send either `address` or `username`")
        return self


class FaucetOut(Out):
    """The transaction that brought the coins."""

    tx_id: str


class EventOut(Out):
    """One change, with the state it led to."""

    id: int
    """Position; the next call takes the last one as `after`."""

    kind: str
    at: str
    subject: str
    """Id of what changed."""

    seq: int
    """The how manieth event of the subject."""

    state: dict[str, Any]


class EventList(Out):
    """What happened, oldest first."""

    events: list[EventOut]


class State(Out):
    """A summary of what the sandbox holds."""

    users: int
    purchases: dict[str, int]
    networks: list[str]
    faults: int
    realm: str
    app_names: list[str]
