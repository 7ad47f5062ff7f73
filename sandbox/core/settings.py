"""Everything about the sandbox that can be set, with its default."""

from decimal import Decimal
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from sandbox.core.wording import quoted

_SHORTEST_SECRET = 16


class Settings(BaseSettings):
    """Settings: environment variables `ETOPAY_SANDBOX_*` under what the command line says."""

    model_config = SettingsConfigDict(env_prefix="ETOPAY_SANDBOX_", extra="ignore", frozen=True)

    public_url: str = "http://127.0.0.1:9000"
    """Where clients reach the sandbox; every address it hands out starts with this."""

    data: Path = Path(".etopay/sandbox")
    """Folder of the databases and keys."""

    database_url: str = ""
    """SQLAlchemy URL of another database; empty means a SQLite file in `data`."""

    realm: str = Field(default="etopay", pattern=r"^[a-z0-9-]{1,40}$")
    """Name of the identity provider's realm."""

    app_names: Annotated[tuple[str, ...], NoDecode] = ("standalone",)
    """Accepted values of the header X-APP-NAME (comma separated in the environment)."""

    audience: str = "etopay-backend"
    """`aud` of the access tokens."""

    token_algorithm: Literal["RS256", "ES256"] = "RS256"  # noqa: S105 — a name, no secret
    access_token_seconds: int = Field(default=600, ge=1)
    refresh_token_seconds: int = Field(default=30 * 24 * 3600, ge=1)
    session_seconds: int = Field(default=12 * 3600, ge=1)
    """How long a sign-in in the browser is remembered."""

    code_seconds: int = Field(default=60, ge=1, le=60)
    """How long an authorization code may be redeemed."""

    admin_username: str = "admin"
    admin_password: SecretStr = SecretStr("sandbox-admin")
    """The realm's administrator for the Keycloak user calls."""

    password_hash_memory_kib: int = Field(default=19456, ge=8)
    free_failures: int = Field(default=10, ge=1)
    """Wrong passwords for one name before waiting starts."""

    failure_wait_seconds: int = Field(default=60, ge=1)
    """First wait; each further failure doubles it, up to 15 minutes."""

    fee_rate: Decimal = Field(default=Decimal("0.05"), ge=0, lt=1)
    """Part of a purchase that is kept: 0.05 = 5 %."""

    purchase_delay_seconds: float = Field(default=1.0, ge=0)
    """How long a purchase stays in each state the sandbox decides itself."""

    payment_timeout_seconds: float = Field(default=180.0, gt=0)
    """How long a committed payment may stay unseen before its purchase fails."""

    unmatched_payment_seconds: float = Field(default=3600.0, gt=0)
    """How long a payment that names no purchase waits for its commit before it goes back."""

    unverified_receiver: Literal["invalid", "wait"] = "invalid"
    """Main networks: answer to a receiver without KYC, `Invalid` or `WaitingForVerification`."""

    kyc_creation_seconds: float = Field(default=1.0, ge=0)
    """How long the exchange takes to create a customer."""

    kyc_review_seconds: float = Field(default=2.0, ge=0)
    """How long a part of an identity check is in review."""

    kyc_review: Literal["auto", "manual"] = "auto"
    """Whether parts in review are approved by themselves, or wait for a reviewer."""

    exchange_fee_rate: Decimal = Field(default=Decimal("0.01"), ge=0, lt=1)
    """Part of an exchange between euros and coins that is kept: 0.01 = 1 %."""

    exchange_spread: Decimal = Field(default=Decimal("0.005"), ge=0, lt=1)
    """How far from the middle rate the exchange buys and sells."""

    exchange_iota_network: Literal["iota_rebased_testnet", "iota_rebased_mainnet"] = "iota_rebased_testnet"
    """The network on which IOTA is exchanged."""

    exchange_contract_days: int = Field(default=30, ge=1, le=3650)
    """How long a contract waits for its payment."""

    external_nodes: dict[str, str] = Field(default_factory=dict, repr=False)
    """EVM nodes elsewhere in place of the embedded ones: {network key: URL}, as JSON in the environment."""

    oidc_issuer: str = ""
    """Issuer of an OpenID Connect provider whose access tokens open the backend in place of the realm's."""

    oidc_audiences: Annotated[tuple[str, ...], NoDecode] = ()
    """Accepted `aud` of its tokens (comma separated in the environment)."""

    oidc_clients: Annotated[tuple[str, ...], NoDecode] = ()
    """Accepted `azp` of its tokens; empty means all clients."""

    oidc_username_claim: str = "preferred_username"
    oidc_algorithms: Annotated[tuple[str, ...], NoDecode] = ("RS256", "ES256")
    oidc_admin_role: str = ""
    """Who is an administrator: `path.of.claim=role`, such as `realm_access.roles=etopay-admin`."""

    oidc_timeout_seconds: float = Field(default=5.0, gt=0)
    """How long the provider may take to answer."""

    external_node_key: SecretStr = SecretStr("")
    """Private key (hex) of the account that pays for the sandbox on an external node."""

    external_chain_ids: frozenset[int] = frozenset()
    """Chains of worthless coins that an external node may serve besides the known test networks, as JSON."""

    control_secret: SecretStr = SecretStr("")
    """What opens the control room to other machines, sent as X-Control-Secret; empty: this one only."""

    body_limit: int = Field(default=1024 * 1024, ge=1024)
    """Largest accepted request body in bytes."""

    kyc_body_limit: int = Field(default=64 * 1024 * 1024, ge=1024)
    """The same for the calls that bring pictures and videos of an identity check."""

    snapshot_limit: int = Field(default=512 * 1024 * 1024, ge=1024 * 1024)
    """Largest snapshot that is taken from a file, packed or unpacked, in bytes."""

    log_level: Literal["debug", "info", "warning", "error"] = "info"

    @field_validator("app_names", "oidc_audiences", "oidc_clients", "oidc_algorithms", mode="before")
    @classmethod
    def _split(cls, value: object) -> object:
        return tuple(part.strip() for part in value.split(",")) if isinstance(value, str) else value

    @field_validator("control_secret")
    @classmethod
    def _hard_to_guess(cls, value: SecretStr) -> SecretStr:
        if 0 < len(value.get_secret_value()) < _SHORTEST_SECRET:
            raise ValueError(f"a control secret has at least {_SHORTEST_SECRET} characters")
        return value

    @field_validator("public_url")
    @classmethod
    def _plain_base(cls, value: str) -> str:
        try:
            parts = urlsplit(value)
        except ValueError as error:
            raise ValueError(f"{quoted(value)} is no address") from error
        if parts.scheme not in {"http", "https"} or not parts.hostname or parts.query or parts.fragment:
            raise ValueError(f"{quoted(value)} is no address that begins with http:// or https://")
        return value.rstrip("/")

    @property
    def issuer(self) -> str:
        """Return the OIDC issuer."""
        return f"{self.public_url}/realms/{self.realm}"

    @property
    def idp(self) -> str:
        """Return the issuer that clients are sent to: the realm here, or the provider elsewhere."""
        return self.oidc_issuer or self.issuer

    @property
    def realm_path(self) -> str:
        """Return the path of the identity provider."""
        return f"/realms/{self.realm}"

    @property
    def sqlalchemy_url(self) -> str:
        """Return the database to use."""
        return self.database_url or f"sqlite:///{(self.data / 'sandbox.sqlite').as_posix()}"
