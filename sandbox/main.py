"""The wiring: which part gets which, and under which path each is served."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any, cast

from fastapi import APIRouter, Depends, FastAPI

from sandbox.control.clock import router as clock_router
from sandbox.control.console import routers as console_routers
from sandbox.control.faults import router as faults_router
from sandbox.control.keeper import Keeper
from sandbox.control.money import router as money_router
from sandbox.control.pages import router as pages_router
from sandbox.control.reference import router as reference_router
from sandbox.control.router import router as control_router
from sandbox.control.scenarios.router import Stage
from sandbox.control.scenarios.router import router as scenarios_router
from sandbox.control.snapshots import IMPORT_PATH
from sandbox.control.snapshots import router as snapshots_router
from sandbox.control.worker_setup import read_clients
from sandbox.control.worker_setup import router as worker_setup_router
from sandbox.core.auth import current_user
from sandbox.core.clock import Clock, SandboxClock
from sandbox.core.context import Context
from sandbox.core.db import Database
from sandbox.core.description import complete
from sandbox.core.engine import Engine
from sandbox.core.errors import install_handlers
from sandbox.core.events import EventBus, UserArchived
from sandbox.core.faults import FaultBoard, FaultMiddleware
from sandbox.core.faults.partners import UnreliableBank, UnreliableChains
from sandbox.core.gate import Gate, GateMiddleware
from sandbox.core.guard import GuardMiddleware
from sandbox.core.idempotency import IdempotencyMiddleware, describe_keys
from sandbox.core.oidc import verifier_of
from sandbox.core.ports import Chains
from sandbox.core.settings import Settings
from sandbox.core.shared import Follower, KeeperState
from sandbox.core.strict import only_known_parameters
from sandbox.core.traffic import TrafficLog, TrafficMiddleware
from sandbox.core.web import BodyLimitMiddleware, HeadersMiddleware, TidyPathMiddleware
from sandbox.services.bank.router import router as bank_router
from sandbox.services.bank.service import SepaBank
from sandbox.services.exchange.details import forget_user
from sandbox.services.exchange.engine import ExchangeEngine
from sandbox.services.exchange.router import router as exchange_router
from sandbox.services.identity import (
    account_api,
    action_pages,
    admin,
    admin_details,
    admin_mail,
    browser,
    consent_api,
    consent_pages,
    link_pages,
    logout,
)
from sandbox.services.identity import router as identity_router
from sandbox.services.identity.backchannel import LogoutEngine
from sandbox.services.identity.errors import install_oauth_handler
from sandbox.services.identity.service import IdentityService
from sandbox.services.kyc import reviews
from sandbox.services.kyc.engine import ReviewEngine
from sandbox.services.kyc.postident import pages as postident_pages
from sandbox.services.kyc.postident.router import router as postident_router
from sandbox.services.kyc.register import KycOffice
from sandbox.services.kyc.router import router as kyc_router
from sandbox.services.kyc.viviswap.router import router as viviswap_kyc_router
from sandbox.services.mail.catcher import MailCatcher
from sandbox.services.mail.router import router as mail_router
from sandbox.services.networks.router import open_router as backend_health_router
from sandbox.services.networks.router import router as networks_router
from sandbox.services.networks.service import Networks
from sandbox.services.rates.desk import router as rate_desk_router
from sandbox.services.rates.market import Rates
from sandbox.services.rates.router import router as rates_router
from sandbox.services.shares.repository import drop_shares
from sandbox.services.shares.router import router as shares_router
from sandbox.services.transactions.engine import PurchaseEngine
from sandbox.services.transactions.router import router as transactions_router
from sandbox.services.users.repository import Addresses
from sandbox.services.users.router import router as users_router
from sandbox.services.users.service import follow_accounts
from sandbox.workers.door import KeeperDoor
from sandbox.workers.middleware import KeeperMiddleware
from sandbox.workers.reports import Reports

_REALM_ROUTERS = (
    identity_router.router,
    browser.router,
    action_pages.router,
    link_pages.router,
    consent_pages.router,
    logout.router,
    account_api.router,
    consent_api.own_router,
)
_ADMIN_ROUTERS = (admin.router, admin_details.router, admin_mail.router, consent_api.router)
_BACKEND_ROUTERS = (
    networks_router,
    users_router,
    shares_router,
    kyc_router,
    postident_router,
    viviswap_kyc_router,
    rates_router,
    transactions_router,
    exchange_router,
)
_WITH_FILES = tuple(f"/api/viviswap/kyc/{name}" for name in ("residence", "identity", "documents"))


def make_context(
    settings: Settings, db: Database, chains: Chains, clock: Clock
) -> tuple[Context, IdentityService]:
    """Build the shared parts on an opened database and opened chains."""
    db.clock = clock
    events = EventBus()
    mails = MailCatcher(clock)
    identity = IdentityService(settings, db, clock, events, mails)
    addresses, kyc = Addresses(), KycOffice()
    events.on(UserArchived, lambda session, event: drop_shares(session, event.user_id))
    events.on(UserArchived, lambda session, event: addresses.forget(session, event.user_id))
    events.on(UserArchived, lambda session, event: kyc.forget(session, event.user_id))
    follow_accounts(events, clock)
    faults = FaultBoard(clock.now)
    context = Context(
        settings=settings,
        db=db,
        clock=clock,
        events=events,
        faults=faults,
        tokens=verifier_of(settings, identity.tokens, lambda: datetime.now(UTC)),
        accounts=identity.accounts,
        networks=Networks(db, chains, settings.public_url),
        addresses=addresses,
        kyc=kyc,
        rates=Rates(db),
        chains=cast("Chains", UnreliableChains(chains, faults)),
        bank=UnreliableBank(SepaBank(clock), faults, clock.now),
        mails=mails,
    )
    events.on(UserArchived, lambda session, event: forget_user(context, session, event.user_id))
    return context, identity


class _Application(FastAPI):
    """The application, whose description tells what the middleware adds."""

    def openapi(self) -> dict[str, Any]:
        """Return the description of all calls."""
        if self.openapi_schema is None:
            realm = self.state.context.settings.realm_path
            complete(describe_keys(super().openapi()), realm)
        return super().openapi()


def create_app(
    settings: Settings,
    db: Database,
    chains: Chains,
    chain_router: APIRouter | None = None,
    clock: Clock | None = None,
    *,
    door: KeeperDoor | None = None,
) -> FastAPI:
    """Return the whole sandbox as one application; with a door to its keeper, that of a worker."""
    context, identity = make_context(settings, db, chains, clock or SandboxClock(db))
    engine, exchange = PurchaseEngine(context), ExchangeEngine(context)
    review_engine = ReviewEngine(context)
    logout_engine = LogoutEngine(context, identity.tokens)
    engines: tuple[Engine, ...] = (engine, exchange, review_engine, logout_engine)

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        for one in working:
            one.start()
        yield
        context.faults.clear()
        await app.state.stage.stop()
        for one in reversed(working):
            await one.stop()

    app = _Application(
        title="ETOPay sandbox",
        description="All ETOPay services as one local process. Test services; not for real money.",
        version="1",
        lifespan=lifespan,
        openapi_url="/_sandbox/openapi.json",
        docs_url=None,
        redoc_url=None,
    )
    app.state.context = context
    app.state.identity = identity
    app.state.engine = engine
    app.state.review_engine = review_engine
    app.state.exchange = exchange
    app.state.logout_engine = logout_engine
    app.state.engines = engines
    app.state.gate = Gate()
    app.state.keeper = Keeper(app)
    app.state.stage = Stage(app)
    if db.is_shared and door is None:
        state = KeeperState(db)
        context.faults.watch = lambda planned: state.alone("faults", holds=planned)
        app.state.gate.watch = state.exchanging
    app.state.bank = SepaBank(context.clock)
    app.state.mails = context.mails
    app.state.traffic = TrafficLog()
    # In a worker nothing moves by itself.
    working: Sequence[Engine | Reports] = engines if door is None else (Reports(app.state.traffic, door),)
    install_handlers(app)
    install_oauth_handler(app)
    for router in _REALM_ROUTERS:
        app.include_router(router, prefix=settings.realm_path)
    for router in _ADMIN_ROUTERS:
        app.include_router(router, prefix=f"/admin{settings.realm_path}")
    for router in _BACKEND_ROUTERS:
        app.include_router(router, prefix="/api", dependencies=_KNOWN_USER)
    app.include_router(backend_health_router, prefix="/api", dependencies=_KNOWN_USER[1:])
    if chain_router is not None:
        app.include_router(chain_router, tags=["chains"])
    for router in (control_router, clock_router, bank_router, rate_desk_router, money_router):
        app.include_router(router, dependencies=_STRICT)
    for router in (reviews.router, faults_router, mail_router, *console_routers):
        app.include_router(router, dependencies=_STRICT)
    for router in (snapshots_router, scenarios_router):
        app.include_router(router, dependencies=_STRICT)
    app.include_router(worker_setup_router, dependencies=_STRICT)
    app.include_router(postident_pages.router)
    app.include_router(pages_router)
    app.include_router(reference_router)
    _put_around(app, settings, door)
    return app


def _put_around(app: FastAPI, settings: Settings, door: KeeperDoor | None) -> None:
    """Add what each call goes through, innermost first."""
    context: Context = app.state.context
    # Inside the failures: an answer that was lost on the way is given to whoever asks again.
    app.add_middleware(IdempotencyMiddleware, db=context.db, clock=context.clock, tokens=context.tokens)
    app.add_middleware(GateMiddleware, gate=app.state.gate)
    if door is None:
        app.add_middleware(FaultMiddleware, board=context.faults, describe=app.openapi)
    else:
        # What is passed on, the keeper notes itself.
        app.add_middleware(TrafficMiddleware, log=app.state.traffic, clock=context.clock)
        app.state.follower = _follower(app, door)
        app.add_middleware(KeeperMiddleware, door=door, follower=app.state.follower)
    larger = dict.fromkeys(_WITH_FILES, max(settings.kyc_body_limit, settings.body_limit))
    larger[IMPORT_PATH] = settings.snapshot_limit
    app.add_middleware(BodyLimitMiddleware, limit=settings.body_limit, larger=larger)
    if door is None:
        app.add_middleware(TrafficMiddleware, log=app.state.traffic, clock=context.clock)
    secret = settings.control_secret.get_secret_value()
    app.add_middleware(GuardMiddleware, public_url=settings.public_url, secret=secret)
    app.add_middleware(TidyPathMiddleware)
    app.add_middleware(HeadersMiddleware)


def _follower(app: FastAPI, door: KeeperDoor) -> Follower:
    context, identity = app.state.context, app.state.identity

    def renew() -> None:
        told = door.setup()
        identity.reload()
        for client in read_clients(told["clients"]):
            identity.clients.add(client)

    return Follower(context.db, context.clock, identity.keys.refresh, renew)


_STRICT = [Depends(only_known_parameters)]
_KNOWN_USER = [Depends(current_user), *_STRICT]
