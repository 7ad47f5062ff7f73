"""Accounts, PIN, password, wallet creation and restoring: the same on both gateways."""

from __future__ import annotations

import pytest

from app.core.errors import AppError, ErrorCode
from app.core.model import Mnemonic, SignInRequest
from app.core.secret import Secret
from tests.contract.conftest import OTHER_PASSWORD, OTHER_PIN, PASSWORD, PIN, Scene

pytestmark = pytest.mark.contract
PHRASE = Mnemonic("test test test test test test test test test test test junk")
NEW_PASSWORD = Secret("drei Berge und ein kalter See")
FIRST_EVM_ADDRESS = "0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266"


def refusal(caught: pytest.ExceptionInfo[AppError]) -> ErrorCode:
    return caught.value.code


class TestSignIn:
    async def test_the_request_names_where_to_come_back_to(self, scene: Scene) -> None:
        gateway = scene.side.start(scene.side.new_device())
        request = await gateway.identity.start_sign_in("http://127.0.0.1:5555/callback")
        assert isinstance(request, SignInRequest)
        assert request.url.startswith("http://127.0.0.1:")
        assert request.state in request.url
        assert request.verifier.reveal() not in request.url

    async def test_what_does_not_belong_to_the_request_is_refused(self, scene: Scene) -> None:
        gateway = scene.side.start(scene.side.new_device())
        request = await gateway.identity.start_sign_in("http://127.0.0.1:5555/callback")
        with pytest.raises(AppError) as caught:
            await gateway.identity.finish_sign_in(request, {"state": "other", "code": "c"})
        assert refusal(caught) is ErrorCode.SIGN_IN_FAILED
        with pytest.raises(AppError) as caught:
            await gateway.identity.finish_sign_in(request, {"state": request.state, "code": "wrong"})
        assert refusal(caught) is ErrorCode.SIGN_IN_FAILED

    async def test_cancelling_is_no_failure(self, scene: Scene) -> None:
        gateway = scene.side.start(scene.side.new_device())
        request = await gateway.identity.start_sign_in("http://127.0.0.1:5555/callback")
        with pytest.raises(AppError) as caught:
            await gateway.identity.finish_sign_in(request, {"state": request.state, "error": "access_denied"})
        assert refusal(caught) is ErrorCode.SIGN_IN_CANCELLED

    async def test_refresh_gives_new_tokens_of_the_same_user(self, scene: Scene) -> None:
        gateway = scene.side.start(scene.side.new_device())
        username = scene.side.new_username()
        before = await scene.side.sign_in(username)
        after = await gateway.identity.refresh(before.tokens)
        assert after.identity.username == username
        assert after.tokens.access_token != before.tokens.access_token


class TestSecuring:
    async def test_a_new_account_is_neither_secured_nor_has_a_wallet(self, scene: Scene) -> None:
        gateway, username = await scene.start(scene.side.new_device()), scene.side.new_username()
        assert gateway.accounts() == ()
        account = await gateway.open_account(await scene.side.sign_in(username))
        assert (account.account.username, account.account.secured) == (username, False)
        assert not account.account.has_wallet
        assert gateway.accounts() == (account.account,)
        assert await account.has_wallet_elsewhere() is False

    @pytest.mark.parametrize("pin", ["", "12345", "12345a", "١٢٣٤٥٦"])
    async def test_a_pin_has_six_digits_or_more(self, scene: Scene, pin: str) -> None:
        gateway = await scene.start(scene.side.new_device())
        account = await gateway.open_account(await scene.side.sign_in(scene.side.new_username()))
        with pytest.raises(AppError) as caught:
            await account.secure(Secret(pin), PASSWORD)
        assert refusal(caught) is ErrorCode.WEAK_PIN
        assert not account.account.secured

    async def test_a_weak_password_is_refused(self, scene: Scene) -> None:
        gateway = await scene.start(scene.side.new_device())
        account = await gateway.open_account(await scene.side.sign_in(scene.side.new_username()))
        for weak in ("", "Passw0rd!", "hunter2hunter2"):
            assert not account.password_strength(Secret(weak)).accepted
            with pytest.raises(AppError) as caught:
                await account.secure(PIN, Secret(weak))
            assert refusal(caught) is ErrorCode.WEAK_PASSWORD
        assert account.password_strength(PASSWORD).accepted
        assert account.password_strength(PASSWORD).score in {3, 4}
        await account.secure(PIN, PASSWORD)
        assert account.account.secured
        assert not account.account.has_wallet

    async def test_until_there_is_a_wallet_both_may_be_chosen_again(self, scene: Scene) -> None:
        gateway = await scene.start(scene.side.new_device())
        account = await scene.secured(gateway, scene.side.new_username())
        await account.secure(PIN, OTHER_PASSWORD)
        await account.secure(OTHER_PIN, PASSWORD)
        await account.create_wallet(OTHER_PIN)
        with pytest.raises(AppError):
            await account.secure(PIN, PASSWORD)

    async def test_the_right_pin_without_a_wallet_says_so(self, scene: Scene) -> None:
        device, username = scene.side.new_device(), scene.side.new_username()
        await scene.secured(await scene.start(device), username)
        gateway = await scene.restart(device)
        account = await gateway.open_stored(username)
        with pytest.raises(AppError) as caught:
            await account.unlock(OTHER_PIN)
        assert refusal(caught) is ErrorCode.WRONG_PIN
        with pytest.raises(AppError) as caught:
            await account.unlock(PIN)
        assert refusal(caught) is ErrorCode.NO_WALLET
        wallet = await account.create_wallet(PIN)
        assert wallet.account.has_wallet


class TestCreating:
    async def test_a_new_wallet(self, scene: Scene) -> None:
        gateway = await scene.start(scene.side.new_device())
        account = await scene.secured(gateway, scene.side.new_username())
        wallet = await account.create_wallet(PIN)
        assert account.account.has_wallet
        assert await account.has_wallet_elsewhere() is True
        phrase = await wallet.recovery_phrase(PIN)
        assert len(phrase) == 24
        gateway.check_phrase(phrase)
        assert set(phrase.words()) <= set(gateway.phrase_words())
        assert not wallet.phrase_confirmed
        await wallet.confirm_phrase()
        assert wallet.phrase_confirmed

    async def test_the_wrong_pin_creates_nothing(self, scene: Scene) -> None:
        gateway = await scene.start(scene.side.new_device())
        account = await scene.secured(gateway, scene.side.new_username())
        with pytest.raises(AppError) as caught:
            await account.create_wallet(OTHER_PIN)
        assert refusal(caught) is ErrorCode.WRONG_PIN
        assert not account.account.has_wallet
        assert await account.has_wallet_elsewhere() is False

    async def test_without_a_session_nothing_is_created_and_a_sign_in_goes_on(self, scene: Scene) -> None:
        device, username = scene.side.new_device(), scene.side.new_username()
        gateway = await scene.start(device)
        account = await gateway.open_account(await scene.side.sign_in(username))
        gateway = await scene.restart(device)
        account = await gateway.open_stored(username)
        await account.secure(PIN, PASSWORD)
        for ask in (account.create_wallet(PIN), account.has_wallet_elsewhere()):
            with pytest.raises(AppError) as caught:
                await ask
            assert refusal(caught) is ErrorCode.SESSION_EXPIRED
        account = await gateway.open_account(await scene.side.sign_in(username))
        assert (await account.create_wallet(PIN)).account.has_wallet


class TestRestoring:
    async def test_by_phrase_on_a_new_device(self, scene: Scene) -> None:
        username = scene.side.new_username()
        first = await scene.wallet(await scene.start(scene.side.new_device()), username)
        phrase, address = await first.recovery_phrase(PIN), await first.address("ETH")
        account = await scene.secured(
            await scene.start(scene.side.new_device()), username, password=OTHER_PASSWORD
        )
        assert await account.has_wallet_elsewhere() is True
        wallet = await account.restore_from_phrase(PIN, phrase)
        assert await wallet.address("ETH") == address
        assert wallet.phrase_confirmed

    async def test_another_wallet_is_only_replaced_when_asked_to(self, scene: Scene) -> None:
        username = scene.side.new_username()
        await scene.wallet(await scene.start(scene.side.new_device()), username)
        account = await scene.secured(await scene.start(scene.side.new_device()), username)
        with pytest.raises(AppError) as caught:
            await account.restore_from_phrase(PIN, PHRASE)
        assert refusal(caught) is ErrorCode.OTHER_WALLET_EXISTS
        wallet = await account.restore_from_phrase(PIN, PHRASE, replace=True)
        assert (await wallet.recovery_phrase(PIN)).words() == PHRASE.words()

    async def test_from_the_service_with_the_wallet_password(self, scene: Scene) -> None:
        username = scene.side.new_username()
        first = await scene.wallet(await scene.start(scene.side.new_device()), username)
        phrase = await first.recovery_phrase(PIN)
        account = await scene.secured(
            await scene.start(scene.side.new_device()), username, password=OTHER_PASSWORD
        )
        with pytest.raises(AppError) as caught:
            await account.restore_from_service(PIN)
        assert refusal(caught) is ErrorCode.WRONG_PASSWORD
        await account.secure(PIN, PASSWORD)
        wallet = await account.restore_from_service(PIN)
        assert (await wallet.recovery_phrase(PIN)).words() == phrase.words()
        assert wallet.phrase_confirmed

    async def test_by_phrase_when_the_password_is_forgotten(self, scene: Scene) -> None:
        username, old_device = scene.side.new_username(), scene.side.new_device()
        first = await scene.wallet(await scene.start(old_device), username)
        phrase, address = await first.recovery_phrase(PIN), await first.address("ETH")
        await first.save("note", b"kept")
        await scene.side.fund("ETH", address, "2")
        account = await scene.secured(
            await scene.start(scene.side.new_device()), username, password=OTHER_PASSWORD
        )
        with pytest.raises(AppError) as caught:
            await account.restore_from_service(PIN)
        assert refusal(caught) is ErrorCode.WRONG_PASSWORD
        await account.secure(PIN, NEW_PASSWORD)
        wallet = await account.restore_from_phrase(PIN, phrase)
        assert wallet.phrase_confirmed
        assert await wallet.address("ETH") == address
        assert (await wallet.balance("ETH")).amount == 2
        # From now on the service's shares open with the new password, and with no other.
        third = await scene.secured(await scene.start(scene.side.new_device()), username, password=PASSWORD)
        with pytest.raises(AppError) as caught:
            await third.restore_from_service(PIN)
        assert refusal(caught) is ErrorCode.WRONG_PASSWORD
        await third.secure(PIN, NEW_PASSWORD)
        again = await third.restore_from_service(PIN)
        assert (await again.recovery_phrase(PIN)).words() == phrase.words()
        # The device that had the wallet before goes on as it was.
        before = await (await (await scene.restart(old_device)).open_stored(username)).unlock(PIN)
        assert (await before.recovery_phrase(PIN)).words() == phrase.words()
        assert await before.address("ETH") == address
        assert (await before.balance("ETH")).amount == 2
        assert await before.load("note") == b"kept"

    async def test_from_a_service_that_has_none(self, scene: Scene) -> None:
        account = await scene.secured(await scene.start(scene.side.new_device()), scene.side.new_username())
        with pytest.raises(AppError) as caught:
            await account.restore_from_service(PIN)
        assert refusal(caught) is ErrorCode.NO_WALLET

    @pytest.mark.parametrize(
        ("words", "code"),
        [
            ("test " * 11 + "wurst", ErrorCode.PHRASE_WORD),
            ("test " * 11, ErrorCode.PHRASE_LENGTH),
            ("test " * 12, ErrorCode.PHRASE_CHECKSUM),
        ],
    )
    async def test_a_phrase_that_cannot_be(self, scene: Scene, words: str, code: ErrorCode) -> None:
        gateway = await scene.start(scene.side.new_device())
        account = await scene.secured(gateway, scene.side.new_username())
        with pytest.raises(AppError) as caught:
            gateway.check_phrase(Mnemonic(words))
        assert refusal(caught) is code
        with pytest.raises(AppError) as caught:
            await account.restore_from_phrase(PIN, Mnemonic(words))
        assert refusal(caught) is code
        assert "wurst" not in str(caught.value) + str(caught.value.params.get("position"))


async def test_the_real_side_derives_the_known_address(scene: Scene) -> None:
    account = await scene.secured(await scene.start(scene.side.new_device()), scene.side.new_username())
    wallet = await account.restore_from_phrase(PIN, PHRASE)
    mine = await wallet.address("ETH")
    assert mine == await wallet.address("EURX")
    if type(scene.side).__name__ == "RealSide":
        assert mine == FIRST_EVM_ADDRESS
