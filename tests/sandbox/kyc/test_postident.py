"""Cases at Postident: opened by a user, decided on a page, read by the backend."""

import re

import pytest

from tests.sandbox.kyc.conftest import Customer

DECISIONS = "/_sandbox/kyc/cases/{}/decisions"


class Desk:
    """A user with her cases, and the person at the desk."""

    def __init__(self, customer):
        self.customer = customer
        self.http = customer.sandbox.http

    async def open(self):
        answer = await self.http.get("/api/postident/get-new-case-id", headers=self.customer.headers)
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def details(self):
        answer = await self.http.get("/api/postident/get-case-details", headers=self.customer.headers)
        assert answer.status_code == 200
        return answer.json()

    async def update(self, case_id):
        body = {"case_id": case_id}
        return await self.http.post(
            "/api/postident/update-case-status", json=body, headers=self.customer.headers
        )

    async def press(self, case_id, decision, reason=None, **headers):
        form = {"decision": decision} | ({} if reason is None else {"reason": reason})
        return await self.http.post(f"/postident/cases/{case_id}", data=form, headers=headers)


@pytest.fixture
def desk(dora):
    return Desk(dora)


class TestCase:
    async def test_approved_on_its_page_and_read_by_the_backend(self, desk):
        case = await desk.open()
        assert set(case) == {"case_id", "case_url"}
        assert case["case_url"] == f"http://127.0.0.1:9000/postident/cases/{case['case_id']}"
        expected = {"case_id": case["case_id"], "archived": False, "reason": None}
        assert await desk.details() == {**expected, "status": "new"}
        begun = await desk.press(case["case_id"], "begin")
        assert (begun.status_code, begun.headers["location"]) == (303, f"/postident/cases/{case['case_id']}")
        assert await desk.details() == {**expected, "status": "in progress"}
        assert (await desk.update(case["case_id"])).status_code == 202
        assert not await desk.customer.is_verified()
        await desk.press(case["case_id"], "approve")
        assert await desk.details() == {**expected, "status": "closed: approved"}
        assert not await desk.customer.is_verified()
        for _ in range(2):
            answer = await desk.update(case["case_id"])
            assert (answer.status_code, answer.text) == (202, "null")
            assert await desk.customer.is_verified()
        again = await desk.http.get("/api/postident/get-new-case-id", headers=desk.customer.headers)
        assert again.status_code == 409

    async def test_rejected_with_a_reason_and_tried_again(self, desk):
        case = (await desk.open())["case_id"]
        await desk.press(case, "reject", "  The picture\n is blurred. ")
        details = await desk.details()
        assert (details["status"], details["reason"]) == ("closed: rejected", "The picture is blurred.")
        assert (await desk.update(case)).status_code == 202
        assert not await desk.customer.is_verified()
        second = (await desk.open())["case_id"]
        assert second != case
        assert (await desk.details())["status"] == "new"
        await desk.press(second, "approve")
        await desk.update(second)
        assert await desk.customer.is_verified()

    async def test_a_new_case_archives_the_open_one(self, desk):
        first = (await desk.open())["case_id"]
        desk.customer.wait(1)
        second = (await desk.open())["case_id"]
        assert (await desk.details())["case_id"] == second
        listed = (await desk.http.get("/_sandbox/kyc/cases")).json()["cases"]
        assert [(one["case_id"], one["archived"]) for one in listed] == [(second, False), (first, True)]
        waiting = (await desk.http.get("/_sandbox/kyc/cases", params={"waiting": True})).json()["cases"]
        assert [one["case_id"] for one in waiting] == [second]

    async def test_archived_case_stays_as_it_was(self, desk):
        case = (await desk.open())["case_id"]
        await desk.press(case, "archive")
        details = await desk.details()
        assert (details["archived"], details["status"]) == (True, "new")
        for decision in ("begin", "approve", "archive"):
            assert (await desk.press(case, decision)).status_code == 409
        assert (await desk.update(case)).status_code == 202
        assert not await desk.customer.is_verified()

    async def test_of_another_user_or_none(self, desk, sandbox):
        assert (await desk.update("none")).status_code == 404
        case = (await desk.open())["case_id"]
        await desk.press(case, "approve")
        emil = Desk(Customer(sandbox, "emil", await sandbox.user("emil")))
        assert (await emil.update(case)).status_code == 404
        assert not await emil.customer.is_verified()
        missing = await sandbox.http.get("/api/postident/get-case-details", headers=emil.customer.headers)
        assert missing.status_code == 404


class TestPage:
    async def test_offers_what_can_be_done(self, desk):
        case = (await desk.open())["case_id"]

        async def buttons():
            page = (await desk.http.get(f"/postident/cases/{case}")).text
            return re.findall(r'<button name="decision" value="(\w+)"', page)

        assert await buttons() == ["begin", "approve", "reject", "archive"]
        await desk.press(case, "begin")
        assert await buttons() == ["approve", "reject", "archive"]
        await desk.press(case, "reject", "No")
        assert await buttons() == ["archive"]
        await desk.press(case, "archive")
        assert await buttons() == []

    async def test_is_readable_by_all_and_runs_no_script(self, desk):
        case = (await desk.open())["case_id"]
        answer = await desk.http.get(f"/postident/cases/{case}")
        page, policy = answer.text, answer.headers["content-security-policy"]
        assert "<script" not in page
        assert not re.search(r"<[^>]+\s(style|on\w+)=", page)
        assert policy.startswith("default-src 'none'; style-src 'self'; form-action 'self'")
        assert "unsafe" not in policy
        assert '<html lang="en">' in page
        assert 'name="viewport" content="width=device-width, initial-scale=1"' in page
        assert page.count("<h1>") == 1
        for field in re.findall(r'<input id="(\w+)"', page):
            assert f'<label for="{field}">' in page
        style = await desk.http.get(re.search(r'href="([^"]+\.css)"', page)[1])
        assert (style.status_code, style.headers["content-type"]) == (200, "text/css; charset=utf-8")

    async def test_says_what_is_wrong_and_keeps_what_was_typed(self, desk):
        case = (await desk.open())["case_id"]
        for decision, reason, part in (
            ("reject", "", "Say why"),
            ("reject", "   ", "Say why"),
            ("reject", "x" * 301, "300 characters"),
            ("sing", None, "Choose"),
        ):
            answer = await desk.press(case, decision, reason)
            assert answer.status_code == 422
            assert re.search(rf'role="alert"[^>]*>[^<]*{part}', answer.text)
        assert 'value="x' + "x" * 200 in (await desk.press(case, "reject", "x" * 301)).text
        await desk.press(case, "approve")
        late = await desk.press(case, "reject", "No")
        assert late.status_code == 409
        assert "closed: approved" in late.text

    async def test_shows_typed_text_as_text(self, desk):
        case = (await desk.open())["case_id"]
        await desk.press(case, "reject", '"><script>alert(1)</script>')
        page = (await desk.http.get(f"/postident/cases/{case}")).text
        assert "<script" not in page
        assert "&lt;script&gt;" in page

    async def test_takes_no_orders_from_other_pages(self, desk):
        case = (await desk.open())["case_id"]
        for headers in (
            {"origin": "https://evil.example"},
            {"origin": "null"},
            {"sec-fetch-site": "cross-site"},
        ):
            assert (await desk.press(case, "approve", **headers)).status_code == 403
        assert (await desk.details())["status"] == "new"
        own = {"origin": "http://127.0.0.1:9000", "sec-fetch-site": "same-origin"}
        assert (await desk.press(case, "approve", **own)).status_code == 303

    async def test_of_no_case(self, desk):
        for answer in (await desk.http.get("/postident/cases/none"), await desk.press("none", "approve")):
            assert answer.status_code == 404
            assert "There is no such case" in answer.text


class TestDeskOverJson:
    async def test_does_what_the_page_does(self, desk):
        case = (await desk.open())["case_id"]

        async def decide(decision, **more):
            return await desk.http.post(DECISIONS.format(case), json={"decision": decision, **more})

        begun = (await decide("begin")).json()
        assert (begun["status"], begun["username"]) == ("in progress", "dora")
        assert begun["decisions"] == ["approve", "reject", "archive"]
        assert (await decide("reject")).status_code == 422
        assert (await decide("sing")).status_code == 422
        rejected = (await decide("reject", reason="Blurred")).json()
        assert (rejected["status"], rejected["reason"]) == ("closed: rejected", "Blurred")
        assert (await decide("approve")).status_code == 409
        assert (await decide("archive")).json()["archived"] is True
        nobody = await desk.http.post(DECISIONS.format("none"), json={"decision": "approve"})
        assert nobody.status_code == 404


class TestProviderLock:
    async def test_postident_first_closes_the_exchange(self, desk):
        await desk.open()
        refused = await desk.customer.post("users", {"mail": "a@example.org", "terms_accepted": True})
        assert (refused.status_code, refused.json()["error"]) == (409, "kyc_provider_chosen")
        assert "postident" in refused.json()["detail"]
        await desk.open()

    async def test_exchange_first_closes_postident(self, desk):
        await desk.customer.begin()
        refused = await desk.http.get("/api/postident/get-new-case-id", headers=desk.customer.headers)
        assert (refused.status_code, refused.json()["error"]) == (409, "kyc_provider_chosen")
        await desk.customer.begin()

    async def test_ends_with_the_user(self, desk):
        await desk.open()
        await desk.http.delete("/api/user", headers=desk.customer.headers)
        await desk.customer.begin()
        assert (await desk.http.get("/_sandbox/kyc/cases")).json() == {"cases": []}
