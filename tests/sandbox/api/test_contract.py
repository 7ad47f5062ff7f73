"""Contract tests that schemathesis makes of the OpenAPI description that is served."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path

import pytest

from tests.sandbox.api.contract import NOT_REACHED, run
from tests.support.campaign import Campaign

CASES_PER_EXAMPLE = 400
"""About as many cases come of one example for each operation with its share of sequences and coverage."""
SEQUENCES_PER_EXAMPLE = 8


@pytest.mark.campaign("api")
def test_every_answer_is_described(campaign: Campaign, tmp_path: Path) -> None:
    in_full = "ETOPAY_CAMPAIGN_RUNS" in os.environ
    seed = campaign.seed if in_full else 1

    def tell(done: int) -> None:
        campaign.done = done
        campaign.tell()

    examples = max(1, campaign.runs // CASES_PER_EXAMPLE)
    outcome = run(
        tmp_path,
        examples=examples,
        steps=SEQUENCES_PER_EXAMPLE * examples,
        seed=seed,
        full=in_full,
        tell=tell,
    )
    campaign.done = outcome.total
    campaign.figures.update({f"in phase {name}": count for name, count in outcome.cases.items()})
    campaign.figures.update({f"answers {status}": count for status, count in outcome.statuses.items()})
    assert not outcome.errors, "\n".join(outcome.errors)
    assert not outcome.failures, json.dumps(outcome.failures, indent=1)
    assert outcome.total >= campaign.runs
    campaign.figures["calls"] = len(outcome.called)
    campaign.figures["calls answered with success"] = len(outcome.called & outcome.reached)
    if in_full:
        assert not sorted(outcome.called - outcome.reached - set(NOT_REACHED))
    assert not [status for status in outcome.statuses if status >= 500]


def test_every_call_has_a_name_an_owner_and_its_refusals(sandbox) -> None:
    calls = [
        (path, method, call)
        for path, methods in sandbox.app.openapi()["paths"].items()
        for method, call in methods.items()
    ]
    names = [call["operationId"] for _, _, call in calls]
    assert len(set(names)) == len(names)
    for path, method, call in calls:
        where = f"{method} {path}"
        assert call.get("tags"), where
        assert call.get("description") or call.get("summary"), where
        for status, answer in call["responses"].items():
            schema = answer.get("content", {}).get("application/json", {}).get("schema", {})
            assert status[0] == "2" or schema["$ref"].endswith("Refusal"), where
        if path.startswith("/api/") and path != "/api/health":
            assert call["security"] == [{"accessToken": [], "appName": []}], where


async def test_the_description_is_served_to_everybody(sandbox) -> None:
    served = (await sandbox.http.get("/openapi.json")).json()
    assert served["openapi"].startswith("3.1")
    assert served == (await sandbox.http.get("/_sandbox/openapi.json")).json()
    assert "not for real money" in served["info"]["description"]


async def test_405_names_all_methods_of_a_path(sandbox) -> None:
    answer = await sandbox.http.patch("/api/viviswap/details")
    assert (answer.status_code, answer.headers["allow"]) == (405, "DELETE, GET, POST")


@pytest.mark.parametrize("query", ["x=1", "network_key=ETH&network_key=ETH", "network_key=ETH&%00=1"])
async def test_queries_are_read_strictly(sandbox, query: str) -> None:
    headers = await sandbox.user("dora")
    assert (await sandbox.http.get(f"/api/courses?{query}", headers=headers)).status_code == 422
    assert (await sandbox.http.get(f"/api/courses?{query}")).status_code == 401


@pytest.mark.parametrize("path", ["users?usrname=bob", "events?limit=1&limit=2", "mails?x", "snapshots?a=1"])
async def test_the_control_room_reads_queries_strictly_as_well(sandbox, path: str) -> None:
    answer = await sandbox.http.get(f"/_sandbox/{path}")
    assert (answer.status_code, answer.json()["error"]) == (422, "invalid_query")


async def test_a_page_ignores_what_a_link_to_it_carries(sandbox) -> None:
    assert (await sandbox.http.get("/_sandbox/console/mails?utm_source=mail")).status_code == 200


@pytest.mark.parametrize("kind", [None, "text/plain", "application/xml"])
async def test_a_body_of_another_type_is_415(sandbox, kind: str | None) -> None:
    headers = await sandbox.user("dora") | ({"content-type": kind} if kind else {})
    content = b'{"network_key": "ETH"}'
    answer = await sandbox.http.put("/api/user/network", content=content, headers=headers)
    assert (answer.status_code, answer.json()["error"]) == (415, "unsupported_media_type")


async def test_the_calls_can_be_browsed_without_another_machine(sandbox) -> None:
    page = await sandbox.http.get("/docs")
    assert "default-src 'none'" in page.headers["content-security-policy"]
    parts = re.findall(r'(?:src|href)="([^"]+)"', page.text)
    assert len(parts) == 4
    for part in parts:
        assert part.startswith("/")
        answer = await sandbox.http.get(part)
        assert answer.status_code == 200, part
    bundle = (await sandbox.http.get("/docs/swagger-ui-bundle.js")).text
    assert "SwaggerUIBundle" in bundle
    assert (await sandbox.http.get("/docs/redoc.standalone.js")).status_code == 422
