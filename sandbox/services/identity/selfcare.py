"""What people change of their own accounts: each change is one transaction with the mails it causes."""

from collections.abc import Sequence

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from sandbox.core.clock import Clock
from sandbox.core.db import Database
from sandbox.services.identity.accounts import Accounts, tell
from sandbox.services.identity.action_tokens import ActionKind, ActionTokens, BadLinkError
from sandbox.services.identity.actions import EMAIL, PASSWORD, PROFILE, TERMS, done
from sandbox.services.identity.clients import ClientRegistry
from sandbox.services.identity.errors import TakenError
from sandbox.services.identity.letters import Letters, language_of
from sandbox.services.identity.pages import NO_BRAND, Page, make_page
from sandbox.services.identity.pruning import forget_held
from sandbox.services.identity.realm import RealmStore
from sandbox.services.identity.tables import Account


class SelfCare:
    """Passwords, addresses and names, changed by those they belong to."""

    def __init__(
        self,
        db: Database,
        clock: Clock,
        *,
        accounts: Accounts,
        realm: RealmStore,
        links: ActionTokens,
        letters: Letters,
        clients: ClientRegistry,
    ) -> None:
        self._db = db
        self._clock = clock
        self._accounts = accounts
        self._realm = realm
        self._links = links
        self._letters = letters
        self._clients = clients

    def ask_for_password(self, login: str, page: Page, flow_id: str) -> None:
        """Send a link to a new password, if there is such an account; the work is the same if not."""
        login = login.strip().lower()[:254]
        with self._db.write() as session:
            found = self._accounts.named(session, login)
            good = found is not None and found.enabled and bool(found.email)
            account = found if found is not None and good else self._nobody(session, login)
            seconds = self._realm.rules(session).action_token_generated_by_user_lifespan
            with session.begin_nested() as trial:
                link, row = self._links.issue(session, account, "reset-credentials", seconds, flow_id=flow_id)
                self._letters.send(
                    session, account, "reset-credentials", page, link=link, until=row.expires_at
                )
                if not good:
                    trial.rollback()

    def send_confirmation(self, account_id: str, page: Page, flow_id: str, *, again: bool = False) -> None:
        """Send a link that confirms the address, unless this sign-in has one already."""
        with self._db.write() as session:
            account = session.get_one(Account, account_id)
            if account.email and (again or not self._links.waiting(session, account_id, flow_id)):
                seconds = self._realm.rules(session).action_token_generated_by_user_lifespan
                link, row = self._links.issue(session, account, "verify-email", seconds, flow_id=flow_id)
                self._letters.send(session, account, "verify-email", page, link=link, until=row.expires_at)

    def ask_to_act(
        self,
        account_id: str,
        actions: Sequence[str],
        *,
        client_id: str | None,
        redirect_uri: str | None,
        seconds: int | None,
    ) -> None:
        """Send somebody a link to what an administrator asks of her."""
        with self._db.write() as session:
            account = session.get_one(Account, account_id)
            lifespan = seconds or self._realm.rules(session).action_token_generated_by_admin_lifespan
            only_address = list(actions) == [EMAIL]
            kind: ActionKind = "verify-email" if only_address else "execute-actions"
            link, row = self._links.issue(
                session,
                account,
                kind,
                lifespan,
                actions=() if only_address else actions,
                client_id=client_id,
                redirect_uri=redirect_uri,
            )
            client = self._clients.find(client_id or "")
            page = make_page(language_of(account), "", client.name if client else NO_BRAND)
            self._letters.send(
                session, account, kind, page, link=link, until=row.expires_at, actions=row.actions or ()
            )

    def confirm_address(self, key: str) -> Account:
        """Take a link as proof that its owner reads mails to the address."""
        with self._db.write() as session:
            row, account = self._links.read(session, key)
            if row.kind != "verify-email":
                raise BadLinkError("link_unknown")
            self._links.use_up(session, account.id, row.kind)
            account.email_verified = True
            done(account, EMAIL)
            tell(session, account, "email_verified")
            return account

    def replace_password(self, key: str, password: str, page: Page) -> Account:
        """Set a new password with a link; the link proves the address too."""
        hashed = self._accounts.passwords.hash(password)
        with self._db.write() as session:
            row, account = self._links.read(session, key)
            if row.kind != "reset-credentials":
                raise BadLinkError("link_unknown")
            account.email_verified = True
            done(account, EMAIL)
            self._set(session, account, hashed, page)
            self._accounts.failures.forget(session, account.id)
            return account

    def choose_password(self, account_id: str, password: str, page: Page, flow_id: str) -> None:
        """Set a new password for somebody who has proved to be herself in a sign-in, which goes on."""
        hashed = self._accounts.passwords.hash(password)
        with self._db.write() as session:
            self._set(session, session.get_one(Account, account_id), hashed, page, flow_id)

    def _set(
        self, session: Session, account: Account, hashed: str, page: Page, flow_id: str | None = None
    ) -> None:
        account.password_hash, account.password_set_at = hashed, self._clock.now()
        forget_held(session, account.id, but_flow=flow_id)
        done(account, PASSWORD)
        self._links.use_up(session, account.id, "reset-credentials")
        tell(session, account, "password_set")
        self._letters.send(session, account, "notice-password", page)

    def change_profile(self, account_id: str, first: str, last: str, email: str, page: Page) -> None:
        """Set names and address; a new address is not a confirmed one. Raise TakenError."""
        try:
            with self._db.write() as session:
                account = session.get_one(Account, account_id)
                before = account.email
                first, last = " ".join(first.split()), " ".join(last.split())
                account.first_name, account.name = first, f"{first} {last}".strip()
                if email != before:
                    account.email, account.email_verified = email, False
                    self._links.use_up(session, account.id, "reset-credentials")
                    if before:
                        self._letters.send(session, account, "notice-email", page, to=before)
                done(account, PROFILE)
                session.flush()
                tell(session, account, "changed")
        except IntegrityError as error:
            raise TakenError("email") from error

    def accept_terms(self, account_id: str) -> None:
        """Note that somebody accepted the terms."""
        with self._db.write() as session:
            account = session.get_one(Account, account_id)
            account.terms_accepted_at = self._clock.now()
            done(account, TERMS)
            tell(session, account, "terms_accepted")

    def use_request(self, account_id: str) -> None:
        """Use up the links with what an administrator asked for: it was begun."""
        with self._db.write() as session:
            self._links.use_up(session, account_id, "execute-actions")

    def _nobody(self, session: Session, login: str) -> Account:
        """Somebody to write a mail to that is never sent, so that it takes as long."""
        admin = self._accounts.named(session, self._accounts.administrator)
        assert admin is not None
        return Account(id=admin.id, username=login, email="nobody@sandbox.invalid")
