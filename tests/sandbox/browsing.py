"""A browser without scripts for the identity provider's pages: keeps cookies, fills in forms."""

import base64
import hashlib
import re
import secrets
from html import unescape
from urllib.parse import parse_qs, urlsplit

import httpx

CALLBACK = "http://127.0.0.1:53117/callback"


def pkce() -> tuple[str, str]:
    """Return a verifier and its challenge."""
    verifier = secrets.token_urlsafe(48)
    digest = hashlib.sha256(verifier.encode()).digest()
    return verifier, base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def hidden_fields(page: str) -> dict[str, str]:
    """Return the hidden inputs of a page."""
    found = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', page)
    return {name: unescape(value) for name, value in found}


class AppSignIn:
    """Plays an app's sign-in through the pages."""

    def __init__(
        self, http: httpx.AsyncClient, realm: str = "/realms/etopay", callback: str = CALLBACK
    ) -> None:
        self.http = http
        self.oidc = f"{realm}/protocol/openid-connect"
        self.actions = f"{realm}/login-actions"
        self.callback = callback
        self.verifier, self.challenge = pkce()
        self.state = secrets.token_urlsafe(8)

    def request(self, **changes: str | None) -> dict[str, str]:
        """Return the parameters of an authorization request."""
        parameters: dict[str, str | None] = {
            "client_id": "etopay-app",
            "response_type": "code",
            "redirect_uri": self.callback,
            "scope": "openid profile email",
            "state": self.state,
            "nonce": "n-1",
            "code_challenge": self.challenge,
            "code_challenge_method": "S256",
            **changes,
        }
        return {name: value for name, value in parameters.items() if value is not None}

    async def open(self, **changes: str | None) -> httpx.Response:
        """Open the authorization endpoint."""
        return await self.http.get(f"{self.oidc}/auth", params=self.request(**changes))

    async def register(
        self, username: str, password: str = "correct horse battery", **changes: str
    ) -> httpx.Response:
        """Fill in the registration form."""
        page = await self.open(prompt="create")
        fields = {
            "username": username,
            "password": password,
            "name": "Test Person",
            "email": f"{username}@example.org",
            **changes,
        }
        return await self.http.post(
            f"{self.actions}/registration", data={**hidden_fields(page.text), **fields}
        )

    async def sign_in(self, login: str, password: str, **changes: str) -> httpx.Response:
        """Fill in the sign-in form."""
        page = await self.open(**changes)
        fields = {"login": login, "password": password}
        return await self.http.post(f"{self.actions}/sign-in", data={**hidden_fields(page.text), **fields})

    async def redeem(self, code: str, **changes: str) -> httpx.Response:
        """Exchange a code for tokens."""
        form = {
            "grant_type": "authorization_code",
            "client_id": "etopay-app",
            "code": code,
            "redirect_uri": self.callback,
            "code_verifier": self.verifier,
            **changes,
        }
        return await self.http.post(f"{self.oidc}/token", data=form)

    async def tokens(self, username: str) -> dict[str, str]:
        """Register somebody and return the tokens."""
        answer = await self.redeem(code_of(await self.register(username)))
        assert answer.status_code == 200, answer.text
        return dict(answer.json())


def back(answer: httpx.Response) -> dict[str, str]:
    """Return the parameters an answer sends back to the app."""
    assert answer.status_code == 303, answer.text
    query = parse_qs(urlsplit(answer.headers["location"]).query)
    return {name: values[0] for name, values in query.items()}


def code_of(answer: httpx.Response) -> str:
    """Return the authorization code an answer carries."""
    return back(answer)["code"]
