"""`/_sandbox/rates`: rates as a tester wants them."""

from typing import Annotated, cast

from fastapi import APIRouter, Depends
from pydantic import Field

from sandbox.core.clock import iso
from sandbox.core.context import Ctx
from sandbox.core.wire import Amount, In, Out
from sandbox.services.rates.market import Mode, RateMissingError, Rates

router = APIRouter(tags=["control room"], prefix="/_sandbox/rates")


class RateIn(In):
    """How a rate shall come about from now on."""

    mode: Mode
    """`live`: by the model; `fixed`: always this one; `stale`: this one, ever older; `missing`: none."""

    rate: Amount | None = Field(default=None, gt=0, le=1_000_000_000)
    """EUR for one unit; absent: the one of this moment."""


class RateOut(Out):
    """A rate with its age and how it comes about."""

    network_key: str
    mode: Mode
    rate: Amount | None
    date: str | None


class RateList(Out):
    """The rates of all networks."""

    rates: list[RateOut]


def _rates(context: Ctx) -> Rates:
    return cast("Rates", context.rates)


Desk = Annotated[Rates, Depends(_rates)]


@router.get("")
def list_rates(context: Ctx, desk: Desk) -> RateList:
    """Return every network's rate."""
    return RateList(rates=[_out(context, desk, network.key) for network in context.networks.all()])


@router.put("/{network_key}")
def set_rate(context: Ctx, desk: Desk, network_key: str, body: RateIn) -> RateOut:
    """Fix, freeze or withhold a rate, or let it follow the model again."""
    network = context.networks.get(network_key)
    desk.set(network.key, body.mode, body.rate, context.clock.now())
    return _out(context, desk, network.key)


def _out(context: Ctx, desk: Rates, network_key: str) -> RateOut:
    mode = desk.mode(network_key)
    try:
        quote = desk.quote(network_key, context.clock.now())
    except RateMissingError:
        return RateOut(network_key=network_key, mode=mode, rate=None, date=None)
    return RateOut(network_key=network_key, mode=mode, rate=quote.rate, date=iso(quote.at))
