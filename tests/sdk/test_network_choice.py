"""The network somebody chose is the network that is paid on, also after a restart."""

from __future__ import annotations

from tests.sdk.conftest import OpenSdk, ReadySdk
from tests.sdk.fake_services import TOKEN, Story


async def test_a_choice_made_before_the_pin_is_remembered(
    ready: ReadySdk, open_sdk: OpenSdk, story: Story
) -> None:
    first = await ready()
    assert len(await first.generate_new_address(story.pin)) == 42
    await first.close()
    second = open_sdk()
    await second.init_user("alice")
    await second.refresh_access_token(TOKEN)
    await second.get_networks()
    await second.set_network("iota_other")
    await second.unlock(story.pin)
    await second.close()
    third = open_sdk()
    await third.init_user("alice")
    await third.unlock(story.pin)
    await third.refresh_access_token(TOKEN)
    assert len(await third.generate_new_address(story.pin)) == 66
