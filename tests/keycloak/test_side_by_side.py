"""The sandbox and a real Keycloak, field by field: the same but for what is listed here with its reason."""

import fnmatch
import socket
import threading
import time

import pytest
import uvicorn

from sandbox.core.ids import fingerprint
from sandbox.services.identity.clients import Client
from tests.keycloak.observing import CALLBACK, SERVICE_SECRET, Observer

_NOT_OFFERED = "only what is built is announced: code with PKCE, password, refresh, RS256 or ES256"
_ROLES = "roles mean nothing to the sandbox's services, so tokens carry none and have one audience"
_CONFIGURED = "each server as it is configured by default"

ACCEPTED = {
    "discovery.*alg_values_supported": _NOT_OFFERED,
    "discovery.*enc_values_supported": _NOT_OFFERED,
    "discovery.*auth_methods_supported": "public clients are announced (none), keys and certificates are not",
    "discovery.acr_values_supported": _NOT_OFFERED,
    "discovery.authorization_encryption*": _NOT_OFFERED,
    "discovery.backchannel_authentication*": _NOT_OFFERED,
    "discovery.backchannel_token_delivery*": _NOT_OFFERED,
    "discovery.check_session_iframe": _NOT_OFFERED,
    "discovery.claim_types_supported": "the default of the standard",
    "discovery.claims_parameter_supported": _NOT_OFFERED,
    "discovery.claims_supported": "the sandbox announces email_verified and sid too",
    "discovery.code_challenge_methods_supported": "plain protects nobody",
    "discovery.device_authorization_endpoint": _NOT_OFFERED,
    "discovery.frontchannel*": _NOT_OFFERED,
    "discovery.grant_types_supported": _NOT_OFFERED,
    "discovery.mtls_endpoint_aliases.*": _NOT_OFFERED,
    "discovery.prompt_values_supported": "select_account shows the sign-in page",
    "discovery.pushed_authorization*": _NOT_OFFERED,
    "discovery.registration_endpoint": _NOT_OFFERED,
    "discovery.request*": _NOT_OFFERED,
    "discovery.require_*": _NOT_OFFERED,
    "discovery.response_*": _NOT_OFFERED,
    "discovery.scopes_supported": _NOT_OFFERED,
    "discovery.subject_types_supported": _NOT_OFFERED,
    "discovery.tls_client*": _NOT_OFFERED,
    "discovery.ui_locales_supported": "the sandbox's pages are in two languages",
    "jwks[[][]].x5*": "the sandbox's keys have no certificates",
    "*.aud": _ROLES,
    "*.realm_access.roles": _ROLES,
    "*.resource_access.account.roles": _ROLES,
    "*.gid": "names the grant, so that its end is seen at once",
    "access token*.header.typ": "RFC 9068; Keycloak has it as a setting",
    "access token by code.allowed-origins": "the sandbox's calls are not made by pages of others",
    "*.auth_time": "in the id token of every grant, and in no access token",
    "*.refresh_token": "random text, of which only a fingerprint is kept",
    "*.refresh_expires_in": _CONFIGURED,
    "realm.*": _CONFIGURED,
    "introspected *.scope": "Keycloak shows the scopes that no client asks for",
    "introspected offline.*": "as asked: Keycloak adds profile and email by itself",
    "offline token.scope": "as asked: Keycloak adds profile and email by itself",
    "credentials[[][]].credentialData": "each its own parameters of Argon2",
    "error to the app.implicit.error": "RFC 6749 has this word for a kind that nobody may use",
    "error to the app.odd prompt.error": "none beside another prompt is refused, as OpenID Connect has it",
    "error.userinfo *": "the sandbox says why; Keycloak's answer has the status alone",
    "required action.CONFIGURE_TOTP.enabled": "one-time codes are not offered",
    "required action.TERMS_AND_CONDITIONS.enabled": "there are terms from the start",
    "user list[[][]][[][]].userProfileMetadata.*": "profiles have one form, and no description",
    "user.access.impersonate": "nobody signs in as another",
}
"""Places that may differ, as patterns, and why. One that matches no difference is a mistake too."""


@pytest.fixture
def here(make_sandbox, tmp_path):
    """A sandbox at a real address, with the clients of the real realm."""
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    url = f"http://127.0.0.1:{listener.getsockname()[1]}"
    sandbox = make_sandbox(folder=tmp_path, public_url=url, token_algorithm="RS256")
    service = Client("etopay-service", "Service", (CALLBACK,), secret_hash=fingerprint(SERVICE_SECRET))
    sandbox.app.state.identity.clients.add(service)
    server = uvicorn.Server(uvicorn.Config(sandbox.app, log_config=None, lifespan="off", ws="none"))
    thread = threading.Thread(target=server.run, args=([listener],))
    thread.start()
    while not server.started:
        time.sleep(0.01)
    yield url
    server.should_exit = True
    thread.join()


@pytest.mark.campaign("keycloak")
def test_both_tell_a_client_the_same(campaign, keycloak, here):
    theirs, ours = Observer(keycloak.url).run(), Observer(here).run()
    nothing = object()
    places = sorted({*theirs, *ours})
    different = [one for one in places if theirs.get(one, nothing) != ours.get(one, nothing)]
    campaign.figures.update({"fields compared": len(places), "fields that differ": len(different)})

    def told(place):
        return f"{place}: {ours.get(place, 'absent')!r} here, {theirs.get(place, 'absent')!r} there"

    unknown = [
        told(place)
        for place in different
        if not any(fnmatch.fnmatchcase(place, pattern) for pattern in ACCEPTED)
    ]
    assert unknown == []
    stale = [
        pattern for pattern in ACCEPTED if not any(fnmatch.fnmatchcase(place, pattern) for place in different)
    ]
    assert stale == []
    campaign.count()
