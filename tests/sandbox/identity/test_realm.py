"""The realm's settings: by our own call, and by Keycloak's."""

import pytest

from sandbox.core.outbox import events

_JSON = {"content-type": "application/json"}
OURS, THEIRS = "/_sandbox/identity/realm", "/admin/realms/etopay"


async def test_both_calls_change_the_same(sandbox, admin):
    before = (await sandbox.http.get(OURS)).json()
    assert before["verify_email"] is False
    changed = await sandbox.http.put(OURS, json={"verify_email": True})
    assert changed.json() == {**before, "verify_email": True}
    theirs = (await sandbox.http.get(THEIRS, headers=admin)).json()
    assert (theirs["realm"], theirs["verifyEmail"]) == ("etopay", True)
    body = {**theirs, "verifyEmail": False, "actionTokenGeneratedByUserLifespan": 60, "smtpServer": {}}
    answer = await sandbox.http.put(THEIRS, json=body, headers=admin)
    assert (answer.status_code, answer.content) == (204, b"")
    assert (await sandbox.http.get(OURS)).json() == {**before, "action_token_generated_by_user_lifespan": 60}


async def test_changes_are_told_and_outlive_a_restart_but_not_a_reset(make_sandbox, sandbox):
    await sandbox.http.put(OURS, json={"verify_email": True})
    await sandbox.http.put(OURS, json={"verify_email": True})
    with sandbox.db.read() as session:
        told = events(session, after=0, limit=100, kind="realm")
    assert [one.payload["verify_email"] for one in told] == [True]
    again = make_sandbox()
    assert (await again.http.get(OURS)).json()["verify_email"] is True
    await again.http.post("/_sandbox/reset")
    assert (await again.http.get(OURS)).json()["verify_email"] is False


async def test_a_whole_number_may_be_written_with_a_point(sandbox):
    told = await sandbox.http.put(OURS, content=b'{"failure_factor": 5.0}', headers=_JSON)
    assert told.json()["failure_factor"] == 5
    refused = await sandbox.http.put(OURS, content=b'{"failure_factor": 5.5}', headers=_JSON)
    assert refused.status_code == 422


@pytest.mark.parametrize(
    "body", [{"verify_email": "yes"}, {"verifyEmail": True}, {"none": 1}, [], {"x": None}]
)
async def test_our_call_is_strict(sandbox, body):
    assert (await sandbox.http.put(OURS, json=body)).status_code == 422


@pytest.mark.parametrize("body", [[], "x", {"actionTokenGeneratedByUserLifespan": 0}, {"verifyEmail": {}}])
async def test_keycloaks_call_refuses_nonsense(sandbox, admin, body):
    answer = await sandbox.http.put(THEIRS, json=body, headers=admin)
    assert answer.status_code == 400


async def test_keycloaks_call_is_for_the_administrator(sandbox):
    assert (await sandbox.http.get(THEIRS)).status_code == 401
    assert (await sandbox.http.put(THEIRS, json={})).status_code == 401
