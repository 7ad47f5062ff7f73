"""Whoever watches the board hears whether failures are in force; workers go by that."""

from datetime import UTC, datetime, timedelta

import pytest

from sandbox.core.faults import Fault, FaultBoard
from sandbox.core.faults.call import Call

CALL = Call({"type": "http", "method": "GET", "path": "/api/x", "headers": []}, b"")


@pytest.fixture
def heard():
    return []


@pytest.fixture
def board(heard):
    board = FaultBoard(lambda: board.now)
    board.now = datetime(2026, 3, 1, tzinfo=UTC)
    board.watch = heard.append
    return board


def test_it_hears_of_the_first_and_of_the_end_of_the_last(board, heard):
    board.add(Fault(kind="status", id="a"))
    board.add(Fault(kind="status", id="b"))
    board.clear("a")
    assert heard[-1] is True
    board.clear("b")
    assert heard[-1] is False


def test_it_hears_when_they_are_used_up_or_over(board, heard):
    board.add(Fault(kind="status", remaining=1))
    assert board.take(CALL) is not None
    assert board.all() == []
    board.add(Fault(kind="status", ends_at=board.now + timedelta(seconds=5)))
    assert heard[-1] is True
    board.now += timedelta(seconds=5)
    assert board.all() == []
    assert heard[-1] is False


def test_it_hears_of_the_failures_of_a_snapshot(board, heard):
    board.restore([Fault(kind="drop").kept()])
    assert heard[-1] is True
    board.restore([])
    assert heard[-1] is False
