"""What is wrong is told in our own words, and never with a secret."""

import pytest
from pydantic import ValidationError

from sandbox.core.settings import Settings
from sandbox.core.wording import describe, describe_problems, quoted

KEYS = {"network_key": "ETH", "address": "0x" + "d0" * 20}


@pytest.mark.parametrize(
    ("path", "body", "detail"),
    [
        (
            "faucet",
            {**KEYS, "amount": "-5"},
            "`amount`: “-5” is no amount: write it in plain digits, such as",
        ),
        ("faucet", {**KEYS, "amount": "abc"}, "`amount`: “abc” is no amount"),
        ("faucet", {**KEYS, "amount": 5}, '`amount`: write it as text in plain digits, such as "0.1"'),
        ("faucet", {**KEYS, "amount": "9" * 29}, "has too many digits: 28 are fine"),
        ("faucet", {**KEYS, "amount": "0"}, "`amount`: “0” must be more than 0"),
        ("faucet", {**KEYS, "amount": "1", "username": "x"}, "send either `address` or `username`"),
        ("faucet", {**KEYS, "amount": "1", "network_key": 7}, "`network_key`: must be text"),
        ("faults", {"path": "api", "kind": "drop"}, "`path`: “api” must be a path that begins with a slash"),
        ("faults", {"path": "/x", "kind": "drop", "status": 99}, "`status`: “99” must be 200 or more"),
        ("faults", {"path": "/x", "kind": "boom"}, "`kind`: “boom” must be one of 'status', 'delay'"),
        ("faults", {"path": "/x", "kind": "delay", "seconds": 601}, "`seconds`: “601” must be 600 or less"),
        ("faults", {"path": "/x", "kind": "drop", "count": 1.5}, "`count`: must be a whole number"),
        ("faults", {"path": "/x", "kind": "drop", "body": "x" * 10_001}, "may have 10000 characters at most"),
        ("users", {"username": "dora", "password": ""}, "`password`: must not be empty"),
        ("users", {"username": "dora", "password": 135790}, "`password`: must be text"),
        ("users", [], "must be a table of names and values"),
    ],
)
async def test_the_control_room_says_what_is_wrong(sandbox, path, body, detail):
    answer = await sandbox.http.post(f"/_sandbox/{path}", json=body)
    assert answer.status_code == 422
    assert detail in answer.json()["detail"]
    for raw in ("Value error", "Input should", "String should", "135790"):
        assert raw not in answer.text


async def test_a_body_that_is_no_json(sandbox):
    headers = {"content-type": "application/json"}
    answer = await sandbox.http.post("/_sandbox/faucet", content="{", headers=headers)
    assert answer.json()["detail"] == "the body is not valid JSON"


async def test_a_query_too(sandbox):
    answer = await sandbox.http.get("/_sandbox/events?after=abc")
    assert answer.json()["detail"] == "`after`: must be a whole number"


def test_settings_are_named_as_they_are_set(monkeypatch):
    monkeypatch.setenv("ETOPAY_SANDBOX_FEE_RATE", "3")
    monkeypatch.setenv("ETOPAY_SANDBOX_REALM", "My Realm")
    with pytest.raises(ValidationError) as caught:
        Settings(public_url="nonsense")
    told = describe_problems(caught.value.errors(), str.upper)
    assert "PUBLIC_URL: “nonsense” is no address that begins with http:// or https://" in told
    assert "REALM: must have the form" in told
    assert "FEE_RATE: “3” must be less than 1" in told


def test_a_kind_of_problem_that_nobody_thought_of_is_told_without_its_text():
    assert describe({"type": "novel", "msg": "raw text", "loc": ("x",)}) == "cannot be used"


def test_a_half_character_is_shown_as_it_is_written():
    assert quoted("a\ud800") == "“a\\ud800”"
