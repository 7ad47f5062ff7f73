"""The exchange's identity check from the first step to the last, and what holds on the way."""

import asyncio

import pytest

from tests.sandbox.kyc.conftest import (
    ANSWERS,
    GENERAL,
    PERSONAL,
    RESIDENCE,
    Customer,
    document,
    file,
    identity,
)


class TestCreation:
    async def test_takes_a_moment_and_is_known_afterwards(self, dora):
        body = {"mail": "Max@Example.org", "terms_accepted": True}
        assert (await dora.post("users", body)).json() == {"username": "dora"}
        assert (await dora.get("kyc/status")).status_code == 404
        refused = await dora.post("kyc/general", GENERAL)
        assert (refused.status_code, refused.json()["error"]) == (404, "no_customer")
        dora.wait(0.999)
        assert (await dora.get("kyc/status")).status_code == 404
        dora.wait(0.001)
        assert await dora.status() == {
            "is_verified": False,
            "is_individual": True,
            "full_name": "",
            "submission_step": "General",
            "verified_step": "Undefined",
            "verification_status": "Unverified",
            "monthly_limit_eur": 0.0,
            "daily_limit_eur": 0.0,
            "risk_level": 70,
            "in_review": [],
            "rejected": [],
            "closed_reason": None,
        }

    async def test_twice_is_once_but_with_another_address_refused(self, dora):
        await dora.begin()
        await dora.begin("MAX@example.org")
        other = await dora.post("users", {"mail": "eva@example.org", "terms_accepted": True})
        assert other.status_code == 409

    @pytest.mark.parametrize(
        "body",
        [
            {"mail": "max@example.org", "terms_accepted": False},
            {"mail": "max", "terms_accepted": True},
            {"mail": "max@example.org", "terms_accepted": "yes"},
            {"mail": "max@example.org", "terms_accepted": True, "more": 1},
            {"mail": "max@example.org"},
        ],
    )
    async def test_refuses_what_it_cannot_use(self, dora, body):
        assert (await dora.post("users", body)).status_code == 422
        dora.wait()
        assert (await dora.get("kyc/status")).status_code == 404

    async def test_nobody_asked_gets_nothing(self, dora):
        for path in ("kyc/status", "kyc/questions", "kyc/documents"):
            assert (await dora.get(path)).status_code == 404
            assert (await dora.sandbox.http.get(f"/api/viviswap/{path}")).status_code == 401


class TestWholeWay:
    async def test_each_step_is_seen_and_the_end_verifies(self, dora):
        await dora.begin()
        await dora.go("general")
        assert await dora.steps() == ("Personal", "General", "Unverified")
        await dora.hand_in("personal", PERSONAL)
        assert await dora.steps() == ("Identity", "Personal", "Unverified")
        assert (await dora.status())["monthly_limit_eur"] == 20_000
        await dora.hand_in("residence", RESIDENCE)
        assert await dora.steps() == ("Identity", "Personal", "Unverified")
        assert (await dora.status())["in_review"] == ["residence"]
        dora.wait()
        assert await dora.steps() == ("Identity", "Residence", "PartiallyVerified")
        await dora.hand_in("identity", identity())
        assert await dora.steps() == ("Amla", "Residence", "PartiallyVerified")
        dora.wait()
        assert await dora.steps() == ("Amla", "Identity", "PartiallyVerified")
        for answer in ANSWERS:
            await dora.hand_in("questions", answer)
        dora.wait()
        assert await dora.steps() == ("Document", "Amla", "PartiallyVerified")
        for name in ("bank-statement", "proof-of-address"):
            assert not await dora.is_verified()
            await dora.hand_in("documents", document(name))
        assert await dora.steps() == ("Completed", "Amla", "PartiallyVerified")
        dora.wait()
        assert await dora.steps() == ("Completed", "Completed", "Verified")
        found = await dora.status()
        assert (found["is_verified"], found["full_name"]) == (True, "Max Müller")
        assert (found["risk_level"], found["daily_limit_eur"], found["monthly_limit_eur"]) == (
            40,
            14_999,
            250_000,
        )
        assert await dora.is_verified()

    async def test_identity_before_residence_leads_back_to_residence(self, dora):
        await dora.begin()
        await dora.go("personal")
        await dora.hand_in("identity", identity())
        dora.wait()
        assert await dora.steps() == ("Residence", "Personal", "PartiallyVerified")
        await dora.hand_in("residence", RESIDENCE)
        dora.wait()
        assert await dora.steps() == ("Amla", "Identity", "PartiallyVerified")

    async def test_proof_of_funds_opens_the_highest_limits(self, dora):
        await dora.begin()
        await dora.go(questions={"yearly-volume": {"answers": ["More than 100 000 EUR"]}})
        dora.wait()
        found = await dora.status()
        assert (found["risk_level"], found["daily_limit_eur"]) == (30, 250_000)

    async def test_a_bank_account_seen_changes_the_level(self, dora):
        await dora.begin()
        await dora.go("personal")
        context = dora.sandbox.app.state.context
        with context.db.write() as session:
            user = (await dora.sandbox.http.get("/_sandbox/users")).json()["users"][0]["id"]
            assert context.kyc.limits(session, user).level == 60
            context.kyc.note_bank_account(session, user)
            assert context.kyc.limits(session, user).level == 55
        assert (await dora.status())["risk_level"] == 55

    async def test_an_archived_user_begins_anew(self, dora):
        await dora.begin()
        await dora.go()
        dora.wait()
        assert await dora.is_verified()
        await dora.sandbox.http.delete("/api/user", headers=dora.headers)
        assert not await dora.is_verified()
        assert (await dora.get("kyc/status")).status_code == 404
        await dora.begin("other@example.org")

    async def test_reviews_end_while_nobody_asks(self, dora):
        await dora.begin()
        await dora.go()
        dora.wait()
        context = dora.sandbox.app.state.context
        engine = dora.sandbox.app.state.review_engine
        assert engine in dora.sandbox.app.state.engines
        async with engine.paused():
            stepping = asyncio.create_task(engine.step())
            await asyncio.sleep(0)
            assert not stepping.done()
        await stepping
        with context.db.read() as session:
            user = (await dora.sandbox.http.get("/_sandbox/users")).json()["users"][0]
            assert context.kyc.is_verified(session, user["id"])


class TestOrder:
    @pytest.mark.parametrize(
        ("step", "body", "missing"),
        [
            ("personal", PERSONAL, "General"),
            ("residence", RESIDENCE, "Personal"),
            ("identity", identity(), "Personal"),
            ("questions", ANSWERS[0], "Residence"),
            ("documents", document(), "Amla"),
        ],
    )
    async def test_a_later_step_waits_for_the_earlier(self, dora, step, body, missing):
        await dora.begin()
        if missing != "General":
            await dora.go("general")
        answer = await dora.post(f"kyc/{step}", body)
        assert (answer.status_code, answer.json()["error"]) == (409, "step_not_open")
        if step not in {"questions", "documents"}:
            assert missing in answer.json()["detail"]

    async def test_the_same_again_changes_nothing(self, dora):
        await dora.begin()
        await dora.go("residence")
        dora.wait(1)
        await dora.go("residence")
        dora.wait(1)
        assert await dora.steps() == ("Identity", "Residence", "PartiallyVerified")
        await dora.hand_in("residence", RESIDENCE)
        assert await dora.steps() == ("Identity", "Residence", "PartiallyVerified")

    async def test_what_is_in_review_can_be_replaced_and_what_is_approved_cannot(self, dora):
        await dora.begin()
        await dora.go("residence")
        dora.wait(1)
        await dora.hand_in("residence", RESIDENCE | {"city": "Ulm"})
        dora.wait(1)
        assert (await dora.status())["in_review"] == ["residence"]
        dora.wait(1)
        answer = await dora.post("kyc/residence", RESIDENCE)
        assert (answer.status_code, answer.json()["error"]) == (409, "part_approved")

    async def test_the_first_steps_can_be_corrected_while_nothing_else_is_verified(self, dora):
        await dora.begin()
        await dora.go("personal")
        await dora.hand_in("personal", PERSONAL | {"full_name": "Eva Müller"})
        assert (await dora.status())["full_name"] == "Eva Müller"
        await dora.hand_in("residence", RESIDENCE)
        dora.wait()
        refused = await dora.post("kyc/personal", PERSONAL)
        assert refused.status_code == 409

    async def test_another_country_asks_for_the_address_again(self, dora):
        await dora.begin()
        await dora.go("residence")
        await dora.hand_in("general", GENERAL | {"country_of_residence": "AT"})
        assert (await dora.status())["rejected"] == [
            {"part": "residence", "step": "Residence", "reason": "Your country of residence changed."}
        ]
        refused = await dora.post("kyc/residence", RESIDENCE)
        assert refused.status_code == 422
        await dora.hand_in("residence", RESIDENCE | {"country_code": "at", "zip_code": "1010"})


class TestPapers:
    async def names(self, customer):
        return [one["id"] for one in (await customer.get("kyc/documents")).json()["documents"]]

    async def test_depend_on_what_was_said(self, dora):
        await dora.begin()
        assert await self.names(dora) == ["bank-statement"]
        await dora.go("general", general={"nationality": "BR"})
        assert await self.names(dora) == ["bank-statement", "residence-permit"]
        proof = {"has_no_official_document": False, "document_residence_proof": file()}
        large = {"yearly-volume": {"answers": ["More than 100 000 EUR"]}}
        await dora.go("questions", general={"nationality": "BR"}, residence=proof, questions=large)
        assert await self.names(dora) == ["bank-statement", "residence-permit", "source-of-funds"]
        await dora.hand_in("documents", document())
        assert await self.names(dora) == ["residence-permit", "source-of-funds"]
        one_sided = document("residence-permit", document_number="P1234", expiration_date="2030-01-01")
        assert "back_image" in (await dora.post("kyc/documents", one_sided)).json()["detail"]
        await dora.hand_in("documents", one_sided | {"back_image": file()})

    async def test_only_those_asked_for_are_taken(self, dora):
        await dora.begin()
        await dora.go("questions")
        for name in ("residence-permit", "nothing"):
            answer = await dora.post("kyc/documents", document(name))
            assert (answer.status_code, answer.json()["error"]) == (404, "not_asked_for")


async def test_two_users_do_not_meet(sandbox, dora):
    emil = Customer(sandbox, "emil", await sandbox.user("emil"))
    await dora.begin()
    await emil.begin()
    await dora.go("personal")
    assert await emil.steps() == ("General", "Undefined", "Unverified")
