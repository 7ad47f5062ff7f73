"""What a provider tells a client, as one flat table, without what differs in any two runs."""

import base64
import hashlib
import json
import re
import secrets
from html import unescape
from urllib.parse import parse_qs, urlsplit

import httpx

CALLBACK = "http://127.0.0.1:53117/callback"
SERVICE_SECRET = "a-service-secret-of-tests"
PASSWORD, OTHER = "StrongP@55w0rd", "Another-Passw0rd"
_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_JWT = re.compile(r"eyJ[\w-]+\.[\w-]+\.[\w-]+")
_TEXT = re.compile(r"[\w.=-]{22,}")
_OPAQUE = (".sid", ".session_state", ".jti", ".kid", "session[][].id")
"""Random names whose form means nothing to a client."""

_LONG = 200
_SINCE = 10**9
"""Numbers above are moments: seconds or milliseconds since 1970."""


def claims_of(token):
    """The header and the claims of a token, unchecked."""
    parts = token.split(".")[:2]
    read = [json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))) for part in parts]
    return {"header": read[0], **read[1]}


class Browser(httpx.Client):
    """Sends every cookie back: browsers take this machine's own address for a secure one."""

    def send(self, request, **options):
        """Send one request."""
        kept = "; ".join(f"{one.name}={one.value}" for one in self.cookies.jar)
        if kept:
            request.headers["cookie"] = kept
        return super().send(request, **options)


class Observer:
    """Goes through everything once at one server."""

    def __init__(self, base):
        self.base = base.rstrip("/")
        self.realm = f"{self.base}/realms/etopay"
        self.oidc = f"{self.realm}/protocol/openid-connect"
        self.admin_url = f"{self.base}/admin/realms/etopay"
        self.seen = {}

    def run(self):
        """All of it, in an order that works."""
        with httpx.Client(trust_env=False, timeout=60) as self.http:
            self.discover()
            token = self.grant(client_id="admin-cli", username="admin", password="sandbox-admin").json()
            self.auth = {"authorization": f"Bearer {token['access_token']}"}
            self.users()
            self.tokens()
            self.browse()
            self.sessions()
            self.settings()
            self.errors()
            self.guesses()
            self.http.delete(self.user, headers=self.auth)
            self.tell("error.user gone", self.http.get(self.user, headers=self.auth))
        return self.seen

    def see(self, place, value):
        """Write a value down, each member in its own place."""
        if isinstance(value, dict):
            for name, item in value.items():
                self.see(f"{place}.{self.plain(name)}", item)
            if not value:
                self.seen[place] = {}
        elif isinstance(value, list) and value and isinstance(value[0], dict):
            self.see(f"{place}[]", value[0])
        elif isinstance(value, list):
            self.seen[place] = sorted(str(self.plain(item)) for item in value)
        elif place.endswith(_OPAQUE) and isinstance(value, str):
            self.seen[place] = "<opaque>"
        elif place.endswith(".scope"):
            self.seen[place] = sorted(value.split())
        else:
            self.seen[place] = self.plain(value)

    def plain(self, value):
        """A value without what is random, a moment, or the server's own address."""
        if isinstance(value, int) and not isinstance(value, bool) and value > _SINCE:
            return "<moment>"
        if not isinstance(value, str):
            return value
        for pattern, name in ((_JWT, "<token>"), (_ID, "<id>")):
            value = pattern.sub(name, value)
        value = value.replace(self.base, "<base>")
        if len(value) > _LONG:
            return "<long>"
        return "<random>" if _TEXT.fullmatch(value) and not value.islower() else value

    def tell(self, place, answer):
        """Write down status and body of an answer."""
        self.see(f"{place}.status", answer.status_code)
        if answer.content:
            self.see(place, answer.json())

    def grant(self, **form):
        """Ask for tokens by a password."""
        full = {"grant_type": "password", "client_id": "etopay-test", "scope": "openid profile email", **form}
        return self.http.post(f"{self.oidc}/token", data={k: v for k, v in full.items() if v is not None})

    def mine(self, **form):
        return self.grant(username="satoshi", password=PASSWORD, **form)

    def discover(self):
        told = self.http.get(f"{self.realm}/.well-known/openid-configuration").json()
        self.see("discovery", told)
        self.see("realm page", self.http.get(self.realm).json())
        key = next(one for one in self.http.get(told["jwks_uri"]).json()["keys"] if one["use"] == "sig")
        self.see("jwks[]", {name: value for name, value in key.items() if name not in {"n", "kid"}})

    def users(self):
        new = {
            "username": "Satoshi",
            "enabled": True,
            "emailVerified": True,
            "firstName": "Anna Maria",
            "lastName": "Person",
            "email": "satoshi@example.org",
            "credentials": [{"temporary": False, "value": PASSWORD, "type": "password"}],
        }
        url = f"{self.admin_url}/users"
        made = self.http.post(url, json=new, headers=self.auth)
        self.see("user made", {"status": made.status_code, "location": made.headers["location"]})
        self.user = made.headers["location"]
        self.tell("user", self.http.get(self.user, headers=self.auth))
        self.tell("user list[]", self.http.get(f"{url}?username=satoshi", headers=self.auth))
        self.tell(
            "error.name taken", self.http.post(url, json={**new, "email": "x@e.org"}, headers=self.auth)
        )
        again = {**new, "username": "other"}
        self.tell("error.address taken", self.http.post(url, json=again, headers=self.auth))
        self.tell("error.no user", self.http.get(f"{url}/none", headers=self.auth))
        self.tell("error.no body", self.http.post(url, content=b"{", headers=self.json))
        changed = self.http.put(self.user, json={"email": "no mail"}, headers=self.auth)
        self.tell("error.bad address", changed)
        for place in ("credentials", "groups", "role-mappings/realm", "consents"):
            self.tell(place, self.http.get(f"{self.user}/{place}", headers=self.auth))
        self.tell("user count", self.http.get(f"{url}/count?search=satoshi", headers=self.auth))

    @property
    def json(self):
        return {**self.auth, "content-type": "application/json"}

    def tokens(self):
        answer = self.mine()
        self.tell("token", answer)
        told = answer.json()
        self.see("access token", claims_of(told["access_token"]))
        self.see("id token", claims_of(told["id_token"]))
        bearer = {"authorization": f"Bearer {told['access_token']}"}
        self.tell("userinfo", self.http.get(f"{self.oidc}/userinfo", headers=bearer))
        service = {"client_id": "etopay-service", "client_secret": SERVICE_SECRET}
        for name in ("access_token", "refresh_token"):
            form = {**service, "token": told[name]}
            found = self.http.post(f"{self.oidc}/token/introspect", data=form)
            self.tell(f"introspected {name}", found)
        again = {"grant_type": "refresh_token", "client_id": "etopay-test"}
        fresh = self.http.post(f"{self.oidc}/token", data={**again, "refresh_token": told["refresh_token"]})
        self.tell("refreshed", fresh)
        used = self.http.post(f"{self.oidc}/token", data={**again, "refresh_token": told["refresh_token"]})
        self.tell("error.used refresh token", used)
        offline = self.mine(scope="openid offline_access")
        self.tell("offline token", offline)
        form = {**service, "token": offline.json()["refresh_token"]}
        self.tell("introspected offline", self.http.post(f"{self.oidc}/token/introspect", data=form))

    def browse(self):
        """Sign in through the pages; Keycloak's cookies are marked as secure even here."""
        verifier = secrets.token_urlsafe(48)
        digest = hashlib.sha256(verifier.encode()).digest()
        asked = {
            "client_id": "etopay-app",
            "response_type": "code",
            "redirect_uri": CALLBACK,
            "scope": "openid profile email",
            "state": "s",
            "nonce": "n",
            "code_challenge": base64.urlsafe_b64encode(digest).rstrip(b"=").decode(),
            "code_challenge_method": "S256",
        }
        with Browser(trust_env=False, timeout=60) as browser:
            page = browser.get(f"{self.oidc}/auth", params=asked)
            form = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page.text))
            login = "login" if 'id="login"' in page.text else "username"
            action = unescape(re.search(r'action="([^"]+)"', page.text)[1])
            target = action if action.startswith("http") else self.base + action
            fields = {name: unescape(value) for name, value in form.items()}
            answer = browser.post(target, data={**fields, login: "satoshi", "password": PASSWORD})
            query = {
                name: values[0]
                for name, values in parse_qs(urlsplit(answer.headers["location"]).query).items()
            }
            self.see("sent back", {**query, "code": "<random>"})
            more = {"grant_type": "authorization_code", "client_id": "etopay-app", "redirect_uri": CALLBACK}
            form = {**more, "code": query["code"], "code_verifier": verifier}
            told = self.http.post(f"{self.oidc}/token", data=form)
            self.tell("token by code", told)
            self.see("access token by code", claims_of(told.json()["access_token"]))
            self.see("id token by code", claims_of(told.json()["id_token"]))
            silent = browser.get(f"{self.oidc}/auth", params={**asked, "prompt": "none"})
            self.see("asked silently", sorted(parse_qs(urlsplit(silent.headers["location"]).query)))
            self.refused_pages(browser, asked)
        self.tell("error.used code", self.http.post(f"{self.oidc}/token", data=form))
        out = {"client_id": "etopay-app", "refresh_token": told.json()["refresh_token"]}
        self.see("signed out.status", self.http.post(f"{self.oidc}/logout", data=out).status_code)

    def refused_pages(self, browser, asked):
        """Requests that are refused on the provider's own page, or told to the app."""
        for place, changes in (
            ("unknown client", {"client_id": "nobody"}),
            ("bad redirect", {"redirect_uri": "http://evil.example"}),
        ):
            answer = browser.get(f"{self.oidc}/auth", params={**asked, **changes})
            self.see(f"error page.{place}.status", answer.status_code)
        for place, changes in (
            ("no pkce", {"code_challenge": "", "code_challenge_method": ""}),
            ("plain pkce", {"code_challenge_method": "plain"}),
            ("implicit", {"response_type": "token"}),
            ("odd prompt", {"prompt": "none login"}),
        ):
            params = {name: value for name, value in {**asked, **changes}.items() if value}
            answer = browser.get(f"{self.oidc}/auth", params=params)
            where = urlsplit(answer.headers.get("location", ""))
            told = parse_qs(where.query) or parse_qs(where.fragment)
            self.see(f"error to the app.{place}", {"error": told.get("error", ["none"])[0]})

    def sessions(self):
        self.mine()
        self.tell("session[]", self.http.get(f"{self.user}/sessions", headers=self.auth))
        self.see(
            "signed out by admin.status", self.http.post(f"{self.user}/logout", headers=self.auth).status_code
        )
        self.tell("no sessions", self.http.get(f"{self.user}/sessions", headers=self.auth))

    def settings(self):
        realm = self.http.get(self.admin_url, headers=self.auth).json()
        self.see("realm", {name: realm[name] for name in _REALM if name in realm})
        client = self.http.get(f"{self.admin_url}/clients?clientId=etopay-app", headers=self.auth).json()[0]
        self.see("client", {name: client[name] for name in _CLIENT if name in client})
        url = f"{self.admin_url}/authentication/required-actions"
        listed = {one["alias"]: one for one in self.http.get(url, headers=self.auth).json()}
        for name in (
            "TERMS_AND_CONDITIONS",
            "UPDATE_PASSWORD",
            "UPDATE_PROFILE",
            "VERIFY_EMAIL",
            "CONFIGURE_TOTP",
        ):
            self.see(f"required action.{name}", listed[name])
        temporary = {"type": "password", "value": OTHER, "temporary": True}
        put = self.http.put(f"{self.user}/reset-password", json=temporary, headers=self.auth)
        self.see("password set.status", put.status_code)
        told = self.http.get(self.user, headers=self.auth).json()
        self.see("user with a temporary password.requiredActions", told["requiredActions"])
        self.tell("error.temporary password", self.grant(username="satoshi", password=OTHER))
        back = {"type": "password", "value": PASSWORD, "temporary": False}
        self.http.put(f"{self.user}/reset-password", json=back, headers=self.auth)

    def errors(self):
        tell, user = self.tell, self.user
        tell("error.wrong password", self.grant(username="satoshi", password="wrong"))
        tell("error.no such name", self.grant(username="nobody", password="wrong"))
        tell("error.unknown client", self.mine(client_id="stranger"))
        tell("error.no password grant", self.mine(client_id="etopay-app"))
        tell("error.unknown grant", self.mine(grant_type="dance"))
        tell("error.no grant", self.mine(grant_type=None))
        tell("error.no name", self.grant(password="x"))
        tell("error.bad refresh token", self.mine(grant_type="refresh_token", refresh_token="x"))
        tell("error.bad code", self.mine(grant_type="authorization_code", code="x", client_id="etopay-app"))
        tell("error.wrong secret", self.mine(client_id="etopay-service", client_secret="x"))
        form = {"client_id": "etopay-test", "token": "x"}
        tell(
            "error.introspected by a public client",
            self.http.post(f"{self.oidc}/token/introspect", data=form),
        )
        form = {"client_id": "etopay-service", "client_secret": SERVICE_SECRET, "token": "x"}
        tell("introspected nonsense", self.http.post(f"{self.oidc}/token/introspect", data=form))
        self.see("revoked nonsense.status", self.http.post(f"{self.oidc}/revoke", data=form).status_code)
        tell("error.userinfo without a token", self.http.get(f"{self.oidc}/userinfo"))
        nonsense = {"authorization": "Bearer x"}
        tell("error.userinfo with nonsense", self.http.get(f"{self.oidc}/userinfo", headers=nonsense))
        narrow = self.mine(scope="profile").json()["access_token"]
        bearer = {"authorization": f"Bearer {narrow}"}
        tell("error.userinfo without openid", self.http.get(f"{self.oidc}/userinfo", headers=bearer))
        tell("error.admin without a token", self.http.get(user))
        tell("error.admin as a user", self.http.get(user, headers=bearer))
        write = f"{user}/execute-actions-email"
        tell("error.odd action", self.http.put(write, json=["DANCE"], headers=self.auth))
        mail = f"{user}/send-verify-email"
        tell("error.mail without client", self.http.put(f"{mail}?redirect_uri=x", headers=self.auth))
        tell("error.mail of unknown client", self.http.put(f"{mail}?client_id=x", headers=self.auth))
        odd = f"{mail}?client_id=etopay-app&redirect_uri=http://evil.example"
        tell("error.mail to a strange place", self.http.put(odd, headers=self.auth))
        tell("error.no consent", self.http.delete(f"{user}/consents/etopay-app", headers=self.auth))
        tell("error.consent of unknown client", self.http.delete(f"{user}/consents/x", headers=self.auth))
        tell("error.no session", self.http.delete(f"{self.admin_url}/sessions/x", headers=self.auth))
        tell("error.no role", self.http.get(f"{self.admin_url}/roles/none", headers=self.auth))
        tell("error.no group", self.http.get(f"{self.admin_url}/groups/none/members", headers=self.auth))
        self.http.put(user, json={"enabled": False}, headers=self.auth)
        tell("error.disabled", self.mine())
        tell("error.mail to a disabled user", self.http.put(mail, headers=self.auth))
        self.http.put(user, json={"enabled": True}, headers=self.auth)

    def guesses(self):
        url = f"{self.admin_url}/attack-detection/brute-force/users/{self.user.rpartition('/')[2]}"
        self.http.delete(url, headers=self.auth)
        self.tell("not guessed", self.http.get(url, headers=self.auth))
        for _ in range(10):
            self.grant(username="satoshi", password="wrong")
        self.tell("guessed", self.http.get(url, headers=self.auth))
        self.tell("error.locked", self.mine())
        self.see("unlocked.status", self.http.delete(url, headers=self.auth).status_code)
        self.see("after unlocking.status", self.mine().status_code)


_REALM = (
    "realm",
    "enabled",
    "verifyEmail",
    "resetPasswordAllowed",
    "registrationAllowed",
    "ssoSessionIdleTimeout",
    "ssoSessionMaxLifespan",
    "accessTokenLifespan",
    "offlineSessionIdleTimeout",
    "offlineSessionMaxLifespan",
    "bruteForceProtected",
    "permanentLockout",
    "maxTemporaryLockouts",
    "failureFactor",
    "waitIncrementSeconds",
    "maxFailureWaitSeconds",
    "actionTokenGeneratedByUserLifespan",
    "actionTokenGeneratedByAdminLifespan",
    "revokeRefreshToken",
)
_CLIENT = (
    "id",
    "clientId",
    "name",
    "enabled",
    "protocol",
    "publicClient",
    "bearerOnly",
    "consentRequired",
    "standardFlowEnabled",
    "implicitFlowEnabled",
    "directAccessGrantsEnabled",
    "serviceAccountsEnabled",
)
