"""Several pages on the same data: one at a time."""

from __future__ import annotations

import asyncio

import pytest

from app.core.errors import AppError, ErrorCode
from app.core.secret import Secret
from app.gateway.demo import DemoGateway, scenarios
from app.gateway.protocol import Gateway
from app.host.seat import PageGateway, Seat


@pytest.fixture
async def gateway() -> DemoGateway:
    made = DemoGateway()
    await scenarios.play(made, "locked")
    return made


def pages(gateway: DemoGateway) -> tuple[PageGateway, PageGateway]:
    seat = Seat()
    return PageGateway(gateway, seat), PageGateway(gateway, seat)


async def test_it_is_a_gateway(gateway: DemoGateway) -> None:
    first: Gateway = pages(gateway)[0]
    await first.open()
    assert [account.username for account in first.accounts()] == ["alice"]


async def test_the_second_page_is_told(gateway: DemoGateway) -> None:
    first, second = pages(gateway)
    await first.open()
    with pytest.raises(AppError) as caught:
        await second.open()
    assert caught.value.code is ErrorCode.OPEN_ELSEWHERE
    with pytest.raises(AppError):
        await second.open_stored("alice")
    with pytest.raises(AppError):
        second.accounts()
    assert first.accounts()


async def test_the_second_page_goes_on_once_the_first_has_left(gateway: DemoGateway) -> None:
    first, second = pages(gateway)
    account = await first.open_stored("alice")
    wallet = await account.unlock(Secret(scenarios.PIN))
    await first.close()
    await second.open()
    assert second.accounts()
    with pytest.raises(AppError):
        await wallet.address("ETH")


async def test_a_page_that_is_away_loses_its_place_and_its_wallet(gateway: DemoGateway) -> None:
    first, second = pages(gateway)
    wallet = await (await first.open_stored("alice")).unlock(Secret(scenarios.PIN))
    told = asyncio.Event()

    async def unseated() -> None:
        told.set()

    first.unseated = unseated
    first.away = True
    await second.open()
    assert told.is_set()
    with pytest.raises(AppError):
        await wallet.address("ETH")
    first.away = False
    with pytest.raises(AppError):
        first.accounts()
    with pytest.raises(AppError):
        await first.open()


async def test_a_page_keeps_its_place_over_a_reload(gateway: DemoGateway) -> None:
    first, second = pages(gateway)
    await first.open()
    first.away = True
    first.away = False
    assert first.accounts()
    with pytest.raises(AppError):
        await second.open()
