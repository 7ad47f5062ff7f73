"""The page of a case in a real browser: as narrow as a phone, by keyboard, within its policy."""

import pytest
from playwright.async_api import async_playwright

from cli.smoke import chromium


@pytest.fixture
async def page():
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=chromium.find(), args=["--no-sandbox"])
        context = await browser.new_context(viewport={"width": 320, "height": 568}, has_touch=True)
        yield await context.new_page()
        await browser.close()


async def open_case(running, name):
    async with running.browser() as browser:
        user = {"username": name, "password": "sandbox-Pass-9"}
        await browser.post("/_sandbox/users", json=user)
        form = {"grant_type": "password", "client_id": "etopay-test", "scope": "openid"}
        path = "/realms/etopay/protocol/openid-connect/token"
        token = (await browser.post(path, data=form | user)).json()["access_token"]
        headers = {"authorization": f"Bearer {token}", "x-app-name": "standalone"}
        return (await browser.get("/api/postident/get-new-case-id", headers=headers)).json()["case_url"]


async def test_a_case_is_rejected_on_a_phone_and_by_keyboard(start, page):
    complaints = []
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    await page.goto(await open_case(start(), "max"))
    assert await page.evaluate("document.documentElement.scrollWidth") <= 320
    for button in await page.get_by_role("button").all():
        box = await button.bounding_box()
        assert box["height"] >= 44
    await page.get_by_role("button", name="Begin the check").click()
    assert "in progress" in await page.locator("dl").inner_text()

    await page.get_by_role("textbox", name="Why is it rejected?").focus()
    await page.keyboard.type("The picture is blurred.")
    await page.keyboard.press("Tab")
    await page.keyboard.press("Enter")
    await page.get_by_text("closed: rejected").wait_for()
    assert "The picture is blurred." in await page.locator("dl").inner_text()
    assert await page.get_by_role("button").all_inner_texts() == ["Archive the case"]
    assert complaints == []


async def test_a_case_is_approved(start, page):
    await page.goto(await open_case(start(), "eva"))
    await page.get_by_role("button", name="Approve the identity").click()
    await page.get_by_text("closed: approved").wait_for()
    assert "it can read the result now" in await page.locator("main").inner_text()
