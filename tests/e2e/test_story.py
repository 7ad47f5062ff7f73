"""The first user's story and its side roads."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from cli.smoke.story import SLOW, STEPS, Story
from tests.e2e.conftest import play_until

pytestmark = pytest.mark.e2e


def test_nothing_of_one_brand_shows_in_the_other(story_of: Callable[..., Story]) -> None:
    story = story_of("juno")
    for name, step in STEPS:
        step(story)
        if name != "sign-up page":  # that one belongs to the provider
            assert "etopay" not in story.page.text().lower(), name
    assert "etopay" not in story.page.page.title().lower()


def test_a_wrong_word_is_named_and_can_be_put_right(story_of: Callable[..., Story]) -> None:
    story = play_until(story_of(), "phrase check")
    asked = story.asked_words()
    assert len(asked) == 3
    story.type_words(wrong=asked[1])
    story.page.tap("phrase-check")
    story.page.see(f"This is not word {asked[1]}. Look at your paper.")
    story.home()


def test_a_german_system_gets_german(story_of: Callable[..., Story]) -> None:
    story = story_of(language="de-DE")
    story.stack.app_env = {"ETOPAY_LANGUAGE": "de"}
    story.welcome()
    story.page.see("Konto anlegen")
    story.terms()
    story.sign_up()
    story.page.tap("sign-in-start")
    story.page.page.wait_for_url("**/realms/**", timeout=SLOW)
    assert story.page.page.locator("html").get_attribute("lang") == "de"
