"""The sandbox's console in a real browser: by keyboard, accessible in both modes, on a phone and a desk."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

pytestmark = pytest.mark.e2e
PLACES = [
    "",
    *(
        f"/console/{name}"
        for name in (
            "users",
            "users/alice",
            "requests",
            "events",
            "clock",
            "faults",
            "faucet",
            "bank",
            "kyc",
            "purchases",
            "chains",
            "mails",
        )
    ),
]
_WIDTHS = {"phone": (390, 844), "desk": (1280, 900)}
_TABS = 80


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("console")
    ready = folder / "ready.json"
    command = [
        sys.executable,
        "-m",
        "sandbox",
        "up",
        "--data",
        str(folder / "data"),
        "--ready-file",
        str(ready),
    ]
    env = {**os.environ, "ETOPAY_SANDBOX_PASSWORD_HASH_MEMORY_KIB": "8"}
    process = subprocess.Popen(command, env=env, stderr=subprocess.DEVNULL)
    deadline = time.monotonic() + 60
    while not ready.exists() and time.monotonic() < deadline and process.poll() is None:
        time.sleep(0.05)
    yield str(json.loads(ready.read_text())["sandbox"])
    process.terminate()
    process.wait(timeout=20)


@pytest.fixture
def page(chromium: Browser, url: str) -> Iterator[Page]:
    context = chromium.new_context(
        base_url=url,
        viewport={"width": 1280, "height": 900},
        permissions=["clipboard-read", "clipboard-write"],
    )
    context.set_default_timeout(10_000)
    made, complaints = context.new_page(), []
    made.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    made.on("pageerror", lambda error: complaints.append(str(error)))
    yield made
    context.close()
    assert complaints == []


def tab_to(page: Page, selector: str) -> None:
    """Press Tab until an element has the focus."""
    for _ in range(_TABS):
        page.keyboard.press("Tab")
        if page.evaluate("(one) => document.activeElement.matches(one)", selector):
            return
    raise AssertionError(f"Tab never comes to {selector}")


def told(page: Page, text: str) -> None:
    expect(page.locator("#told")).to_contain_text(text)


@pytest.mark.parametrize("mode", ["light", "dark"])
@pytest.mark.parametrize("width", _WIDTHS)
def test_every_page_is_accessible_and_fits(page: Page, mode: str, width: str) -> None:
    page.emulate_media(color_scheme="dark" if mode == "dark" else "light")
    page.set_viewport_size(dict(zip(("width", "height"), _WIDTHS[width], strict=True)))  # type: ignore[arg-type]
    out = os.environ.get("ETOPAY_CONSOLE_PICTURES")
    for place in PLACES:
        page.goto(f"/_sandbox{place}")
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), place
        found = Axe().run(page)
        assert found.violations_count == 0, f"{place}: {found.generate_report()}"
        if out:
            name = place.replace("/console/", "").replace("/", "-") or "overview"
            page.screenshot(path=Path(out) / f"{name}-{width}-{mode}.png", full_page=True)


def test_the_skip_link_leads_past_the_navigation(page: Page) -> None:
    page.goto("/_sandbox/console/users")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to the content"
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('#content') !== null")


def test_a_user_is_made_verified_and_signed_out_by_keyboard(page: Page, url: str) -> None:
    page.goto("/_sandbox/console/users")
    tab_to(page, "[name=username]")
    page.keyboard.type("dora")
    page.keyboard.press("Enter")
    told(page, "Done: make the user.")
    tab_to(page, "a[href$='/users/dora']")
    page.keyboard.press("Enter")
    page.wait_for_url("**/users/dora")
    tab_to(page, "[data-action='user.verify'] button")
    page.keyboard.press("Enter")
    told(page, "mark as verified")
    expect(page.locator("dl")).to_contain_text("verified")
    tab_to(page, "[data-action='user.token'] button")
    page.keyboard.press("Space")
    told(page, "in the clipboard")
    token = page.evaluate("navigator.clipboard.readText()")
    headers = {"authorization": f"Bearer {token}", "x-app-name": "standalone"}
    assert httpx.get(f"{url}/api/kyc/check-status", headers=headers, trust_env=False).json()["is_verified"]
    tab_to(page, "[data-action='user.sign_out'] button")
    page.keyboard.press("Enter")
    expect(page.locator("[data-action='user.sign_out'] button")).to_contain_text("press again")
    page.keyboard.press("Enter")
    told(page, "sign out everywhere")
    assert httpx.get(f"{url}/api/kyc/check-status", headers=headers, trust_env=False).status_code == 401


def test_requests_are_followed_filtered_and_copied(page: Page, url: str) -> None:
    page.goto("/_sandbox/console/requests?part=backend")
    httpx.get(f"{url}/api/config/networks", headers={"x-app-name": "standalone"}, trust_env=False)
    page.get_by_text("/api/config/networks").first.wait_for()
    tab_to(page, "summary")
    page.keyboard.press("Enter")
    tab_to(page, "button[data-url]")
    page.keyboard.press("Enter")
    told(page, "curl command")
    assert page.evaluate("navigator.clipboard.readText()") == (
        f"curl -X GET '{url}/api/config/networks' -H 'X-APP-NAME: standalone'"
    )
    page.reload()
    tab_to(page, "#pause")
    page.keyboard.press("Space")
    expect(page.locator("#pause")).to_have_attribute("aria-pressed", "true")
    httpx.get(f"{url}/api/later", trust_env=False)
    page.wait_for_timeout(2000)
    assert page.get_by_text("/api/later").count() == 0
    page.keyboard.press("Space")
    page.get_by_text("/api/later").first.wait_for()


def test_the_clock_stops_and_jumps(page: Page) -> None:
    page.goto("/_sandbox/console/clock")
    tab_to(page, "[data-action='clock.freeze'] button")
    page.keyboard.press("Enter")
    expect(page.locator("#clock")).to_contain_text("standing still")
    tab_to(page, "[data-action='clock.real'] button")
    page.keyboard.press("Enter")
    expect(page.locator("#clock")).to_contain_text("as on this machine")


def test_failures_are_planned_and_ended(page: Page) -> None:
    page.goto("/_sandbox/console/faults")
    page.locator("[name=path]").fill("/api/never")
    page.locator("[name=path]").press("Enter")
    expect(page.locator("ul li code")).to_have_text(["/api/never"])
    for _ in range(2):
        page.locator("[data-action='fault.clear'] button").press("Enter")
    expect(page.locator("#content")).to_contain_text("Everything works")


def test_bank_and_refusals(page: Page) -> None:
    page.goto("/_sandbox/console/bank")
    page.locator("[name=holder]").fill("Dora Test")
    page.locator("[name=holder]").press("Enter")
    page.get_by_text("Dora Test").wait_for()
    page.locator("tr", has_text="Dora Test").get_by_role("link").press("Enter")
    page.wait_for_url(lambda address: not address.endswith("/bank"))
    page.locator("[name=amount]").fill("12.50")
    page.locator("[name=amount]").press("Enter")
    expect(page.locator("dl")).to_contain_text("1012.50 EUR")


def test_blocks_are_mined_by_hand(page: Page) -> None:
    page.goto("/_sandbox/console/chains")
    form = page.locator("#chain-mine-ETH")
    before = page.locator("section", has=form).locator("dd").first.inner_text()
    form.locator("button").press("Enter")
    told(page, "Done: mine.")
    assert (
        page.locator("section", has=page.locator("#chain-mine-ETH")).locator("dd").first.inner_text()
        != before
    )


def test_a_mail_is_found_read_followed_and_deleted_by_keyboard(page: Page, url: str) -> None:
    user = {"username": "mailed", "password": "sandbox-Pass-9", "email": "mailed@example.org"}
    httpx.post(f"{url}/_sandbox/users", json=user, trust_env=False).raise_for_status()
    form = {"grant_type": "password", "client_id": "admin-cli", "username": "admin"}
    realm = f"{url}/realms/etopay/protocol/openid-connect/token"
    answer = httpx.post(realm, data={**form, "password": "sandbox-admin"}, trust_env=False)
    headers = {"authorization": f"Bearer {answer.json()['access_token']}"}
    users = f"{url}/admin/realms/etopay/users"
    (found,) = httpx.get(f"{users}?username=mailed", headers=headers, trust_env=False).json()
    mail = f"{users}/{found['id']}/execute-actions-email"
    httpx.put(mail, json=["UPDATE_PROFILE"], headers=headers, trust_env=False).raise_for_status()
    page.goto("/_sandbox/console/mails")
    tab_to(page, "[name=to]")
    page.keyboard.type("mailed@")
    page.keyboard.press("Enter")
    page.wait_for_url("**/console/mails?to=mailed*")
    tab_to(page, "a[href^='/_sandbox/console/mails/']")
    page.keyboard.press("Enter")
    page.wait_for_url("**/console/mails/*")
    expect(page.locator("h1")).to_have_text("There is something to do for your account")
    expect(page.locator("pre")).to_contain_text("Check your profile")
    found_here = Axe().run(page)
    assert found_here.violations_count == 0, found_here.generate_report()
    here = page.url
    tab_to(page, "a[href$='/page']")
    page.keyboard.press("Enter")
    page.wait_for_url("**/page")
    page.get_by_role("link", name="Begin").press("Enter")
    expect(page.locator("h1")).to_have_text("There is something to do")
    page.goto(here)
    tab_to(page, "[data-action='mail.delete'] button")
    page.keyboard.press("Enter")
    expect(page.locator("[data-action='mail.delete'] button")).to_contain_text("press again")
    page.keyboard.press("Enter")
    page.wait_for_url("**/console/mails")
    expect(page.locator("#content")).not_to_contain_text("mailed@example.org")
