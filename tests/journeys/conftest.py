"""One sandbox process for the journeys of a module, and what they have reached."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

from sandbox.testing.process import SandboxProcess
from tests.journeys.reach import Reached

# Guesses must be cheap here; the vaults made with this are stamped as weak.
os.environ["ETOPAY_SDK_WEAK_TEST_KDF"] = "1"
os.environ["NO_PROXY"] = "127.0.0.1"

# Journeys let months pass, and none of them is about tokens that end.
LONG = {"ETOPAY_SANDBOX_ACCESS_TOKEN_SECONDS": "300000000"}


@pytest.fixture(scope="module")
def reached() -> Reached:
    return Reached()


@pytest.fixture(scope="module")
def processes(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """Addresses of sandboxes by name: one as usual, one where unverified receivers may wait."""
    started = {}
    for name, more in (("usual", {}), ("patient", {"ETOPAY_SANDBOX_UNVERIFIED_RECEIVER": "wait"})):
        with pytest.MonkeyPatch.context() as patch:
            for key, value in (LONG | more).items():
                patch.setenv(key, value)
            started[name] = SandboxProcess(tmp_path_factory.mktemp(name))
    yield {name: process.url for name, process in started.items()}
    for process in started.values():
        process.stop()
