"""Rules about users."""

import re

from sqlalchemy.orm import Session

from sandbox.core.auth import CurrentUser
from sandbox.core.clock import Clock
from sandbox.core.context import Context
from sandbox.core.errors import InvalidError, NotFoundError
from sandbox.core.events import AccountCreated, AccountRemoved, EventBus, UserArchived
from sandbox.core.network import Network
from sandbox.core.users import User, UserDirectory, tell

_EVM = re.compile(r"0x[0-9a-fA-F]{40}", re.ASCII)
_IOTA = re.compile(r"0x[0-9a-f]{64}", re.ASCII)


class Users:
    """What a user may say about herself."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def archive(self, user: CurrentUser) -> None:
        """Archive the user and drop what belongs to her; she may start again with the same account."""
        with self._context.db.write() as session:
            row = session.get_one(User, user.id)
            row.archived_at = self._context.clock.now()
            row.preferred_network = None
            tell(session, row, "archived")
            self._context.events.publish(session, UserArchived(user.id))

    def prefer_network(self, user: CurrentUser, network_key: str | None) -> None:
        """Set or clear the preferred network."""
        if network_key is not None:
            self._context.networks.get(network_key)
        with self._context.db.write() as session:
            row = session.get_one(User, user.id)
            row.preferred_network = network_key
            tell(session, row, "changed")

    def preferred_network(self, user: CurrentUser) -> str | None:
        """Return the preferred network."""
        with self._context.db.read() as session:
            return session.get_one(User, user.id).preferred_network

    def register_address(self, user: CurrentUser, network_key: str, address: str) -> None:
        """Keep the user's address on a network."""
        network = self._context.networks.get(network_key)
        check_address(network, address)
        with self._context.db.write() as session:
            self._context.addresses.register(session, user.id, network_key, address)
            row = session.get_one(User, user.id)
            tell(session, row, "address_registered", address_on=network_key, address=address)

    def registered_address(self, user: CurrentUser, network_key: str) -> str:
        """Return the user's address on a network."""
        network = self._context.networks.get(network_key)
        with self._context.db.read() as session:
            address = self._context.addresses.address(session, user.id, network.key)
        if address is None:
            raise NotFoundError(f"You have registered no address on {network.display_name} yet.")
        return address


def check_address(network: Network, address: str) -> None:
    """Refuse what is no address of the network."""
    pattern, form = (
        (_IOTA, "0x and 64 hex digits (lower case)")
        if network.protocol.IotaRebased
        else (_EVM, "0x and 40 hex digits")
    )
    if not pattern.fullmatch(address):
        raise InvalidError(f"This is no address of {network.display_name}: it has {form}.")


def follow_accounts(events: EventBus, clock: Clock) -> None:
    """Know everybody who registers, so that she can be paid; archive who is deleted."""

    def welcome(session: Session, event: AccountCreated) -> None:
        UserDirectory(session, clock).ensure(event.issuer_key, event.subject, event.username)

    def archive(session: Session, event: AccountRemoved) -> None:
        user = UserDirectory(session, clock).find(event.issuer_key, event.subject)
        if user:
            user.archived_at = clock.now()
            user.preferred_network = None
            tell(session, user, "archived")
            events.publish(session, UserArchived(user.id))

    events.on(AccountCreated, welcome)
    events.on(AccountRemoved, archive)
