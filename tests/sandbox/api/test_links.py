"""The links of the description lead where they say."""

from __future__ import annotations

from pathlib import Path

from sandbox.core.links import LINKS
from tests.sandbox.api.contract import NOT_REACHED
from tests.sandbox.api.target import Target
from tests.sandbox.api.walk import Walk, evaluate


async def test_every_link_leads_to_a_success(tmp_path: Path) -> None:
    target = Target(tmp_path)
    try:
        walk = Walk(target, target.app.openapi())
        await walk.go()
    finally:
        target.close()
    missed = {label: walk.refused.get(label) for label in walk.linked if label not in walk.reached}
    assert set(missed) <= set(NOT_REACHED), missed
    assert len(walk.reached) > 100


def test_every_link_is_between_calls_that_there_are(tmp_path: Path) -> None:
    target = Target(tmp_path)
    try:
        walk = Walk(target, target.app.openapi())
    finally:
        target.close()
    for link in LINKS:
        for name in (link.source, link.target):
            assert name.replace("{realm}", "/realms/etopay") in walk.calls, name
    for name in NOT_REACHED:
        assert name in walk.calls, name


def test_what_a_link_says_is_read() -> None:
    call = type("Seen", (), {"path": {}, "query": {"key": "ETH"}, "body": {"a": 1}, "answer": [{"id": "x"}]})
    said = {"id": "$response.body#/0/id", "many": ["$request.body#/a"], "key": "$request.query.key", "n": 1}
    assert evaluate(said, call) == {"id": "x", "many": [1], "key": "ETH", "n": 1}  # type: ignore[arg-type]
