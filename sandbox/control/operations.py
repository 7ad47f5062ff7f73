"""What the control room does."""

from collections import Counter
from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack
from typing import Protocol

from sqlalchemy import select
from sqlalchemy.orm import Session

from sandbox.control.schemas import FaucetIn, State, UserIn, UserOut
from sandbox.control.seeding import apply_seed
from sandbox.control.seeds import Seed
from sandbox.core.context import Context
from sandbox.core.errors import NotFoundError
from sandbox.core.outbox import record
from sandbox.core.users import User, UserDirectory
from sandbox.services.identity.service import IdentityService
from sandbox.services.transactions.repository import Purchase


class Pausable(Protocol):
    """A part that works by itself and can be told to keep still."""

    def paused(self) -> AbstractAsyncContextManager[None]:
        """Keep still within."""
        ...


class Operations:
    """Acts on the sandbox as a whole."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def users(self) -> list[UserOut]:
        """Return all active users."""
        with self._context.db.read() as session:
            directory = UserDirectory(session, self._context.clock)
            return [self._out(session, user) for user in directory.active()]

    def create_user(self, identity: IdentityService, body: UserIn) -> UserOut:
        """Create an account with its backend user."""
        subject = identity.accounts.create(
            body.username, body.password, body.name, body.email, email_verified=True
        )
        with self._context.db.write() as session:
            directory = UserDirectory(session, self._context.clock)
            user = directory.ensure(identity.accounts.issuer_key, subject, body.username.strip().lower())
            if body.is_verified:
                self._context.kyc.set_verified(session, user.id, True)
                session.flush()
            return self._out(session, user)

    def set_verified(self, username: str, verified: bool) -> UserOut:
        """Set a KYC result by hand."""
        with self._context.db.write() as session:
            user = self._named(session, username)
            self._context.kyc.set_verified(session, user.id, verified)
            session.flush()
            return self._out(session, user)

    async def fund(self, body: FaucetIn) -> str:
        """Send coins to an address or to a user's registered one."""
        network = self._context.networks.get(body.network_key)
        address = body.address
        if address is None:
            with self._context.db.read() as session:
                user = self._named(session, body.username or "")
                address = self._context.addresses.address(session, user.id, network.key)
            if address is None:
                raise NotFoundError(f"{body.username} has registered no address on {network.key} yet.")
        tx_id = await self._context.chains.fund(network.key, address, body.amount)
        paid = {"network_key": network.key, "amount": f"{body.amount:f}", "address": address, "tx_id": tx_id}
        with self._context.db.write() as session:
            record(session, "faucet.paid", tx_id, paid | {"symbol": network.display_symbol})
        return tx_id

    async def reset(self, identity: IdentityService, engines: Sequence[Pausable], seed: Seed) -> None:
        """Empty everything and apply the seed again."""
        async with AsyncExitStack() as stack:
            for engine in engines:
                await stack.enter_async_context(engine.paused())
            with self._context.db.write() as session:
                self._context.db.clear(session)
                record(session, "sandbox.reset", "sandbox", {"state": "empty"})
            identity.reset()
            await self._context.chains.reset()
            await apply_seed(seed, self._context, identity)

    def state(self) -> State:
        """Return a summary."""
        context = self._context
        with context.db.read() as session:
            purchases = Counter(session.scalars(select(Purchase.state)))
            users = len(UserDirectory(session, context.clock).active())
        return State(
            users=users,
            purchases=dict(purchases),
            networks=[network.key for network in context.networks.all()],
            faults=len(context.faults.all()),
            realm=context.settings.realm,
            app_names=list(context.settings.app_names),
        )

    def _named(self, session: Session, username: str) -> User:
        directory = UserDirectory(session, self._context.clock)
        user = directory.named(self._context.accounts.issuer_key, username)
        if user is None:
            raise NotFoundError(f"The backend knows no user {username[:60]!r}.")
        return user

    def _out(self, session: Session, user: User) -> UserOut:
        return UserOut(
            id=user.id,
            subject=user.subject,
            username=user.username,
            is_verified=self._context.kyc.is_verified(session, user.id),
            preferred_network=user.preferred_network,
            addresses=self._context.addresses.all(session, user.id),
        )
