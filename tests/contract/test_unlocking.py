"""Locking, unlocking, restarting, several accounts and several processes: the same on both gateways."""

from __future__ import annotations

import pytest

from app.core.errors import AppError, ErrorCode
from app.core.secret import Secret
from tests.contract.conftest import OTHER_PIN, PIN, Scene
from tests.contract.test_accounts import refusal

pytestmark = pytest.mark.contract


class TestPin:
    async def test_wrong_pins_are_counted_and_then_cost_time(self, scene: Scene) -> None:
        device, username = scene.side.new_device(), scene.side.new_username()
        await scene.wallet(await scene.start(device), username)
        account = await (await scene.restart(device)).open_stored(username)
        left = []
        for _ in range(4):
            with pytest.raises(AppError) as caught:
                await account.unlock(OTHER_PIN)
            assert refusal(caught) is ErrorCode.WRONG_PIN
            left.append(caught.value.params["tries_left"])
        assert left == [3, 2, 1, None]
        assert account.pin_pause_until is not None
        account = await (await scene.restart(device)).open_stored(username)
        with pytest.raises(AppError) as caught:
            await account.unlock(PIN)
        assert refusal(caught) is ErrorCode.PIN_PAUSED
        assert 0 < caught.value.params["seconds"] <= 10
        assert account.pin_pause_until is not None

    async def test_the_right_pin_starts_the_count_anew(self, scene: Scene) -> None:
        device, username = scene.side.new_device(), scene.side.new_username()
        await scene.wallet(await scene.start(device), username)
        account = await (await scene.restart(device)).open_stored(username)
        for _ in range(2):
            for _ in range(2):
                with pytest.raises(AppError):
                    await account.unlock(OTHER_PIN)
            await account.unlock(PIN)

    @pytest.mark.parametrize("pin", ["", "1", "13579x"])
    async def test_what_cannot_be_a_pin_is_wrong_but_no_guess(self, scene: Scene, pin: str) -> None:
        wallet = await scene.wallet(await scene.start(scene.side.new_device()), scene.side.new_username())
        for _ in range(6):
            with pytest.raises(AppError) as caught:
                await wallet.check_pin(Secret(pin))
            assert refusal(caught) is ErrorCode.WRONG_PIN
        await wallet.check_pin(PIN)

    async def test_the_pin_guards_phrase_and_pin(self, scene: Scene) -> None:
        wallet = await scene.wallet(await scene.start(scene.side.new_device()), scene.side.new_username())
        for ask in (wallet.recovery_phrase(OTHER_PIN), wallet.change_pin(OTHER_PIN, OTHER_PIN)):
            with pytest.raises(AppError) as caught:
                await ask
            assert refusal(caught) is ErrorCode.WRONG_PIN

    async def test_changing_the_pin(self, scene: Scene) -> None:
        device, username = scene.side.new_device(), scene.side.new_username()
        wallet = await scene.wallet(await scene.start(device), username)
        with pytest.raises(AppError) as caught:
            await wallet.change_pin(PIN, Secret("1"))
        assert refusal(caught) is ErrorCode.WEAK_PIN
        await wallet.change_pin(PIN, OTHER_PIN)
        assert await wallet.address("ETH")
        account = await (await scene.restart(device)).open_stored(username)
        with pytest.raises(AppError):
            await account.unlock(PIN)
        assert await (await account.unlock(OTHER_PIN)).address("ETH")


class TestLock:
    async def test_nothing_works_on_a_locked_wallet(self, scene: Scene) -> None:
        gateway = await scene.start(scene.side.new_device())
        account = await scene.secured(gateway, scene.side.new_username())
        wallet = await account.create_wallet(PIN)
        address = await wallet.address("ETH")
        await wallet.lock()
        await wallet.lock()
        for ask in (wallet.address("ETH"), wallet.balance("ETH"), wallet.load("x"), wallet.networks()):
            with pytest.raises(AppError) as caught:
                await ask
            assert refusal(caught) is ErrorCode.LOCKED
        with pytest.raises(AppError):
            await wallet.recovery_phrase(PIN)
        assert await (await account.unlock(PIN)).address("ETH") == address

    async def test_a_closed_account_stays_closed(self, scene: Scene) -> None:
        gateway = await scene.start(scene.side.new_device())
        account = await scene.secured(gateway, scene.side.new_username())
        await account.create_wallet(PIN)
        await account.close()
        with pytest.raises(AppError) as caught:
            await account.unlock(PIN)
        assert refusal(caught) is ErrorCode.OPEN_ELSEWHERE


class TestRestart:
    async def test_everything_is_as_it_was(self, scene: Scene) -> None:
        device, username = scene.side.new_device(), scene.side.new_username()
        wallet = await scene.wallet(await scene.start(device), username)
        phrase, address = await wallet.recovery_phrase(PIN), await wallet.address("iota_rebased_testnet")
        await wallet.confirm_phrase()
        await wallet.save("notes", b"\x00\xff")
        await wallet.save("gone", b"x")
        await wallet.save("gone", None)
        gateway = await scene.restart(device)
        (known,) = gateway.accounts()
        assert (known.username, known.secured, known.has_wallet) == (username, True, True)
        wallet = await (await gateway.open_stored(username)).unlock(PIN)
        assert (await wallet.recovery_phrase(PIN)).words() == phrase.words()
        assert await wallet.address("iota_rebased_testnet") == address
        assert wallet.phrase_confirmed
        assert await wallet.load("notes") == b"\x00\xff"
        assert await wallet.load("gone") is None
        assert not wallet.needs_sign_in
        assert (await wallet.exchange_rate("ETH")).eur > 0

    async def test_offline(self, scene: Scene) -> None:
        device, username = scene.side.new_device(), scene.side.new_username()
        wallet = await scene.wallet(await scene.start(device), username)
        address, networks = await wallet.address("ETH"), await wallet.networks()
        gateway = await scene.restart(device, offline=True)
        wallet = await (await gateway.open_stored(username)).unlock(PIN)
        assert await wallet.address("ETH") == address
        assert await wallet.networks() == networks
        with pytest.raises(AppError) as caught:
            await wallet.exchange_rate("ETH")
        assert refusal(caught) is ErrorCode.OFFLINE
        assert not wallet.needs_sign_in


class TestSession:
    async def test_signing_out_and_in_again(self, scene: Scene) -> None:
        username = scene.side.new_username()
        wallet = await scene.wallet(await scene.start(scene.side.new_device()), username)
        assert not wallet.needs_sign_in
        await wallet.sign_out()
        assert wallet.needs_sign_in
        with pytest.raises(AppError) as caught:
            await wallet.exchange_rate("ETH")
        assert refusal(caught) is ErrorCode.SESSION_EXPIRED
        assert await wallet.address("ETH")
        assert (await wallet.balance("ETH")).amount == 0
        with pytest.raises(AppError) as caught:
            await wallet.use_sign_in(await scene.side.sign_in(scene.side.new_username()))
        assert refusal(caught) is ErrorCode.OTHER_ACCOUNT
        assert caught.value.params["expected"] == username
        await wallet.use_sign_in(await scene.side.sign_in(username))
        assert not wallet.needs_sign_in
        assert (await wallet.exchange_rate("ETH")).eur > 0

    async def test_a_session_that_the_provider_has_ended(self, scene: Scene) -> None:
        device, username = scene.side.new_device(), scene.side.new_username()
        await scene.wallet(await scene.start(device), username)
        wallet = await (await (await scene.restart(device)).open_stored(username)).unlock(PIN)
        with scene.side.ended_session(username):
            with pytest.raises(AppError) as caught:
                await wallet.exchange_rate("ETH")
            assert refusal(caught) is ErrorCode.SESSION_EXPIRED
            assert wallet.needs_sign_in
            assert len(await wallet.networks()) == 4
            assert await wallet.address("ETH")


class TestSeveral:
    async def test_accounts_do_not_mix(self, scene: Scene) -> None:
        device = scene.side.new_device()
        first, second = scene.side.new_username(), scene.side.new_username()
        gateway = await scene.start(device)
        one = await scene.wallet(gateway, first)
        await one.save("mine", b"1")
        address = await one.address("ETH")
        two = await scene.wallet(gateway, second)
        assert await two.address("ETH") != address
        assert await two.load("mine") is None
        with pytest.raises(AppError):
            await one.address("ETH")
        assert [account.username for account in gateway.accounts()] == [second, first]
        await gateway.open_stored(first)
        assert [account.username for account in gateway.accounts()] == [first, second]

    async def test_removing_an_account(self, scene: Scene) -> None:
        device = scene.side.new_device()
        first, second = scene.side.new_username(), scene.side.new_username()
        gateway = await scene.start(device)
        wallet = await scene.wallet(gateway, first)
        await scene.wallet(gateway, second)
        await gateway.remove_account(second)
        assert [account.username for account in gateway.accounts()] == [first]
        with pytest.raises(AppError) as caught:
            await gateway.open_stored(second)
        assert refusal(caught) is ErrorCode.NOT_FOUND
        wallet = await (await gateway.open_stored(first)).unlock(PIN)
        assert await wallet.address("ETH")
        account = await gateway.open_account(await scene.side.sign_in(second))
        assert not account.account.secured
        assert await account.has_wallet_elsewhere() is True

    async def test_an_unknown_account(self, scene: Scene) -> None:
        gateway = await scene.start(scene.side.new_device())
        with pytest.raises(AppError) as caught:
            await gateway.open_stored("nobody")
        assert refusal(caught) is ErrorCode.NOT_FOUND

    async def test_a_second_process_is_told(self, scene: Scene) -> None:
        device = scene.side.new_device()
        first = await scene.start(device)
        second = scene.side.start(device)
        scene.started.append(second)
        with pytest.raises(AppError) as caught:
            await second.open()
        assert refusal(caught) is ErrorCode.OPEN_ELSEWHERE
        await first.close()
        await second.open()
        assert second.accounts() == ()
