"""The identity provider's parts in one object."""

from typing import Annotated, cast

from fastapi import Depends, Request
from sqlalchemy.orm import Session

from sandbox.core.clock import Clock
from sandbox.core.db import Database
from sandbox.core.events import AccountLocked, EventBus
from sandbox.core.mailing import Mailer
from sandbox.core.settings import Settings
from sandbox.services.identity.accounts import Accounts
from sandbox.services.identity.action_tokens import ActionTokens
from sandbox.services.identity.client_rules import ClientRules
from sandbox.services.identity.clients import ClientRegistry
from sandbox.services.identity.consents import Consents
from sandbox.services.identity.directory import Directory
from sandbox.services.identity.flows import Flows
from sandbox.services.identity.grants import Grants
from sandbox.services.identity.keys import KeyRing
from sandbox.services.identity.letters import Letters
from sandbox.services.identity.pages import Pages
from sandbox.services.identity.pruning import prune
from sandbox.services.identity.realm import RealmStore
from sandbox.services.identity.selfcare import SelfCare
from sandbox.services.identity.sessions import Sessions
from sandbox.services.identity.tables import Account
from sandbox.services.identity.tokens import Tokens


class IdentityService:
    """One realm."""

    def __init__(
        self, settings: Settings, db: Database, clock: Clock, events: EventBus, mails: Mailer
    ) -> None:
        self.settings = settings
        self.clock = clock
        self.db = db
        self.clients = ClientRegistry()
        self.realm = RealmStore(settings, db)
        self.keys = KeyRing(db, clock, settings.token_algorithm)
        self.accounts = Accounts(settings, db, clock, events, self.realm)
        self.client_rules = ClientRules(db, self.clients)
        self.tokens = Tokens(settings, db, clock, keys=self.keys, clients=self.clients)
        self.grants = Grants(
            settings, db, clock, tokens=self.tokens, realm=self.realm, clients=self.client_rules
        )
        self.consents = Consents(db, clock, clients=self.client_rules, grants=self.grants)
        self.sessions = Sessions(db, clock, realm=self.realm, grants=self.grants)
        self.directory = Directory(db, clock, self.accounts)
        self.flows = Flows(settings, db, clock, self.realm)
        self.pages = Pages(settings.realm_path)
        self.links = ActionTokens(settings, clock, self.tokens)
        self.letters = Letters(self.pages, mails)
        self.selfcare = SelfCare(
            db,
            clock,
            accounts=self.accounts,
            realm=self.realm,
            links=self.links,
            letters=self.letters,
            clients=self.clients,
        )
        events.on(AccountLocked, self._tell_of_lock)
        if db.is_ours:
            self.accounts.ensure_admin()
            with db.write() as session:
                prune(session, clock.now(), self.realm.rules(session))

    def _tell_of_lock(self, session: Session, event: AccountLocked) -> None:
        self.letters.send(session, session.get_one(Account, event.subject), "notice-locked")

    def reset(self) -> None:
        """Prepare an emptied database: the administrator is always there."""
        self.accounts.ensure_admin()

    def reload(self) -> None:
        """Take everything anew from a database that was exchanged."""
        self.keys.reload()
        self.flows.reload()
        self.clients.reset()
        if self.db.is_ours:
            self.accounts.ensure_admin()


def identity_of(request: Request) -> IdentityService:
    """Return the realm of the running application."""
    return cast("IdentityService", request.app.state.identity)


Identity = Annotated[IdentityService, Depends(identity_of)]
