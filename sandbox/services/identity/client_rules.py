"""What was changed of clients: whether their users are asked for consent, and where sign-outs are told."""

from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy.orm import Session

from sandbox.core.db import Database
from sandbox.core.errors import InvalidError, NotFoundError
from sandbox.core.outbox import record
from sandbox.services.identity.clients import Client, ClientRegistry
from sandbox.services.identity.tables import ClientSettings

CHANGEABLE = ("consent_required", "backchannel_logout_url")
_LONGEST_URL = 2000


class ClientRules:
    """Clients as they behave now: as they are registered, with what was changed since."""

    def __init__(self, db: Database, clients: ClientRegistry) -> None:
        self._db = db
        self._clients = clients

    def find(self, client_id: str, session: Session | None = None) -> Client | None:
        """Return a client as it behaves now."""
        client = self._clients.find(client_id)
        if client is None or session is None:
            if client is None:
                return None
            with self._db.read() as own:
                return self.find(client_id, own)
        row = session.get(ClientSettings, client_id)
        return replace(client, **row.changed) if row else client

    def all(self) -> list[Client]:
        """Return all clients as they behave now."""
        with self._db.read() as session:
            found = [self.find(client.id, session) for client in self._clients.all()]
        return [client for client in found if client is not None]

    def change(self, client_id: str, changes: dict[str, Any]) -> Client:
        """Change what is named of a client."""
        url = changes.get("backchannel_logout_url")
        if url:
            _check_url(url)
        with self._db.write() as session:
            client = self.find(client_id, session)
            if client is None:
                raise NotFoundError(f"There is no client {client_id[:60]!r}.")
            row = session.get(ClientSettings, client_id)
            if row is None:
                row = ClientSettings(client_id=client_id, changed={})
                session.add(row)
            row.changed = {**row.changed, **changes}
            changed = replace(client, **changes)
            state = {name: getattr(changed, name) for name in CHANGEABLE}
            record(session, "client.changed", client_id, {"id": client_id, **state, "state": "active"})
        return changed


def _check_url(url: str) -> None:
    try:
        parts = urlsplit(url)
        good = parts.scheme in {"http", "https"} and bool(parts.hostname) and (parts.port or 1) > 0
    except ValueError:
        good = False
    if not good or parts.fragment or "@" in parts.netloc or len(url) > _LONGEST_URL or not url.isprintable():
        raise InvalidError("The address for sign-outs begins with http:// or https:// and has no fragment.")
