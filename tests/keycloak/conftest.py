"""One real Keycloak for all tests here, and sandboxes beside it."""

import pytest

from cli.bench import keycloak as server
from tests.sandbox.conftest import make_sandbox
from tests.support.campaign import campaign

__all__ = ["campaign", "make_sandbox"]


@pytest.fixture(scope="session")
def keycloak(tmp_path_factory):
    """A Keycloak with our realm."""
    with server.running(tmp_path_factory.mktemp("keycloak")) as one:
        yield one
