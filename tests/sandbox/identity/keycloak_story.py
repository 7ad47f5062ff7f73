"""What a client does that only knows Keycloak's paths, through the package python-keycloak."""

import base64
import hashlib
import json
import re
import secrets
from html import unescape
from urllib.parse import parse_qs, urlsplit

import httpx
from keycloak import KeycloakAdmin, KeycloakOpenID
from keycloak.exceptions import KeycloakError

CALLBACK = "http://127.0.0.1:53117/callback"
PASSWORD = "StrongP@55w0rd"
SERVICE_SECRET = "a-service-secret-of-tests"


def claims_of(token):
    """The claims of a token, unchecked."""
    part = token.split(".")[1]
    return json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))


def refusal(call):
    """Status and error code of a call that is refused."""
    try:
        call()
    except KeycloakError as error:
        body = json.loads(error.response_body)
        return error.response_code, body.get("error", body.get("errorMessage"))
    raise AssertionError("it was not refused")


class Story:
    """One run against one server; what it saw is in `seen`, without what differs in any two runs."""

    def __init__(self, base):
        self.base = base
        self.seen = {}
        self.openid = KeycloakOpenID(base, "etopay", "etopay-test")
        self.service = KeycloakOpenID(base, "etopay", "etopay-service", client_secret_key=SERVICE_SECRET)
        self.admin = KeycloakAdmin(
            server_url=base,
            realm_name="etopay",
            client_id="admin-cli",
            username="admin",
            password="sandbox-admin",
        )

    def run(self):
        """All of it, in an order that works."""
        self.administer()
        self.sign_in()
        self.browse()
        self.refuse()
        self.guess()
        self.admin.delete_user(self.user)
        self.seen["gone"] = refusal(lambda: self.admin.get_user(self.user))
        return self.seen

    def administer(self):
        see, admin = self.seen, self.admin
        new = {
            "username": "Satoshi",
            "enabled": True,
            "emailVerified": True,
            "firstName": "Anna Maria",
            "lastName": "Person",
            "email": "satoshi@example.org",
            "credentials": [{"temporary": False, "value": PASSWORD, "type": "password"}],
        }
        self.user = admin.create_user(new, exist_ok=False)
        see["taken"] = refusal(lambda: admin.create_user(new, exist_ok=False))
        see["id by name"] = admin.get_user_id("satoshi") == self.user
        told = admin.get_user(self.user)
        see["user"] = {k: v for k, v in told.items() if k not in {"id", "createdTimestamp", "access"}}
        see["search"] = [one["username"] for one in admin.get_users({"search": "satos"})]
        see["by mail"] = [one["username"] for one in admin.get_users({"email": "satoshi@example.org"})]
        see["count"] = admin.users_count({"search": "satoshi"})
        admin.update_user(self.user, {"firstName": "New", "email": "new@example.org"})
        told = admin.get_user(self.user)
        see["updated"] = [told[name] for name in ("firstName", "lastName", "email", "emailVerified")]
        see["rename"] = refusal(lambda: admin.update_user(self.user, {"username": "other"}))[0]
        see["bad mail"] = refusal(lambda: admin.update_user(self.user, {"email": "no mail"}))
        see["credentials"] = [one["type"] for one in admin.get_credentials(self.user)]
        see["groups"] = admin.get_user_groups(self.user)
        see["clients"] = {"etopay-test", "admin-cli"} <= {one["clientId"] for one in admin.get_clients()}
        see["unknown user"] = refusal(lambda: admin.get_user("none"))
        see["unknown role"] = refusal(lambda: admin.get_realm_role("none"))

    def sign_in(self):
        see, openid = self.seen, self.openid
        tokens = openid.token("satoshi", PASSWORD, scope="openid profile email")
        see["answer"] = sorted(tokens)
        see["access claims"] = sorted(claims_of(tokens["access_token"]))
        see["id claims"] = sorted(claims_of(tokens["id_token"]))
        see["user info"] = {k: v for k, v in openid.userinfo(tokens["access_token"]).items() if k != "sub"}
        told = self.service.introspect(tokens["access_token"])
        see["introspected"] = [told["active"], told["username"], told["client_id"], told["token_type"]]
        see["introspected nonsense"] = self.service.introspect("nonsense")
        see["introspected by a public client"] = refusal(lambda: openid.introspect(tokens["access_token"]))
        see["sessions"] = [list(one["clients"].values()) for one in self.admin.get_sessions(self.user)]
        second = openid.refresh_token(tokens["refresh_token"])
        see["refreshed"] = claims_of(second["access_token"])["sub"] == self.user
        see["used again"] = refusal(lambda: openid.refresh_token(tokens["refresh_token"]))
        see["after that"] = refusal(lambda: openid.refresh_token(second["refresh_token"]))
        third = openid.token("satoshi", PASSWORD)
        openid.logout(third["refresh_token"])
        see["signed out"] = refusal(lambda: openid.refresh_token(third["refresh_token"]))
        see["nobody signed in"] = self.admin.get_sessions(self.user)
        fourth = openid.token("satoshi", PASSWORD)
        self.admin.user_logout(self.user)
        see["signed out by admin"] = refusal(lambda: openid.refresh_token(fourth["refresh_token"]))
        self.admin.set_user_password(self.user, "Other-Pass-1", temporary=True)
        see["temporary"] = self.admin.get_user(self.user)["requiredActions"]
        see["temporary sign-in"] = refusal(lambda: openid.token("satoshi", "Other-Pass-1"))
        self.admin.set_user_password(self.user, PASSWORD, temporary=False)
        self.admin.update_user(self.user, {"requiredActions": []})
        self.admin.disable_user(self.user)
        see["disabled"] = refusal(lambda: openid.token("satoshi", PASSWORD))
        self.admin.enable_user(self.user)
        see["public key"] = openid.public_key().startswith("MI") or openid.public_key().startswith("MF")

    def browse(self):
        verifier = secrets.token_urlsafe(48)
        digest = hashlib.sha256(verifier.encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
        app = KeycloakOpenID(self.base, "etopay", "etopay-app")
        url = app.auth_url(CALLBACK, scope="openid profile email", state="s", nonce="n")
        with httpx.Client(trust_env=False, follow_redirects=False) as browser:
            page = browser.get(f"{url}&code_challenge={challenge}&code_challenge_method=S256")
            form = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page.text))
            login = "login" if 'id="login"' in page.text else "username"
            action = unescape(re.search(r'action="([^"]+)"', page.text)[1])
            target = action if action.startswith("http") else self.base.rstrip("/") + action
            form = {name: unescape(value) for name, value in form.items()}
            answer = browser.post(target, data={**form, login: "satoshi", "password": PASSWORD})
            query = parse_qs(urlsplit(answer.headers["location"]).query)
        self.seen["sent back"] = sorted(query)
        code = query["code"][0]
        more = {"grant_type": "authorization_code", "code": code, "redirect_uri": CALLBACK}
        tokens = app.token(**more, code_verifier=verifier)
        self.seen["nonce"] = claims_of(tokens["id_token"])["nonce"]
        self.seen["code again"] = refusal(lambda: app.token(**more, code_verifier=verifier))

    def refuse(self):
        see, openid = self.seen, self.openid
        see["wrong password"] = refusal(lambda: openid.token("satoshi", "wrong"))
        stranger = KeycloakOpenID(self.base, "etopay", "stranger")
        see["unknown client"] = refusal(lambda: stranger.token("satoshi", PASSWORD))
        app = KeycloakOpenID(self.base, "etopay", "etopay-app")
        see["no password grant"] = refusal(lambda: app.token("satoshi", PASSWORD))
        see["unknown grant"] = refusal(lambda: openid.token("satoshi", PASSWORD, grant_type="dance"))
        with httpx.Client(trust_env=False) as http:
            users = f"{self.base.rstrip('/')}/admin/realms/etopay/users"
            see["no token"] = (http.get(users).status_code, http.get(users).json())
            token = openid.token("satoshi", PASSWORD)["access_token"]
            answer = http.get(users, headers={"authorization": f"Bearer {token}"})
            see["no admin"] = (answer.status_code, answer.json())

    def guess(self):
        for _ in range(10):
            refusal(lambda: self.openid.token("satoshi", "wrong"))
        told = self.admin.get_bruteforce_detection_status(self.user)
        self.seen["locked"] = [told["disabled"], told["lastIPFailure"]]
        self.seen["locked sign-in"] = refusal(lambda: self.openid.token("satoshi", PASSWORD))
        self.admin.clear_bruteforce_attempts_for_user(self.user)
        self.seen["unlocked"] = "access_token" in self.openid.token("satoshi", PASSWORD)
