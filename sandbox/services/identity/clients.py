"""Clients of the realm and the exact matching of where they may be sent back to."""

from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlsplit

_LOOPBACK = {"127.0.0.1", "localhost", "::1"}


@dataclass(frozen=True)
class Client:
    """A registered client; without a secret it is a public one and must use PKCE."""

    id: str
    name: str
    redirect_uris: tuple[str, ...] = ()
    post_logout_redirect_uris: tuple[str, ...] = ()
    secret_hash: str | None = None
    password_grant: bool = False
    backend: bool = True
    """Whether its access tokens open the backend API."""

    consent_required: bool = False
    """Whether people are asked what they let it see."""

    backchannel_logout_url: str = ""
    """Where it is told that a session has ended; empty: nowhere."""


APP_CALLBACKS = (
    "http://127.0.0.1/callback",
    "http://localhost/callback",
    "http://127.0.0.1/oauth/callback",
    "http://localhost/oauth/callback",
    "etopay://auth",
    "juno://auth",
)


def _app(client_id: str, name: str) -> Client:
    return Client(
        id=client_id,
        name=name,
        redirect_uris=APP_CALLBACKS,
        post_logout_redirect_uris=(*APP_CALLBACKS, "http://127.0.0.1/", "http://localhost/"),
    )


BUILT_IN = (
    _app("etopay-app", "ETOPay"),
    _app("juno-app", "juno"),
    Client(id="etopay-test", name="Test client", password_grant=True),
    Client(id="admin-cli", name="Administration", password_grant=True, backend=False),
)


class ClientRegistry:
    """The built-in clients and those a seed added."""

    def __init__(self) -> None:
        self._clients: dict[str, Client] = {}
        self.reset()

    def reset(self) -> None:
        """Know the built-in clients only."""
        self._clients = {client.id: client for client in BUILT_IN}

    def add(self, client: Client) -> None:
        """Add or replace a client."""
        self._clients[client.id] = client

    def find(self, client_id: str) -> Client | None:
        """Return a client by id."""
        return self._clients.get(client_id)

    def all(self) -> list[Client]:
        """Return all clients."""
        return list(self._clients.values())


def may_redirect(registered: Iterable[str], requested: str) -> bool:
    """Compare exactly; only the port of a loopback address is free (RFC 8252, section 7.3)."""
    return any(requested == uri or _same_but_port(uri, requested) for uri in registered)


def _same_but_port(registered: str, requested: str) -> bool:
    mine = urlsplit(registered)
    if mine.scheme != "http" or mine.hostname not in _LOOPBACK or mine.port is not None:
        return False
    try:
        port = urlsplit(requested).port
    except ValueError:
        return False
    if port is None:
        return False
    return requested == f"http://{mine.netloc}:{port}{mine.path}"
