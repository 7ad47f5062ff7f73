"""`/_sandbox/worker-setup`: what a worker learns from the keeper before it serves."""

import hashlib
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from pydantic import AwareDatetime, Field, SecretStr, TypeAdapter

from sandbox.core.context import Ctx
from sandbox.core.errors import NotFoundError
from sandbox.core.settings import Settings
from sandbox.core.traffic import WORKERS, Exchange, TrafficLog
from sandbox.core.wire import In, Out
from sandbox.services.identity.clients import Client
from sandbox.services.identity.service import Identity

router = APIRouter(tags=["control room"], prefix=WORKERS)

OWN = frozenset(
    {
        "data",
        "database_url",
        "public_url",
        "log_level",
        "admin_username",
        "external_nodes",
        "external_chain_ids",
    }
)
"""Settings of each process, or of the keeper alone; all others have to be the same."""


class SetupNetwork(Out):
    """What is fixed about a network."""

    key: str
    node_path: str
    decimals: int
    chain_id: int | None
    contract_address: str | None


class WorkerSetup(Out):
    """What is not in the database."""

    public_url: str
    networks: list[SetupNetwork]
    clients: list[Client]
    settings: dict[str, str]
    """A fingerprint of each setting that workers have to share."""


class SetupAddress(Out):
    """One of the sandbox's own accounts."""

    address: str


class ExchangeIn(In):
    """A request that a worker answered."""

    at: AwareDatetime = Field(strict=False)
    method: str = Field(max_length=20)
    path: str = Field(pattern="^/", max_length=8192)
    query: str
    status: Annotated[int, Field(ge=100, le=599)] | None
    milliseconds: Annotated[float, Field(ge=0, allow_inf_nan=False)]
    user: str | None
    app_name: str | None
    has_token: bool
    request_type: str
    request_body: str
    response_type: str
    response_body: str
    location: str

    def numbered(self, number: int) -> Exchange:
        """Return it as it is kept."""
        return Exchange(id=number, **self.model_dump())


class ExchangesIn(In):
    """What a worker answered of late, secrets taken out."""

    exchanges: list[ExchangeIn] = Field(max_length=100)


@router.get("")
def worker_setup(context: Ctx, identity: Identity) -> WorkerSetup:
    """Return what a worker has to know besides the database."""
    names = SetupNetwork.model_fields
    return WorkerSetup(
        public_url=context.settings.public_url,
        networks=[
            SetupNetwork(**{name: getattr(one, name) for name in names})
            for one in context.chains.networks.values()
        ],
        clients=identity.clients.all(),
        settings=fingerprints(context.settings),
    )


@router.get("/address")
def own_address(
    context: Ctx,
    name: Annotated[str, Query(min_length=1, max_length=200)],
    network_key: Annotated[str, Query(max_length=60)],
) -> SetupAddress:
    """Return the address of one of the sandbox's own accounts."""
    if network_key not in context.chains.networks:
        raise NotFoundError("There is no such network.")
    return SetupAddress(address=context.chains.address(name, network_key))


@router.post("/exchanges", status_code=204)
def note_exchanges(request: Request, body: ExchangesIn) -> None:
    """Put what a worker answered into the log of requests."""
    log: TrafficLog = request.app.state.traffic
    for one in body.exchanges:
        log.add(one.numbered)


def fingerprints(settings: Settings) -> dict[str, str]:
    """Return a short digest of each setting that all processes share; secrets are left out."""
    return {
        name: hashlib.sha256(repr(value).encode()).hexdigest()[:16]
        for name, value in settings
        if name not in OWN and not isinstance(value, SecretStr)
    }


def read_clients(told: list[Any]) -> list[Client]:
    """Return the clients that the keeper told of."""
    return TypeAdapter(list[Client]).validate_python(told)
