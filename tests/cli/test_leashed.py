"""What a measurement starts ends with it, even if the measurement is killed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time

import pytest

from cli.bench.keycloak import leashed
from cli.places import ROOT

OWNER = """
import subprocess, sys, time
from cli.bench.keycloak import leashed
process = subprocess.Popen(["sh", "-c", "sleep 60 & sleep 60"], start_new_session=True)
with leashed(process):
    print(process.pid, flush=True)
    time.sleep(60)
"""


def lives(group: int) -> bool:
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    return True


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL])
def test_a_group_ends_when_its_owner_is_killed(number: signal.Signals) -> None:
    with subprocess.Popen([sys.executable, "-c", OWNER], cwd=ROOT, stdout=subprocess.PIPE) as owner:
        assert owner.stdout is not None
        group = int(owner.stdout.readline())
        assert lives(group)
        owner.send_signal(number)
        owner.wait(10)
    deadline = time.monotonic() + 15
    while lives(group) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not lives(group)


def test_a_group_ends_with_the_block_even_if_it_does_not_listen() -> None:
    deaf = (
        "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); "
        "print(1, flush=True); time.sleep(60)"
    )
    process = subprocess.Popen([sys.executable, "-c", deaf], stdout=subprocess.PIPE, start_new_session=True)
    assert process.stdout is not None
    process.stdout.readline()
    with leashed(process, seconds=0.5):
        assert lives(process.pid)
    assert process.returncode == -signal.SIGKILL
    process.stdout.close()
