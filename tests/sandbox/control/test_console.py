"""The console's pages, and that each action is a documented call and a command."""

import json
import re
from html.parser import HTMLParser
from types import SimpleNamespace

import pytest
from typer.main import get_command

from cli.main import cli
from sandbox.control.console.actions import ACTIONS
from sandbox.control.console.pages import NAVIGATION
from sandbox.core.mailing import Mail
from sandbox.main import create_app
from sandbox.services.chain.control_router import control_router

PAGES = [f"/_sandbox/console/{path}" if path else "/_sandbox" for path, _ in NAVIGATION if path != "chains"]
ADDRESS = "0x" + "d0" * 20


class Forms(HTMLParser):
    """Reads what a page's forms would do."""

    def __init__(self, text):
        super().__init__()
        self.found, self.stray, self.ids = [], [], []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        here = dict(attrs)
        self.ids += [here["id"]] if "id" in here else []
        if tag == "form":
            (self.found if "data-path" in here else self.stray).append(here)


def shape(path):
    return re.sub(r"\{\w+\}", "{}", path)


@pytest.fixture
def description(sandbox):
    hub = SimpleNamespace(networks={})
    app = create_app(sandbox.settings, sandbox.db, sandbox.chains, control_router(hub))
    return {
        (shape(path), method.upper()): call
        for path, ways in app.openapi()["paths"].items()
        for method, call in ways.items()
    }, app.openapi()


def members(call, schema):
    content = call.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema", {})
    name = content.get("$ref", "").rpartition("/")[2]
    return set(schema["components"]["schemas"].get(name, {}).get("properties", {}))


def test_each_action_is_a_documented_call(description):
    calls, schema = description
    for name, action in ACTIONS.items():
        assert (shape(action.path), action.method) in calls, name
        sent = {field.name for field in action.fields} | set(json.loads(action.body or "{}"))
        assert sent <= members(calls[shape(action.path), action.method], schema), name


@pytest.mark.parametrize("name", ACTIONS)
def test_each_action_is_a_command(name):
    words = ACTIONS[name].command.split()
    assert words.pop(0) == "etopay"
    found, known = get_command(cli), ""
    while words and words[0] in getattr(found, "commands", {}):
        known = words.pop(0)
        found = found.commands[known]
    assert not hasattr(found, "commands"), f"{known} is no command, it is a group"
    options = {one for parameter in found.params for one in parameter.opts}
    assert [word for word in words if word.startswith("--") and word not in options] == []
    arguments = [one for one in found.params if one.param_type_name == "argument"]
    assert len([word for word in words if not word.startswith("--")]) <= len(arguments)


async def test_every_form_on_a_page_is_an_action(sandbox):
    headers = await sandbox.user("dora")
    await sandbox.http.put("/api/user/address?network_key=ETH", json={"address": ADDRESS}, headers=headers)
    account = await sandbox.http.post("/_sandbox/bank/accounts", json={"holder": "Dora", "balance": "1"})
    await sandbox.http.get("/api/postident/get-new-case-id", headers=headers)
    await sandbox.http.post("/_sandbox/faults", json={"path": "/api/none", "kind": "drop"})
    with sandbox.db.write() as session:
        sent = sandbox.app.state.mails.send(session, Mail("dora@example.org", "Hello", "Text", "<p>", "test"))
    seen = set()
    own = ["users/dora", f"bank/{account.json()['iban']}", f"mails/{sent}"]
    for path in [*PAGES, *(f"/_sandbox/console/{name}" for name in own)]:
        answer = await sandbox.http.get(path)
        assert answer.status_code == 200, (path, answer.text)
        assert "Not for real money" in answer.text
        page = Forms(answer.text)
        assert len(page.ids) == len(set(page.ids)), path
        assert all(form.get("method") == "get" for form in page.stray)
        for form in page.found:
            action = ACTIONS[form["data-action"]]
            assert form["data-method"] == action.method
            assert "{" not in form["data-path"], form
            pattern = re.sub(r"\\\{\w+\\\}", "[^/]+", re.escape(action.path))
            assert re.fullmatch(pattern, form["data-path"])
            seen.add(form["data-action"])
    of_kyc_and_chains = {name for name in ACTIONS if name.startswith(("chain.", "pool.", "kyc."))}
    others = {"user.verify", "user.unverify", "case.begin", "case.archive"}
    assert set(ACTIONS) - of_kyc_and_chains - others <= seen


async def test_pages_run_no_code_of_others(sandbox):
    fault = {"path": "/<script>alert(1)</script>", "kind": "drop"}
    await sandbox.http.post("/_sandbox/faults", json=fault)
    answer = await sandbox.http.get("/_sandbox/console/faults")
    assert "<script>alert" not in answer.text
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy


@pytest.mark.parametrize("headers", [{"host": "evil.example"}, {"host": "evil.example:9000"}])
async def test_pages_are_for_their_own_address_only(sandbox, headers):
    assert (await sandbox.http.get("/_sandbox", headers=headers)).status_code == 421


async def test_other_pages_cannot_use_it(sandbox):
    answer = await sandbox.http.post("/_sandbox/users/x/token", headers={"origin": "http://evil.example"})
    assert answer.status_code == 403


@pytest.mark.parametrize("path", ["users/nobody", "purchases/none", "bank/none", "none", "static/none"])
async def test_what_is_not_there(sandbox, path):
    assert (await sandbox.http.get(f"/_sandbox/console/{path}")).status_code == 404


async def test_a_user_with_token_and_sessions(sandbox):
    headers = await sandbox.user("dora")
    shares = {"recovery_share": "ME-RS-N-eA==", "backup_share": "b"}
    await sandbox.http.put("/api/user/address?network_key=ETH", json={"address": ADDRESS}, headers=headers)
    await sandbox.http.put("/api/user/shares", json=shares, headers=headers)
    fund = {"network_key": "ETH", "amount": "2", "username": "dora"}
    await sandbox.http.post("/_sandbox/faucet", json=fund)
    token = (await sandbox.http.post("/_sandbox/users/dora/token")).json()["access_token"]
    mine = sandbox.headers(token)
    assert (await sandbox.http.get("/api/kyc/check-status", headers=mine)).status_code == 200
    shown = (await sandbox.http.get("/_sandbox/users/dora")).json()
    assert shown["wallets"] == [{"network_key": "ETH", "address": ADDRESS, "balance": "2"}]
    assert {one["client_id"] for one in shown["sessions"]} == {"etopay-app", "etopay-test"}
    assert (await sandbox.http.delete("/_sandbox/users/dora/sessions")).status_code == 204
    for ended in (mine, headers):
        assert (await sandbox.http.get("/api/kyc/check-status", headers=ended)).status_code == 401
    assert (await sandbox.http.get("/_sandbox/users/dora")).json()["sessions"] == []


async def test_a_purchase_tells_its_story(sandbox):
    payer, receiver = await sandbox.user("dora"), await sandbox.user("emil")
    await sandbox.http.put("/api/user/address?network_key=ETH", json={"address": ADDRESS}, headers=receiver)
    body = {"amount": "1", "network_key": "ETH", "receiver": "emil"}
    made = await sandbox.http.post("/api/transactions/create", json=body, headers=payer)
    assert made.status_code < 300, made.text
    [line] = (await sandbox.http.get("/_sandbox/purchases")).json()["purchases"]
    assert (line["sender"], line["receiver"]) == ("dora", "emil")
    story = (await sandbox.http.get(f"/_sandbox/purchases/{line['id']}")).json()
    assert [step["what"] for step in story["steps"]] == ["created"]
    page = await sandbox.http.get(f"/_sandbox/console/purchases/{line['id']}")
    assert "created, Pending" in page.text
