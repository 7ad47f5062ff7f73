"""The shape of a seed: what the sandbox holds before anybody used it."""

from decimal import Decimal
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from sandbox.core.wire import parse_decimal
from sandbox.core.wording import of_form, quoted
from sandbox.services.networks.service import NetworkChanges

Name = Annotated[
    str, of_form(r"[a-z0-9._-]{2,64}", "2 to 64 small letters (a-z), digits, dots, hyphens or underscores")
]
ClientId = Annotated[
    str, of_form(r"[A-Za-z0-9._-]{2,60}", "2 to 60 letters (a-z), digits, dots, hyphens or underscores")
]
SignOutUrl = Annotated[
    str, of_form(r"(https?://[^\s#@]+)?", "an address that begins with http:// or https://, without #")
]
NetworkKey = Literal["iota_rebased_testnet", "iota_rebased_mainnet", "ETH", "EURX"]
Coins = Annotated[Decimal, BeforeValidator(parse_decimal), Field(gt=0)]
PurchaseState = Literal[
    "Pending", "Valid", "Invalid", "ProcessingIncoming", "ProcessingOutgoing", "Completed", "Failed"
]


class Part(BaseModel):
    """A table of a seed file; unknown keys are errors."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)


class SeedAdmin(Part):
    """The realm's administrator."""

    username: Name
    password: str = Field(min_length=8, max_length=128, repr=False)


class SeedTestClient(Part):
    """The one client besides admin-cli that may use the password grant."""

    id: ClientId


class SeedClient(Part):
    """A further client of the identity provider."""

    id: ClientId
    name: str = Field(min_length=1, max_length=60)
    redirect_uris: tuple[str, ...] = Field(min_length=1)
    post_logout_redirect_uris: tuple[str, ...] = ()
    secret: str | None = Field(default=None, min_length=16, repr=False)
    consent_required: bool = False
    backchannel_logout_url: SignOutUrl = Field(default="", max_length=2000)


class SeedUser(Part):
    """Somebody with an account, perhaps with a wallet."""

    username: Name
    password: str = Field(min_length=1, max_length=128, repr=False)
    name: str = Field(default="", max_length=120)
    email: str | None = Field(default=None, max_length=254)
    kyc: Literal["none", "verified"] = "none"
    phrase: str | None = Field(default=None, repr=False)
    addresses: dict[NetworkKey, str] = {}
    preferred_network: NetworkKey | None = None
    balances: dict[NetworkKey, Coins] = {}

    @model_validator(mode="after")
    def _balances_have_an_address(self) -> "SeedUser":
        missing = [key for key in self.balances if self.phrase is None and key not in self.addresses]
        if missing:
            raise ValueError(f"balances on {missing[0]} need `phrase` or an address on {missing[0]}")
        return self


class SeedPurchase(Part):
    """A purchase that was made already."""

    sender: Name
    receiver: Name
    network: NetworkKey
    amount: Coins
    state: PurchaseState = "Pending"
    hours_ago: int = Field(default=0, ge=0, le=24 * 3650)
    product_hash: str = ""
    reason: str = ""
    purchase_model: str = ""
    app_data: str = ""


class Seed(Part):
    """A whole seed file."""

    admin: SeedAdmin | None = None
    test_client: SeedTestClient | None = None
    clients: tuple[SeedClient, ...] = ()
    networks: dict[NetworkKey, NetworkChanges] = {}
    users: tuple[SeedUser, ...] = ()
    purchases: tuple[SeedPurchase, ...] = ()

    @model_validator(mode="after")
    def _names_fit_together(self) -> "Seed":
        users = {user.username: user for user in self.users}
        if len(users) < len(self.users):
            raise ValueError("two users have the same username")
        for purchase in self.purchases:
            for name in (purchase.sender, purchase.receiver):
                if name not in users:
                    raise ValueError(f"a purchase names {quoted(name)}, who is not among the users")
            receiver = users[purchase.receiver]
            if receiver.phrase is None and purchase.network not in receiver.addresses:
                raise ValueError(
                    f"{quoted(receiver.username)} receives on {purchase.network} but has no address there"
                )
        return self
