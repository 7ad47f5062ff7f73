"""`/_sandbox/ledger`: where all the money in the sandbox is, and whether it adds up."""

from collections import defaultdict
from decimal import Decimal

from fastapi import APIRouter

from sandbox.control.audit import log_of, problems_of, sums_of
from sandbox.core.context import Context, Ctx
from sandbox.core.ledger import balances
from sandbox.core.wire import Out
from sandbox.services.exchange.arrivals import TREASURY
from sandbox.services.exchange.payments import exchange_account
from sandbox.services.transactions.steps import system_account

router = APIRouter(tags=["bank"], prefix="/_sandbox/ledger")


class Holding(Out):
    """What an account holds; only the faucet is below zero."""

    account: str
    currency: str
    balance: str


class Ledger(Out):
    """All money: euros by account, coins by who has them."""

    holdings: list[Holding]


class LedgerCheck(Out):
    """Whether the money adds up."""

    holds: bool
    problems: list[str]


@router.get("")
async def ledger(context: Ctx) -> Ledger:
    """Return what every account holds."""
    with context.db.read() as session:
        euros = sorted(balances(session).items())
    found = [Holding(account=name, currency="EUR", balance=f"{held:f}") for name, held in euros]
    for network in context.networks.all():
        owners = _owners(context, network.key)
        held: dict[str, Decimal] = defaultdict(Decimal)
        for address, amount in sums_of(await log_of(context, network.key)).items():
            held[owners.get(address, "others")] += amount
        found += [
            Holding(account=f"{network.key}:{name}", currency=network.display_symbol, balance=f"{amount:f}")
            for name, amount in sorted(held.items())
        ]
    return Ledger(holdings=found)


@router.get("/check")
async def check(context: Ctx) -> LedgerCheck:
    """Check that no money came from nowhere, went nowhere, or was paid twice."""
    found = await problems_of(context)
    return LedgerCheck(holds=not found, problems=found)


def _owners(context: Context, key: str) -> dict[str, str]:
    names = {TREASURY: "faucet", exchange_account(): "exchange", system_account(): "purchases"}
    return {context.chains.address(account, key).lower(): name for account, name in names.items()}
