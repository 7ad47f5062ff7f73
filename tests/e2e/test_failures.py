"""What goes wrong is said in a plain sentence, and the app goes on afterwards."""

from __future__ import annotations

import pytest

from cli.smoke.story import PIN, SLOW, Story

pytestmark = pytest.mark.e2e
PATIENT = 60_000


def fault(story: Story, path: str, kind: str, **more: object) -> None:
    story.control("POST", "faults", {"path": path, "kind": kind, **more})


def refresh(story: Story) -> None:
    """Lock and unlock: everything is read anew."""
    story.page.tap("home-lock")
    story.page.see_id("unlock-pin", timeout=SLOW)
    story.enter_pin()


def test_a_wrong_pin(locked: Story) -> None:
    locked.enter_pin("918273")
    locked.page.see("Wrong PIN.", timeout=SLOW)
    locked.unlock()


def test_a_pin_typed_at_twenty_keys_a_second_is_right(locked: Story) -> None:
    locked.page.page.keyboard.type(PIN, delay=50)
    locked.see_home()


def test_a_malformed_address(wallet: Story) -> None:
    wallet.start_payment(wallet.address_of("bob")[:-3], "1")
    wallet.page.see("This is not an address on IOTA Testnet: 3 characters are missing.")
    wallet.page.type("send-recipient", "hello")
    wallet.page.see("An address on IOTA Testnet starts with 0x.")


def test_too_little_balance(wallet: Story) -> None:
    wallet.start_payment(wallet.address_of("bob"), "100000")
    wallet.page.see("and the network fee on top", timeout=SLOW)
    wallet.page.type("send-amount", "1")
    wallet.review()


def test_a_wrong_pin_sends_nothing(wallet: Story) -> None:
    wallet.start_payment(wallet.address_of("bob"), "1")
    wallet.review()
    wallet.confirm()
    wallet.enter_pin("918273")
    wallet.page.see("Wrong PIN.", timeout=SLOW)
    wallet.sent()


@pytest.mark.parametrize(
    ("kind", "more", "said"),
    [
        ("status", {"status": 500}, "Our service has a problem"),
        ("hang", {}, "Our service does not answer"),
        ("drop", {}, "You are offline"),
    ],
    ids=["answers 500", "never answers", "hangs up"],
)
def test_a_backend_that_fails(wallet: Story, kind: str, more: dict[str, object], said: str) -> None:
    fault(wallet, "/api/*", kind, **more)
    fault(wallet, "/nodes/*", kind, **more)
    refresh(wallet)
    wallet.page.see_id("home-offline", timeout=PATIENT)
    wallet.page.see(said)
    wallet.control("DELETE", "faults")
    wallet.page.see_id("home-send", timeout=PATIENT)
    wallet.page.gone("home-offline", timeout=PATIENT)


def test_a_stopped_sandbox(wallet: Story) -> None:
    wallet.stack.stop_sandbox()
    refresh(wallet)
    wallet.page.see_id("home-offline", timeout=PATIENT)
    wallet.stack.start_sandbox()
    wallet.page.gone("home-offline", timeout=PATIENT)


def test_an_expired_sign_in(wallet: Story) -> None:
    fault(wallet, "/api/*", "status", status=401)
    token = "/realms/*/protocol/openid-connect/token"
    fault(wallet, token, "status", status=400, body='{"error":"invalid_grant"}')
    refresh(wallet)
    wallet.page.see_id("renew-session", timeout=PATIENT)
    wallet.page.see("Sign in again")
    wallet.control("DELETE", "faults")
    wallet.see_home()


def test_a_second_tab_is_told(wallet: Story) -> None:
    second = wallet.page.page.context.new_page()
    other = type(wallet.page)(second)
    other.open(wallet.page.page.url)
    other.see("Your wallet is open in another window", timeout=SLOW)
    second.close()
    wallet.page.tap("nav-activity")
    wallet.page.see_id("activity-search")
