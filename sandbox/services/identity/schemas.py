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
