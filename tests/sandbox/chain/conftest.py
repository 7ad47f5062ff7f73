"""Opened nodes and hubs."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI

from sandbox.core.guard import GuardMiddleware
from sandbox.services.chain import ChainHub, router
from sandbox.services.chain.evm.node import NETWORKS, EvmNode
from sandbox.services.chain.hub import IOTA_NETWORKS
from sandbox.services.chain.iota.node import IotaNode
from tests.sandbox.chain.makers import ETHER, IOTA, EvmWallet, FakeClock, IotaWallet


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def evm(tmp_path: Path, clock: FakeClock) -> Iterator[EvmNode]:
    node = EvmNode(tmp_path / "eth.sqlite", seed="test", clock=clock, changed=lambda: None)
    yield node
    node.close()


@pytest.fixture
def wallet(evm: EvmNode) -> EvmWallet:
    """The first Hardhat account with ten ether."""
    wallet = EvmWallet(evm)
    evm.send(NETWORKS[0], "treasury", wallet.address, 10 * ETHER, b"")
    return wallet


@pytest.fixture
def iota(tmp_path: Path, clock: FakeClock) -> Iterator[IotaNode]:
    node = IotaNode(
        tmp_path / "iota.sqlite", IOTA_NETWORKS[0], seed="test", clock=clock, changed=lambda: None
    )
    yield node
    node.close()


@pytest.fixture
def alice(iota: IotaNode) -> IotaWallet:
    """An IOTA wallet with one coin of ten IOTA."""
    wallet = IotaWallet(iota)
    iota.send(IOTA_NETWORKS[0], "treasury", wallet.address, 10 * IOTA, b"")
    return wallet


@pytest.fixture
async def hub(tmp_path: Path, clock: FakeClock) -> AsyncIterator[ChainHub]:
    hub = ChainHub(tmp_path, clock=clock)
    await hub.open()
    yield hub
    await hub.close()


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leaves the comparison with Anvil out unless `-m` names it: it fetches a program from npm."""
    if "oracle" in config.option.markexpr:
        return
    left_out = [item for item in items if item.get_closest_marker("oracle")]
    if left_out:
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if not item.get_closest_marker("oracle")]


@pytest.fixture
async def client(hub: ChainHub) -> AsyncIterator[httpx.AsyncClient]:
    """Whoever calls nodes and explorer over HTTP."""
    app = FastAPI()
    app.include_router(router(hub))
    app.add_middleware(GuardMiddleware, public_url="http://sandbox")
    transport = httpx.ASGITransport(app=app)
    async with httpx.AsyncClient(transport=transport, base_url="http://sandbox") as client:
        yield client
