"""The loopback receiver and the registry of the web view."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from urllib.parse import urlsplit

import httpx
import pytest

from app.core.errors import AppError, ErrorCode
from app.device.loopback import LoopbackSignIn, ReturnPage
from app.device.sign_in import HostSignIn, Redirect, deliver

PAGE = ReturnPage("en", "ETOPay", "You are signed in", "You can go back to the app.", "#fff", "#000", "#00f")


class Browser:
    """Remembers what was opened."""

    def __init__(self, error: Exception | None = None) -> None:
        self.opened: list[str] = []
        self.error = error

    async def __call__(self, url: str) -> None:
        self.opened.append(url)
        if self.error:
            raise self.error


async def get(uri: str, query: str = "", **headers: str) -> httpx.Response:
    async with httpx.AsyncClient(trust_env=False) as client:
        return await client.get(uri + query, headers=headers)


async def asking(redirect: Redirect) -> asyncio.Task[Mapping[str, str]]:
    task = asyncio.create_task(redirect.ask("https://id.example.org/auth", "s-1"))
    await asyncio.sleep(0)
    return task


class TestLoopback:
    async def test_the_answer_arrives_and_the_page_says_so(self) -> None:
        browser = Browser()
        back: list[bool] = []

        async def come_back() -> None:
            back.append(True)

        async with LoopbackSignIn(browser, lambda: PAGE, come_back=come_back).redirect() as redirect:
            assert urlsplit(redirect.uri).hostname == "127.0.0.1"
            task = await asking(redirect)
            answer = await get(redirect.uri, "?code=c-1&state=s-1")
            assert await task == {"code": "c-1", "state": "s-1"}
        assert browser.opened == ["https://id.example.org/auth"]
        assert "You can go back to the app." in answer.text
        assert 'lang="en"' in answer.text
        assert "c-1" not in answer.text
        assert answer.headers["cache-control"] == "no-store"
        assert back == [True]

    @pytest.mark.parametrize(
        ("query", "host"),
        [
            ("?code=c&state=other", None),
            ("?code=c", None),
            ("?code=c&state=s-1&state=s-1", None),
            ("?code=c&state=s-1", "localhost"),
            ("?code=c&state=s-1", "evil.example"),
        ],
    )
    async def test_what_is_not_exactly_the_answer_is_refused(self, query: str, host: str | None) -> None:
        async with LoopbackSignIn(Browser(), lambda: PAGE).redirect() as redirect:
            task = await asking(redirect)
            headers = {} if host is None else {"host": f"{host}:{urlsplit(redirect.uri).port}"}
            assert (await get(redirect.uri, query, **headers)).status_code == 400
            assert not task.done()
            assert (await get(redirect.uri, "?code=good&state=s-1")).status_code == 200
            assert (await task)["code"] == "good"

    async def test_other_paths_and_methods_are_refused(self) -> None:
        async with LoopbackSignIn(Browser(), lambda: PAGE).redirect() as redirect:
            task = await asking(redirect)
            assert (await get(redirect.uri.replace("/callback", "/"), "?state=s-1")).status_code == 400
            async with httpx.AsyncClient(trust_env=False) as client:
                assert (await client.post(redirect.uri + "?state=s-1")).status_code == 400
            assert not task.done()
            task.cancel()

    async def test_nothing_listens_afterwards(self) -> None:
        async with LoopbackSignIn(Browser(), lambda: PAGE).redirect() as redirect:
            uri = redirect.uri
        with pytest.raises(httpx.ConnectError):
            await get(uri)

    async def test_cancelling_closes_it(self) -> None:
        browser = LoopbackSignIn(Browser(), lambda: PAGE)
        uris: list[str] = []

        async def sign_in() -> None:
            async with browser.redirect() as redirect:
                uris.append(redirect.uri)
                await redirect.ask("https://id.example.org/auth", "s-1")

        task = asyncio.create_task(sign_in())
        while not uris:
            await asyncio.sleep(0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        with pytest.raises(httpx.ConnectError):
            await get(uris[0])

    @pytest.mark.parametrize(
        ("browser", "reason"), [(Browser(), "timeout"), (Browser(OSError("none")), "browser")]
    )
    async def test_time_out_and_no_browser(self, browser: Browser, reason: str) -> None:
        async with LoopbackSignIn(browser, lambda: PAGE, seconds=0.01).redirect() as redirect:
            with pytest.raises(AppError) as caught:
                await redirect.ask("https://id.example.org/auth", "s-1")
        assert (caught.value.code, caught.value.params["reason"]) == (ErrorCode.SIGN_IN_FAILED, reason)

    def test_texts_of_a_brand_cannot_add_markup(self) -> None:
        page = ReturnPage("en", "<b>", "<script>", "&", "#fff", "#000", "#00f").render()
        assert "<script>" not in page
        assert "&lt;script&gt;" in page


class TestHost:
    async def test_delivered_by_state(self) -> None:
        async with HostSignIn("http://127.0.0.1:1/callback", Browser()).redirect() as redirect:
            task = await asking(redirect)
            assert not deliver("other", {"code": "c"})
            assert deliver("s-1", {"code": "c", "state": "s-1"})
            assert await task == {"code": "c", "state": "s-1"}
        assert not deliver("s-1", {"code": "again"})

    async def test_a_cancelled_sign_in_waits_no_more(self) -> None:
        async with HostSignIn("http://127.0.0.1:1/callback", Browser()).redirect() as redirect:
            task = await asking(redirect)
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
        assert not deliver("s-1", {"code": "late"})
