"""The OIDC client against a provider that is played by a transport."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, parse_qsl, urlsplit

import httpx
import pytest

from app.core.errors import AppError, ErrorCode
from app.core.model import SignInRequest, Tokens
from app.core.secret import Secret
from app.gateway.etopay.identity import OidcIdentity

ISSUER = "https://id.example.org/realms/demo"
NOW = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)
REDIRECT = "http://127.0.0.1:4321/callback"


def jwt(**claims: object) -> str:
    def part(value: object) -> str:
        return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()

    return f"{part({'alg': 'RS256'})}.{part(claims)}.c2ln"


class Provider:
    """A small provider; tests bend ``claims``, ``status`` and ``document``."""

    def __init__(self) -> None:
        self.document: dict[str, object] = {
            "issuer": ISSUER,
            "authorization_endpoint": f"{ISSUER}/auth",
            "token_endpoint": f"{ISSUER}/token",
            "end_session_endpoint": f"{ISSUER}/logout",
            "revocation_endpoint": f"{ISSUER}/revoke",
        }
        self.claims: dict[str, object] = {
            "iss": ISSUER,
            "aud": "etopay-app",
            "sub": "u-1",
            "iat": NOW.timestamp(),
            "exp": NOW.timestamp() + 300,
            "preferred_username": "lena",
            "name": "Lena Maurer",
            "email": "lena@example.org",
        }
        self.nonce: str | None = None
        self.status: dict[str, int] = {}
        self.failure: Callable[[httpx.Request], Exception] | None = None
        self.calls: list[tuple[str, dict[str, str]]] = []
        self.refresh_token: str | None = "r-2"

    def __call__(self, request: httpx.Request) -> httpx.Response:
        name = request.url.path.rsplit("/", 1)[-1]
        self.calls.append((name, dict(parse_qsl(request.content.decode()))))
        if self.failure is not None:
            raise self.failure(request)
        if (status := self.status.get(name, 200)) != 200:
            return httpx.Response(status, json={"error": "invalid_grant"})
        if name == "openid-configuration":
            return httpx.Response(200, json=self.document)
        if name == "token":
            claims = self.claims | ({"nonce": self.nonce} if self.nonce else {})
            body = {"access_token": "a-1", "expires_in": 600, "id_token": jwt(**claims)}
            return httpx.Response(
                200, json=body | ({"refresh_token": self.refresh_token} if self.refresh_token else {})
            )
        return httpx.Response(204)

    def count(self, name: str) -> int:
        return sum(1 for called, _ in self.calls if called == name)


@pytest.fixture
def provider() -> Provider:
    return Provider()


def client(provider: Provider, issuer: str = ISSUER) -> OidcIdentity:
    return OidcIdentity(issuer, "etopay-app", transport=httpx.MockTransport(provider), clock=lambda: NOW)


async def begin(provider: Provider, identity: OidcIdentity, **options: object) -> SignInRequest:
    request = await identity.start_sign_in(REDIRECT, **options)  # type: ignore[arg-type]
    provider.nonce = request.nonce
    return request


def tokens(refresh: str | None = "r-1", **claims: object) -> Tokens:
    old = jwt(sub="u-1", preferred_username="lena", **claims)
    return Tokens(Secret("a-0"), Secret(refresh) if refresh else None, Secret(old), NOW)


async def code_of(call: object) -> ErrorCode:
    with pytest.raises(AppError) as caught:
        await call  # type: ignore[misc]
    return caught.value.code


class TestStart:
    async def test_url_carries_pkce_state_and_nonce(self, provider: Provider) -> None:
        request = await begin(provider, client(provider), login_hint="lena", language="de")
        query = {k: v[0] for k, v in parse_qs(urlsplit(request.url).query).items()}
        digest = hashlib.sha256(request.verifier.reveal().encode()).digest()
        assert query["code_challenge"] == base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
        assert query["code_challenge_method"] == "S256"
        assert (query["state"], query["nonce"]) == (request.state, request.nonce)
        assert (query["redirect_uri"], query["client_id"]) == (REDIRECT, "etopay-app")
        assert (query["login_hint"], query["ui_locales"]) == ("lena", "de")
        assert query["prompt"] == "login"

    async def test_registration_asks_for_an_account(self, provider: Provider) -> None:
        request = await begin(provider, client(provider), register=True)
        assert "prompt=create" in request.url

    async def test_nothing_repeats_and_discovery_is_cached(self, provider: Provider) -> None:
        identity = client(provider)
        first, second = await begin(provider, identity), await begin(provider, identity)
        assert first.state != second.state
        assert first.nonce != second.nonce
        assert first.verifier != second.verifier
        assert provider.count("openid-configuration") == 1

    async def test_foreign_issuer_is_refused(self, provider: Provider) -> None:
        provider.document["issuer"] = "https://other.example.org"
        assert await code_of(client(provider).start_sign_in(REDIRECT)) is ErrorCode.SIGN_IN_FAILED

    async def test_plain_http_off_loopback_is_refused(self, provider: Provider) -> None:
        identity = client(provider, "http://id.example.org/realms/demo")
        assert await code_of(identity.start_sign_in(REDIRECT)) is ErrorCode.SIGN_IN_FAILED
        assert provider.calls == []

    async def test_plain_http_endpoint_of_a_good_issuer_is_refused(self, provider: Provider) -> None:
        provider.document["token_endpoint"] = "http://id.example.org/token"
        assert await code_of(client(provider).start_sign_in(REDIRECT)) is ErrorCode.SIGN_IN_FAILED

    @pytest.mark.parametrize("host", ["127.0.0.1:8080", "localhost:8080", "[::1]:8080"])
    async def test_plain_http_on_loopback_is_fine(self, provider: Provider, host: str) -> None:
        issuer = f"http://{host}/realms/demo"
        provider.document |= {
            "issuer": issuer,
            "authorization_endpoint": f"{issuer}/auth",
            "token_endpoint": f"{issuer}/token",
        }
        assert (await client(provider, issuer).start_sign_in(REDIRECT)).url.startswith(f"{issuer}/auth?")

    @pytest.mark.parametrize(
        ("failure", "code"),
        [
            (lambda r: httpx.ConnectError("no", request=r), ErrorCode.OFFLINE),
            (lambda r: httpx.ReadTimeout("slow", request=r), ErrorCode.TIMEOUT),
        ],
    )
    async def test_network_failures(
        self, provider: Provider, failure: Callable[[httpx.Request], Exception], code: ErrorCode
    ) -> None:
        provider.failure = failure
        assert await code_of(client(provider).start_sign_in(REDIRECT)) is code

    async def test_failing_provider(self, provider: Provider) -> None:
        provider.status["openid-configuration"] = 503
        assert await code_of(client(provider).start_sign_in(REDIRECT)) is ErrorCode.SERVICE


class TestFinish:
    async def test_code_becomes_tokens(self, provider: Provider) -> None:
        identity = client(provider)
        request = await begin(provider, identity)
        done = await identity.finish_sign_in(request, {"code": "c-1", "state": request.state, "iss": ISSUER})
        form = provider.calls[-1][1]
        assert form["code_verifier"] == request.verifier.reveal()
        assert (form["code"], form["redirect_uri"], form["client_id"]) == ("c-1", REDIRECT, "etopay-app")
        assert (done.identity.username, done.identity.email) == ("lena", "lena@example.org")
        assert done.tokens.expires_at == NOW + timedelta(seconds=600)
        assert "a-1" not in repr(done)
        assert "r-2" not in repr(done)

    @pytest.mark.parametrize(
        ("answer", "code"),
        [
            ({"code": "c-1", "state": "other"}, ErrorCode.SIGN_IN_FAILED),
            ({"code": "c-1"}, ErrorCode.SIGN_IN_FAILED),
            ({"error": "access_denied", "state": "*"}, ErrorCode.SIGN_IN_CANCELLED),
            ({"error": "server_error", "state": "*"}, ErrorCode.SIGN_IN_FAILED),
            ({"state": "*"}, ErrorCode.SIGN_IN_FAILED),
            ({"code": "c-1", "state": "*", "iss": "https://evil.example"}, ErrorCode.SIGN_IN_FAILED),
        ],
    )
    async def test_answers_that_are_not_a_code(
        self, provider: Provider, answer: dict[str, str], code: ErrorCode
    ) -> None:
        identity = client(provider)
        request = await begin(provider, identity)
        answer = {k: request.state if v == "*" else v for k, v in answer.items()}
        assert await code_of(identity.finish_sign_in(request, answer)) is code
        assert provider.count("token") == 0

    @pytest.mark.parametrize(
        "change",
        [
            {"iss": "https://other.example.org"},
            {"aud": "other-app"},
            {"azp": "other-app"},
            {"nonce": "replayed"},
            {"exp": NOW.timestamp() - 601},
            {"iat": NOW.timestamp() + 601},
            {"sub": ""},
            {"preferred_username": None},
            {"exp": "soon"},
        ],
    )
    async def test_wrong_claims_are_refused(self, provider: Provider, change: dict[str, object]) -> None:
        identity = client(provider)
        request = await begin(provider, identity)
        if "nonce" in change:
            provider.nonce = None
        provider.claims |= change
        assert (
            await code_of(identity.finish_sign_in(request, {"code": "c", "state": request.state}))
            is ErrorCode.SIGN_IN_FAILED
        )

    @pytest.mark.parametrize("minutes", [-9, 9])
    async def test_a_clock_that_is_nine_minutes_wrong_is_fine(self, provider: Provider, minutes: int) -> None:
        identity = client(provider)
        request = await begin(provider, identity)
        shifted = NOW.timestamp() + minutes * 60
        provider.claims |= {"iat": shifted, "exp": shifted + 300}
        done = await identity.finish_sign_in(request, {"code": "c", "state": request.state})
        assert done.identity.username == "lena"

    @pytest.mark.parametrize(("status", "code"), [(400, ErrorCode.SIGN_IN_FAILED), (500, ErrorCode.SERVICE)])
    async def test_refused_code(self, provider: Provider, status: int, code: ErrorCode) -> None:
        identity = client(provider)
        request = await begin(provider, identity)
        provider.status["token"] = status
        assert await code_of(identity.finish_sign_in(request, {"code": "c", "state": request.state})) is code


class TestRefresh:
    async def test_new_tokens(self, provider: Provider) -> None:
        done = await client(provider).refresh(tokens())
        assert done.tokens.refresh_token == Secret("r-2")
        assert provider.calls[-1][1]["refresh_token"] == "r-1"

    async def test_provider_that_does_not_rotate(self, provider: Provider) -> None:
        provider.refresh_token = None
        assert (await client(provider).refresh(tokens())).tokens.refresh_token == Secret("r-1")

    async def test_twenty_at_once_are_one_request(self, provider: Provider) -> None:
        identity, old = client(provider), tokens()
        done = await asyncio.gather(*(identity.refresh(old) for _ in range(20)))
        assert provider.count("token") == 1
        assert len({d.tokens.access_token for d in done}) == 1

    async def test_a_cancelled_caller_does_not_take_the_others_along(self, provider: Provider) -> None:
        identity, old = client(provider), tokens()
        first = asyncio.create_task(identity.refresh(old))
        second = asyncio.create_task(identity.refresh(old))
        await asyncio.sleep(0)
        first.cancel()
        assert (await second).tokens.refresh_token == Secret("r-2")
        assert provider.count("token") == 1

    @pytest.mark.parametrize("status", [400, 401])
    async def test_revoked(self, provider: Provider, status: int) -> None:
        provider.status["token"] = status
        assert await code_of(client(provider).refresh(tokens())) is ErrorCode.SESSION_EXPIRED

    async def test_without_a_refresh_token(self, provider: Provider) -> None:
        assert await code_of(client(provider).refresh(tokens(None))) is ErrorCode.SESSION_EXPIRED

    async def test_failing_provider_is_not_an_ended_session(self, provider: Provider) -> None:
        provider.status["token"] = 503
        assert await code_of(client(provider).refresh(tokens())) is ErrorCode.SERVICE

    async def test_tokens_of_somebody_else_are_refused(self, provider: Provider) -> None:
        provider.claims["sub"] = "u-2"
        assert await code_of(client(provider).refresh(tokens())) is ErrorCode.SIGN_IN_FAILED


class TestSignOut:
    async def test_revokes_and_ends_the_session(self, provider: Provider) -> None:
        old = tokens()
        await client(provider).sign_out(old)
        assert provider.calls[1][0] == "revoke"
        assert provider.calls[1][1]["token"] == "r-1"
        assert provider.calls[2][0] == "logout"
        assert provider.calls[2][1]["id_token_hint"] == (old.id_token or Secret("")).reveal()

    async def test_unreachable_provider_is_no_error(
        self, provider: Provider, caplog: pytest.LogCaptureFixture
    ) -> None:
        provider.failure = lambda r: httpx.ConnectError("no", request=r)
        await client(provider).sign_out(tokens())
        assert "offline" in caplog.text
        assert "r-1" not in caplog.text
