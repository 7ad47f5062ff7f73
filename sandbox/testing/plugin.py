"""The pytest plugin: `sandbox` in a test's parameters is all it takes."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from sandbox.testing.client import Sandbox

_URL, _SEED, _RESET = "sandbox_url", "sandbox_seed", "sandbox_reset"


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the options, each also a setting of the same name."""
    group = parser.getgroup("sandbox", "ETOPay sandbox")
    group.addoption("--sandbox-url", metavar="URL", help="use the sandbox at this address; start none")
    group.addoption("--sandbox-seed", metavar="FILE", help="seed of the sandbox that is started")
    group.addoption(
        "--sandbox-reset",
        choices=("auto", "always", "never"),
        help="start anew before each test: auto (default) only if the tests started the sandbox",
    )
    parser.addini(_URL, "address of a sandbox to use; empty starts one", default="")
    parser.addini(_SEED, "seed file of the sandbox that is started", default="")
    parser.addini(_RESET, "auto, always or never", default="auto")


def _setting(config: pytest.Config, name: str) -> str:
    return str(config.getoption(name) or config.getini(name) or "")


def _resets(config: pytest.Config) -> bool:
    wanted = _setting(config, _RESET)
    if wanted not in {"auto", "always", "never"}:
        raise pytest.UsageError(f"sandbox_reset is “{wanted}”; it is one of auto, always, never.")
    return wanted == "always" or (wanted == "auto" and not _setting(config, _URL))


def _is_worker(config: pytest.Config) -> bool:
    return hasattr(config, "workerinput")


@pytest.fixture(scope="session")
def sandbox_server(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Give the address of the sandbox: the one named, or one of this process of the tests."""
    from sandbox.testing.process import SandboxProcess  # noqa: PLC0415 — most runs of pytest need none

    config = request.config
    url = _setting(config, _URL)
    if url:
        if _resets(config) and _is_worker(config):
            raise pytest.UsageError(
                "Several workers share the sandbox of --sandbox-url, so none may reset it. "
                "Leave out --sandbox-reset, or let each worker start its own."
            )
        yield url
        return
    seed = _setting(config, _SEED)
    process = SandboxProcess(tmp_path_factory.mktemp("sandbox"), Path(seed).absolute() if seed else None)
    yield process.url
    process.stop()


@pytest.fixture
def sandbox(request: pytest.FixtureRequest, sandbox_server: str) -> Iterator["Sandbox"]:
    """Give a running sandbox, as after its first start."""
    from sandbox.testing.client import Sandbox  # noqa: PLC0415 — most runs of pytest need none

    found = Sandbox(sandbox_server)
    if _resets(request.config):
        found.reset()
    yield found
    found.close()
