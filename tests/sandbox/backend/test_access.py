"""Every backend call, found in the application itself, against every kind of caller."""

import json

import pytest

from tests.sandbox.browsing import AppSignIn
from tests.sandbox.kyc.conftest import ANSWERS, GENERAL, PERSONAL, RESIDENCE, document, identity

CALLS = {
    ("GET", "/api/config/networks"): ({}, None),
    ("DELETE", "/api/user"): ({}, None),
    ("PUT", "/api/user/network"): ({}, {"network_key": "ETH"}),
    ("GET", "/api/user/network"): ({}, None),
    ("PUT", "/api/user/address"): ({"network_key": "ETH"}, {"address": "0x" + "a1" * 20}),
    ("PUT", "/api/user/shares"): (
        {},
        {"backup_share": "ME-RS-AesGcm-AAAA", "recovery_share": "ME-RS-N-AAAA"},
    ),
    ("DELETE", "/api/user/shares"): ({}, None),
    ("GET", "/api/user/shares/recovery"): ({}, None),
    ("GET", "/api/user/shares/backup"): ({}, None),
    ("GET", "/api/kyc/check-status"): ({}, None),
    ("GET", "/api/postident/get-new-case-id"): ({}, None),
    ("GET", "/api/postident/get-case-details"): ({}, None),
    ("POST", "/api/postident/update-case-status"): ({}, {"case_id": "none"}),
    ("POST", "/api/viviswap/users"): ({}, {"mail": "max@example.org", "terms_accepted": True}),
    ("GET", "/api/viviswap/kyc/status"): ({}, None),
    ("POST", "/api/viviswap/kyc/general"): ({}, {"nationality": "DE", **GENERAL}),
    ("POST", "/api/viviswap/kyc/personal"): ({}, PERSONAL),
    ("POST", "/api/viviswap/kyc/residence"): ({}, RESIDENCE),
    ("POST", "/api/viviswap/kyc/identity"): ({}, identity()),
    ("GET", "/api/viviswap/kyc/questions"): ({}, None),
    ("POST", "/api/viviswap/kyc/questions"): ({}, ANSWERS[0]),
    ("GET", "/api/viviswap/kyc/documents"): ({}, None),
    ("POST", "/api/viviswap/kyc/documents"): ({}, document()),
    ("GET", "/api/viviswap/details"): ({"payment_method_key": "SEPA"}, None),
    ("POST", "/api/viviswap/details"): (
        {"payment_method_key": "SEPA"},
        {"address": "DE89370400440532013000"},
    ),
    ("DELETE", "/api/viviswap/details"): ({"payment_method_key": "SEPA", "payment_detail_id": "none"}, None),
    ("GET", "/api/viviswap/methods"): ({}, None),
    ("GET", "/api/viviswap/currencies"): ({}, None),
    ("GET", "/api/viviswap/contracts"): ({}, None),
    ("POST", "/api/viviswap/contracts"): (
        {},
        {
            "incoming_payment_method_id": "none",
            "outgoing_payment_method_id": "none",
            "outgoing_payment_detail_id": "none",
        },
    ),
    ("GET", "/api/viviswap/contracts/{contract_id}"): ({}, None),
    ("DELETE", "/api/viviswap/contracts/{contract_id}"): ({}, None),
    ("GET", "/api/viviswap/orders"): ({}, None),
    ("GET", "/api/courses"): ({"network_key": "ETH"}, None),
    ("GET", "/api/courses/history"): ({"network_key": "ETH"}, None),
    ("POST", "/api/transactions/create"): (
        {},
        {"amount": "1", "network_key": "ETH", "receiver": "nobody", "application_metadata": None},
    ),
    ("GET", "/api/transactions/details"): ({"index": "none"}, None),
    ("GET", "/api/transactions/status"): ({"index": "none"}, None),
    ("GET", "/api/user/address"): ({"network_key": "ETH"}, None),
    ("POST", "/api/transactions/commit"): ({}, {"index": "none", "transaction_id": "0x" + "a" * 64}),
    ("GET", "/api/transactions/txs-details"): ({}, None),
}


def every_call(app):
    found = set()
    for path, methods in app.openapi()["paths"].items():
        found.update((method.upper(), path) for method in methods)
    open_to_all = {"/api/health"}
    return {call for call in found if call[1].startswith("/api") and call[1] not in open_to_all}


def test_every_call_has_its_line_here(sandbox):
    assert every_call(sandbox.app) == set(CALLS)


@pytest.mark.parametrize("call", CALLS, ids=" ".join)
async def test_only_a_good_token_with_the_right_app_name_gets_in(sandbox, call):
    method, path = call
    parameters, body = CALLS[call]
    app = AppSignIn(sandbox.http)
    tokens = await app.tokens("dora")
    good = sandbox.headers(tokens["access_token"])

    async def status(headers):
        answer = await sandbox.http.request(method, path, params=parameters, json=body, headers=headers)
        return answer.status_code

    assert await status({"x-app-name": "standalone"}) == 401
    assert await status({"authorization": good["authorization"]}) == 401
    assert await status({**good, "x-app-name": "another"}) == 401
    assert await status({**good, "authorization": "Basic ZG9yYTp4"}) == 401
    assert await status({**good, "authorization": "Bearer "}) == 401
    assert await status({**good, "authorization": f"Bearer {tokens['id_token']}"}) == 401
    assert await status(good) in {200, 201, 202, 404, 422}
    sandbox.clock.advance(601)
    assert await status(good) == 401


@pytest.mark.parametrize("call", [call for call in CALLS if CALLS[call][1]], ids=" ".join)
async def test_strict_bodies(sandbox, call):
    method, path = call
    parameters, body = CALLS[call]
    headers = await sandbox.user("dora")

    async def answer(content):
        typed = headers | {"content-type": "application/json"}
        return await sandbox.http.request(method, path, params=parameters, content=content, headers=typed)

    unknown = await sandbox.http.request(
        method, path, params=parameters, json={**body, "surprise": 1}, headers=headers
    )
    assert unknown.status_code == 422
    assert "unknown member `surprise`" in unknown.json()["detail"]
    first = next(iter(body))
    missing = {name: value for name, value in body.items() if name != first}
    absent = await sandbox.http.request(method, path, params=parameters, json=missing, headers=headers)
    assert absent.status_code == 422
    assert first in absent.json()["detail"]
    for content in (
        b"",
        b"{",
        b"[]",
        b"null",
        b'"x"',
        b"\xff\xfe",
        b"[" * 50_000,
        b'{"a":' + b"9" * 5000 + b"}",
    ):
        assert (await answer(content)).status_code in {400, 422}
    for value in (5, [], {}, True, "\x00", "\udc80", "x" * 100_000, 1e400):
        wrong = {**body, first: value}
        assert (await answer(json.dumps(wrong).encode())).status_code in {400, 404, 422}


async def test_other_issuer_of_the_same_name_is_another_user(make_sandbox, tmp_path):
    first = make_sandbox(folder=tmp_path)
    headers = await first.user("dora")
    body = {"backup_share": "ME-RS-AesGcm-AAAA", "recovery_share": "ME-RS-N-AAAA"}
    await first.http.put("/api/user/shares", json=body, headers=headers)
    (tmp_path / "other").mkdir()
    second = make_sandbox(
        folder=tmp_path / "other", database_url=first.settings.sqlalchemy_url, realm="other"
    )
    app = AppSignIn(second.http, realm="/realms/other")
    answer = await app.sign_in("dora", "correct horse battery")
    tokens = (await app.redeem(answer.headers["location"].split("code=")[1].split("&")[0])).json()
    share = await second.http.get("/api/user/shares/recovery", headers=second.headers(tokens["access_token"]))
    assert share.status_code == 404
