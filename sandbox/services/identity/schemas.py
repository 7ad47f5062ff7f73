"""JSON shapes of the identity provider."""

from pydantic import BaseModel, ConfigDict, Field

from sandbox.core.wire import Out


class TokenAnswer(Out):
    """What the token endpoint returns."""

    access_token: str
    token_type: str = "Bearer"  # noqa: S105 — the name of the scheme
    expires_in: int
    refresh_token: str | None = None
    refresh_expires_in: int | None = None
    id_token: str | None = None
    scope: str
    session_state: str
    not_before_policy: int = Field(default=0, serialization_alias="not-before-policy")


class Credential(BaseModel):
    """A password of a new account, as Keycloak writes it."""

    model_config = ConfigDict(extra="ignore")
    type: str = "password"
    value: str = Field(min_length=1, max_length=1024, repr=False)
    temporary: bool = False


class NewAccount(BaseModel):
    """Keycloak's user representation, as far as it means anything here."""

    model_config = ConfigDict(extra="ignore")
    username: str
    enabled: bool = True
    emailVerified: bool = False  # noqa: N815 — Keycloak's spelling
    firstName: str = Field(default="", max_length=60)  # noqa: N815
    lastName: str = Field(default="", max_length=60)  # noqa: N815
    email: str | None = Field(default=None, max_length=254)
    credentials: list[Credential] = []
    groups: list[str] = []
    requiredActions: list[str] = []  # noqa: N815


class AccountChanges(BaseModel):
    """What an administrator changes of a user; what is absent stays."""

    model_config = ConfigDict(extra="ignore")
    username: str | None = None
    enabled: bool | None = None
    emailVerified: bool | None = None  # noqa: N815
    firstName: str | None = Field(default=None, max_length=60)  # noqa: N815
    lastName: str | None = Field(default=None, max_length=60)  # noqa: N815
    email: str | None = Field(default=None, max_length=254)
    credentials: list[Credential] = []
    requiredActions: list[str] | None = None  # noqa: N815
