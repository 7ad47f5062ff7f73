"""`etopay sandbox bench`: apps that buy from each other, and what it says when something is wrong."""

import pytest

from cli.bench import load, run
from cli.children import Children
from cli.places import open_places
from cli.stack import Stack
from tests.support.campaign import campaign

__all__ = ["campaign"]

CYCLES = 3


@pytest.mark.campaign("load")
def test_no_purchase_is_lost_or_doubled_under_load(campaign, tmp_path):
    with Children() as children:
        stack = Stack(open_places(tmp_path, usual=False), "etopay", children)
        stack.start_sandbox()
        found = load.play(stack.base, campaign.runs, CYCLES)
    for _ in range(campaign.runs):
        campaign.count()
    campaign.figures["purchases"] = found.completed
    campaign.figures["ms p99 of the backend"] = round(found.backend["p99_ms"])
    assert found.problems == []
    assert found.completed == campaign.runs * CYCLES
    # Ordering, looking, committing and listing are four calls at least.
    assert found.backend["count"] >= 4 * found.completed
    if campaign.runs >= 20:
        assert found.backend["p99_ms"] < run.GOALS["backend_p99_ms"]


def test_the_figures_are_told_without_apps(tmp_path):
    found = run.measure(tmp_path, 0, 1, 0.5, beside=False)
    assert found["cold_start_seconds"] > 0
    assert 50 < found["idle_megabytes"] < 400
    assert found["sandbox"]["tokens_per_second"] > 0
    assert found["sandbox"]["refreshes_per_second"] > 0
    assert "load" not in found
    assert any("tokens by refresh" in line for line in run.lines(found))


def bought(number, state="completed"):
    return {"id": number, "state": state}


def kept(number, state="Completed", incoming="in", outgoing="out"):
    return {"id": number, "state": state, "incoming_tx": incoming + number, "outgoing_tx": outgoing + number}


def test_books_that_agree_have_no_differences():
    assert load.unlike([bought("1"), bought("2")], [kept("1"), kept("2")]) == []


@pytest.mark.parametrize(
    ("apps", "rows", "told"),
    [
        ([bought("1")], [], "purchase 1 is lost"),
        ([bought("1")], [kept("1", "Failed")], "purchase 1 is failed"),
        ([bought("1", "valid")], [kept("1")], "its app saw valid"),
        ([], [kept("1")], "purchase 1 was ordered by no app"),
        (
            [bought("1"), bought("2")],
            [kept("1"), kept("2") | {"outgoing_tx": "out1"}],
            "out1 is the outgoing_tx of 2 purchases",
        ),
    ],
)
def test_what_is_lost_or_doubled_is_told(apps, rows, told):
    [found] = load.unlike(apps, rows)
    assert told in found


def test_missed_goals_are_named():
    found = {"warm_start_seconds": 3.5, "idle_megabytes": 149.0}
    found["load"] = {"backend": {"p99_ms": 250.0}, "problems": ["purchase 7 is lost"]}
    assert run.missed(found) == [
        "warm_start_seconds is 3.5, not below 3",
        "backend_p99_ms is 250.0, not below 250",
        "purchase 7 is lost",
    ]
