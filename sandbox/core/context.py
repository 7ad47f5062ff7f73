"""What a request handler can reach: one object made by the wiring."""

from dataclasses import dataclass
from typing import Annotated, cast

from fastapi import Depends, Request

from sandbox.core.clock import Clock
from sandbox.core.db import Database
from sandbox.core.events import EventBus
from sandbox.core.faults import FaultBoard
from sandbox.core.mailing import Mailer
from sandbox.core.network import NetworkCatalogue
from sandbox.core.ports import (
    AccountStore,
    AddressBook,
    Bank,
    Chains,
    KycRegister,
    RateSource,
    TokenVerifier,
)
from sandbox.core.settings import Settings


@dataclass(frozen=True)
class Context:
    """The sandbox's shared parts."""

    settings: Settings
    db: Database
    clock: Clock
    events: EventBus
    faults: FaultBoard
    tokens: TokenVerifier
    accounts: AccountStore
    networks: NetworkCatalogue
    addresses: AddressBook
    kyc: KycRegister
    rates: RateSource
    chains: Chains
    bank: Bank
    mails: Mailer


def context_of(request: Request) -> Context:
    """Return the context of the running application."""
    return cast("Context", request.app.state.context)


Ctx = Annotated[Context, Depends(context_of)]
