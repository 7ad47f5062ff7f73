"""A wallet whose making stopped at the service: it is gone on with, and it replaces nothing unasked."""

from __future__ import annotations

import pytest

from app.core.errors import AppError, ErrorCode
from app.core.model import Mnemonic
from app.core.secret import Secret
from app.gateway.protocol import AccountGateway
from tests.contract.conftest import OTHER_PASSWORD, OTHER_PIN, PASSWORD, PIN, Scene
from tests.contract.test_accounts import NEW_PASSWORD, PHRASE, refusal

pytestmark = pytest.mark.contract


async def known_user(scene: Scene) -> tuple[str, Mnemonic]:
    """A user whose wallet is at the service, under PASSWORD."""
    username = scene.side.new_username()
    first = await scene.wallet(await scene.start(scene.side.new_device()), username)
    return username, await first.recovery_phrase(PIN)


async def interrupted(
    scene: Scene, device: object, username: str, phrase: Mnemonic, *, replace: bool = False
) -> AccountGateway:
    """A device on which restoring by phrase, under NEW_PASSWORD, stopped at the upload."""
    account = await scene.secured(await scene.start(device), username, password=NEW_PASSWORD)
    with scene.side.failing_upload(), pytest.raises(AppError) as caught:
        await account.restore_from_phrase(PIN, phrase, replace=replace)
    assert refusal(caught) is ErrorCode.SERVICE
    return account


async def opens_with(scene: Scene, username: str, password: Secret) -> Mnemonic | ErrorCode:
    """What a new device gets for a password."""
    account = await scene.secured(await scene.start(scene.side.new_device()), username, password=password)
    try:
        wallet = await account.restore_from_service(PIN)
    except AppError as error:
        return error.code
    return await wallet.recovery_phrase(PIN)


async def test_after_a_restart_the_right_pin_shows_that_there_is_no_wallet_yet(scene: Scene) -> None:
    device, username = scene.side.new_device(), scene.side.new_username()
    account = await scene.secured(await scene.start(device), username)
    with scene.side.failing_upload(), pytest.raises(AppError):
        await account.create_wallet(PIN)
    gateway = await scene.restart(device)
    account = await gateway.open_stored(username)
    assert [one.has_wallet for one in gateway.accounts()] == [True]
    with pytest.raises(AppError) as caught:
        await account.unlock(PIN)
    assert refusal(caught) is ErrorCode.NO_WALLET
    assert not account.account.has_wallet
    assert gateway.accounts() == (account.account,)
    # Signing in again in the middle of it leads to no lock screen.
    account = await gateway.open_account(await scene.side.sign_in(username))
    assert gateway.accounts() == (account.account,)
    assert not account.account.has_wallet
    await account.create_wallet(PIN)
    assert [one.has_wallet for one in gateway.accounts()] == [True]


async def test_opening_the_wallet_of_the_service_ends_restoring_it(scene: Scene) -> None:
    username, phrase = await known_user(scene)
    account = await interrupted(scene, scene.side.new_device(), username, phrase)
    wallet = await account.restore_from_service(PIN)
    assert (await wallet.recovery_phrase(PIN)).words() == phrase.words()
    assert await opens_with(scene, username, PASSWORD) is ErrorCode.WRONG_PASSWORD
    again = await opens_with(scene, username, NEW_PASSWORD)
    assert isinstance(again, Mnemonic)
    assert again.words() == phrase.words()


async def test_opening_the_wallet_of_the_service_never_replaces_it(scene: Scene) -> None:
    username, phrase = await known_user(scene)
    account = await interrupted(scene, scene.side.new_device(), username, PHRASE, replace=True)
    with pytest.raises(AppError) as caught:
        await account.restore_from_service(PIN)
    assert refusal(caught) is ErrorCode.OTHER_WALLET_EXISTS
    await account.secure(PIN, PASSWORD)
    wallet = await account.restore_from_service(PIN)
    assert (await wallet.recovery_phrase(PIN)).words() == phrase.words()


@pytest.mark.parametrize("replace", [False, True])
async def test_a_password_alone_changes_nothing_at_the_service(scene: Scene, replace: bool) -> None:
    username, phrase = await known_user(scene)
    given = PHRASE if replace else phrase
    account = await interrupted(scene, scene.side.new_device(), username, given, replace=replace)
    await account.secure(PIN, OTHER_PASSWORD)
    assert not account.account.has_wallet
    assert await opens_with(scene, username, OTHER_PASSWORD) is ErrorCode.WRONG_PASSWORD
    mine = await opens_with(scene, username, PASSWORD)
    assert isinstance(mine, Mnemonic)
    assert mine.words() == phrase.words()


async def test_a_replacement_can_be_given_up(scene: Scene) -> None:
    username, phrase = await known_user(scene)
    account = await interrupted(scene, scene.side.new_device(), username, PHRASE, replace=True)
    assert await account.keep_other_wallet(PIN)
    assert (account.account.secured, account.account.has_wallet) == (True, False)
    await scene.side.settle()
    mine = await opens_with(scene, username, PASSWORD)
    assert isinstance(mine, Mnemonic)
    assert mine.words() == phrase.words()
    await account.secure(PIN, PASSWORD)
    assert (await (await account.restore_from_service(PIN)).recovery_phrase(PIN)).words() == phrase.words()


async def test_what_the_service_has_taken_is_not_given_up(scene: Scene) -> None:
    username, _ = await known_user(scene)
    account = await scene.secured(await scene.start(scene.side.new_device()), username, password=NEW_PASSWORD)
    with scene.side.lost_answer_to_upload(), pytest.raises(AppError) as caught:
        await account.restore_from_phrase(PIN, PHRASE, replace=True)
    assert refusal(caught) is ErrorCode.SERVICE
    with pytest.raises(AppError) as caught:
        await account.keep_other_wallet(PIN)
    assert refusal(caught) is ErrorCode.OTHER_WALLET_EXISTS
    wallet = await account.unlock(PIN)
    assert (await wallet.recovery_phrase(PIN)).words() == PHRASE.words()
    there = await opens_with(scene, username, NEW_PASSWORD)
    assert isinstance(there, Mnemonic)
    assert there.words() == PHRASE.words()


async def test_a_replacement_is_given_up_with_its_own_pin_only(scene: Scene) -> None:
    username, _ = await known_user(scene)
    account = await interrupted(scene, scene.side.new_device(), username, PHRASE, replace=True)
    for ask in (account.keep_other_wallet(OTHER_PIN), account.secure(OTHER_PIN, PASSWORD)):
        with pytest.raises(AppError) as caught:
            await ask
        assert refusal(caught) is ErrorCode.WRONG_PIN
    assert await account.keep_other_wallet(PIN)


async def test_only_a_replacement_is_given_up(scene: Scene) -> None:
    username, phrase = await known_user(scene)
    account = await interrupted(scene, scene.side.new_device(), username, phrase)
    assert not await account.keep_other_wallet(PIN)
    assert account.account.secured
    assert (await account.restore_from_service(PIN)).phrase_confirmed
