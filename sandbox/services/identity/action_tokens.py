"""Links in mails: signed, good once, and for a while on the sandbox's clock."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Literal
from urllib.parse import urlencode

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from sandbox.core.clock import Clock
from sandbox.core.ids import new_id
from sandbox.core.settings import Settings
from sandbox.services.identity.tables import Account, ActionToken
from sandbox.services.identity.tokens import Tokens

ActionKind = Literal["verify-email", "reset-credentials", "execute-actions"]
_KEPT = timedelta(days=7)
"""How long it is known that a link was used or has expired; later ones are just not known."""


class BadLinkError(Exception):
    """A link that leads nowhere; the text is the key of what its owner is told."""


class ActionTokens:
    """Makes links, and judges those that come back."""

    def __init__(self, settings: Settings, clock: Clock, tokens: Tokens) -> None:
        self._settings = settings
        self._clock = clock
        self._tokens = tokens

    def issue(
        self,
        session: Session,
        account: Account,
        kind: ActionKind,
        seconds: int,
        *,
        actions: Sequence[str] = (),
        client_id: str | None = None,
        redirect_uri: str | None = None,
        flow_id: str | None = None,
    ) -> tuple[str, ActionToken]:
        """Make a link for somebody with an address; return it with what is kept of it."""
        now = self._clock.now()
        session.execute(delete(ActionToken).where(ActionToken.expires_at < now - _KEPT))
        row = ActionToken(
            id=new_id(),
            account_id=account.id,
            kind=kind,
            email=account.email or "",
            actions=list(actions),
            client_id=client_id,
            redirect_uri=redirect_uri,
            flow_id=flow_id,
            created_at=now,
            expires_at=now + timedelta(seconds=seconds),
        )
        session.add(row)
        session.flush()
        return f"{self._settings.issuer}/login-actions/action-token?{urlencode({'key': self._key(row)})}", row

    def _key(self, row: ActionToken) -> str:
        more = {"rqac": row.actions, "reduri": row.redirect_uri, "asid": row.flow_id, "azp": row.client_id}
        return self._tokens.action_token(
            {
                "exp": int(row.expires_at.timestamp()),
                "iat": int(row.created_at.timestamp()),
                "jti": row.id,
                "sub": row.account_id,
                "typ": row.kind,
                "nonce": row.id,
                "eml": row.email,
                **{name: value for name, value in more.items() if value},
            }
        )

    def read(self, session: Session, key: str) -> tuple[ActionToken, Account]:
        """Return a good link with its owner, or raise BadLinkError."""
        claims = self._tokens.read_action(key)
        row = session.get(ActionToken, str(claims["jti"])) if claims else None
        if row is None:
            raise BadLinkError("link_unknown")
        if row.used_at is not None:
            raise BadLinkError("link_used")
        if row.expires_at <= self._clock.now():
            raise BadLinkError("link_expired")
        account = session.get_one(Account, row.account_id)
        if not account.enabled or (account.email or "") != row.email:
            raise BadLinkError("link_unknown")
        return row, account

    def waiting(self, session: Session, account_id: str, flow_id: str) -> bool:
        """Say whether a link that confirms the address was sent in this sign-in and is still good."""
        statement = select(ActionToken.id).where(
            ActionToken.account_id == account_id,
            ActionToken.flow_id == flow_id,
            ActionToken.kind == "verify-email",
            ActionToken.used_at.is_(None),
            ActionToken.expires_at > self._clock.now(),
        )
        return session.scalars(statement.limit(1)).first() is not None

    def use_up(self, session: Session, account_id: str, kind: str) -> None:
        """Use up all links of a kind that somebody has: one of them did what they are for."""
        session.execute(
            update(ActionToken)
            .where(
                ActionToken.account_id == account_id, ActionToken.kind == kind, ActionToken.used_at.is_(None)
            )
            .values(used_at=self._clock.now())
        )
