"""What a reviewer does, and what is told about it."""

import pytest

from sandbox.core.outbox import events
from tests.sandbox.kyc.conftest import RESIDENCE, Customer, identity


@pytest.fixture
async def manual(make_sandbox):
    sandbox = make_sandbox(kyc_review="manual")
    return Customer(sandbox, "dora", await sandbox.user("dora"))


async def application(customer, **query):
    found = await customer.sandbox.http.get("/_sandbox/kyc/applications", params=query)
    return {one["username"]: one for one in found.json()["applications"]}.get(customer.name)


class TestByHand:
    async def test_every_part_waits_until_it_is_approved(self, manual):
        await manual.begin()
        assert (await application(manual))["exists"] is True
        assert await application(manual, waiting=True) is None
        await manual.go()
        manual.wait(500)
        parts = (await application(manual, waiting=True))["status"]["in_review"]
        assert set(parts) == {
            "residence",
            "identity",
            "amla:occupation",
            "amla:origin-of-funds",
            "amla:yearly-volume",
            "amla:purpose",
            "document:bank-statement",
            "document:proof-of-address",
        }
        for part in parts:
            assert not await manual.is_verified()
            assert (await manual.verdict(part, "approve")).status_code == 200
        assert await manual.is_verified()
        assert await application(manual, waiting=True) is None

    async def test_one_part_is_rejected_and_handed_in_again(self, manual):
        await manual.begin()
        await manual.go("identity")
        await manual.verdict("residence", "approve")
        answer = await manual.verdict("identity", "reject", " Take the picture\tagain. ")
        part = next(one for one in answer.json()["parts"] if one["name"] == "identity")
        assert (part["state"], part["reason"]) == ("rejected", "Take the picture again.")
        found = await manual.status()
        assert found["rejected"] == [
            {"part": "identity", "step": "Identity", "reason": "Take the picture again."}
        ]
        assert (found["submission_step"], found["verified_step"]) == ("Identity", "Residence")
        twice = await manual.verdict("identity", "approve")
        assert (twice.status_code, twice.json()["error"]) == (409, "nothing_to_review")
        await manual.hand_in("identity", identity())
        assert (await manual.verdict("identity", "approve")).status_code == 200
        assert await manual.steps() == ("Amla", "Identity", "PartiallyVerified")

    async def test_what_was_approved_can_be_taken_back(self, dora):
        await dora.begin()
        await dora.go()
        dora.wait()
        assert await dora.is_verified()
        await dora.verdict("personal", "reject", "The name changed.")
        assert not await dora.is_verified()
        assert await dora.steps() == ("Personal", "General", "Unverified")
        assert (await dora.status())["monthly_limit_eur"] == 0
        await dora.hand_in("personal", {"full_name": "Dora Neu", "date_of_birth": "1990-01-31"})
        assert await dora.steps() == ("Completed", "Completed", "Verified")
        assert await dora.is_verified()

    async def test_a_review_in_progress_can_be_decided_early(self, dora):
        await dora.begin()
        await dora.go("residence")
        await dora.verdict("residence", "reject", "Nobody lives there.")
        dora.wait(100)
        assert (await dora.status())["rejected"][0]["reason"] == "Nobody lives there."

    @pytest.mark.parametrize(
        "body",
        [
            {"part": "residence", "verdict": "reject"},
            {"part": "residence", "verdict": "reject", "reason": " "},
            {"part": "residence", "verdict": "reject", "reason": "x" * 301},
            {"part": "residence", "verdict": "reject", "reason": "a\u0007"},
            {"part": "residence", "verdict": "perhaps"},
            {"part": "", "verdict": "approve"},
        ],
    )
    async def test_refuses_what_is_no_verdict(self, dora, body):
        await dora.begin()
        await dora.go("residence")
        assert (await dora.review("verdicts", body)).status_code == 422

    async def test_nothing_to_review(self, dora):
        assert (await dora.verdict("identity", "approve")).status_code == 404
        await dora.begin()
        for part in ("identity", "song"):
            assert (await dora.verdict(part, "approve")).status_code == 409


class TestRiskLevel:
    async def level(self, customer, body):
        return await customer.review("risk-level", body, method="PUT")

    async def test_is_set_and_given_back(self, dora):
        await dora.begin()
        await dora.go()
        dora.wait()
        for level, monthly in ((50, 20_000), (30, 250_000), (70, 0), (100, 0), (None, 250_000)):
            answer = await self.level(dora, {"level": level})
            assert answer.status_code == 200
            found = await dora.status()
            assert (found["risk_level"], found["monthly_limit_eur"]) == (level or 40, monthly)
            assert found["is_verified"] is True

    async def test_with_limits_agreed_one_by_one(self, dora):
        await dora.begin()
        body = {"level": 20, "daily_limit_eur": "1000000", "monthly_limit_eur": "5000000.50"}
        assert (await self.level(dora, body)).status_code == 200
        found = await dora.status()
        assert (found["daily_limit_eur"], found["monthly_limit_eur"]) == (1_000_000, 5_000_000.5)
        await self.level(dora, {"level": 60})
        assert (await dora.status())["monthly_limit_eur"] == 20_000

    @pytest.mark.parametrize(
        "body",
        [
            {"level": 45},
            {"level": 20},
            {"level": 10, "daily_limit_eur": "5"},
            {"level": 40, "daily_limit_eur": "5", "monthly_limit_eur": "5"},
            {"level": 10, "daily_limit_eur": 5, "monthly_limit_eur": 5},
            {},
        ],
    )
    async def test_refuses_what_is_no_level(self, dora, body):
        await dora.begin()
        assert (await self.level(dora, body)).status_code == 422

    async def test_as_the_other_services_see_it(self, dora):
        context = dora.sandbox.app.state.context
        user = (await dora.sandbox.http.get("/_sandbox/users")).json()["users"][0]["id"]

        def seen():
            with context.db.read() as session:
                return context.kyc.limits(session, user).level

        assert seen() == 70
        await dora.sandbox.http.put("/_sandbox/users/dora/kyc", json={"is_verified": True})
        assert seen() == 40
        await dora.begin()
        assert seen() == 40
        await dora.sandbox.http.put("/_sandbox/users/dora/kyc", json={"is_verified": False})
        assert seen() == 70
        await dora.go()
        assert seen() == 60
        dora.wait()
        await dora.status()
        assert seen() == 40


class TestClosing:
    async def test_ends_everything(self, dora):
        await dora.begin()
        await dora.go()
        dora.wait()
        assert await dora.is_verified()
        assert (await dora.review("closure", {"reason": ""})).status_code == 422
        assert (await dora.review("closure", {"reason": "Forged papers."})).status_code == 200
        assert not await dora.is_verified()
        found = await dora.status()
        assert (found["closed_reason"], found["risk_level"], found["is_verified"]) == (
            "Forged papers.",
            70,
            False,
        )
        assert (await dora.post("kyc/residence", RESIDENCE)).status_code == 409
        for call, body in (
            ("closure", {"reason": "Again"}),
            ("verdicts", {"part": "identity", "verdict": "approve"}),
        ):
            assert (await dora.review(call, body)).json()["error"] == "application_closed"


async def test_taken_away_by_hand_counts_for_all_providers(dora):
    await dora.begin()
    await dora.go()
    dora.wait()
    assert await dora.is_verified()
    answer = await dora.sandbox.http.put("/_sandbox/users/dora/kyc", json={"is_verified": False})
    assert answer.json()["is_verified"] is False
    assert not await dora.is_verified()


@pytest.mark.parametrize("how", ["closure", "by hand"])
async def test_nobody_trades_on_by_an_older_result(dora, how):
    context = dora.sandbox.app.state.context
    hand = "/_sandbox/users/dora/kyc"
    await dora.sandbox.http.put(hand, json={"is_verified": True})
    await dora.begin()
    await dora.go()
    dora.wait()
    await dora.status()
    user = (await dora.sandbox.http.get("/_sandbox/users")).json()["users"][0]["id"]

    def trades():
        with context.db.read() as session:
            return context.kyc.limits(session, user).allow_trading

    assert trades()
    if how == "closure":
        await dora.review("closure", {"reason": "Forged papers."})
        assert not trades()
        return
    await dora.sandbox.http.put(hand, json={"is_verified": False})
    assert not trades()
    await dora.sandbox.http.put(hand, json={"is_verified": True})
    assert trades()


async def test_every_change_is_an_event_with_the_state_and_nothing_private(dora):
    await dora.begin()
    await dora.go("identity", identity={"document_number": "X0000001"})
    dora.wait()
    await dora.status()
    with dora.sandbox.db.read() as session:
        rows = [(row.kind, row.payload) for row in events(session, after=0, limit=100, kind="kyc")]
    told = [(kind.removeprefix("kyc."), payload.get("part")) for kind, payload in rows]
    assert told == [
        ("started", None),
        ("part_in_review", "general"),
        ("part_approved", "general"),
        ("part_in_review", "personal"),
        ("part_approved", "personal"),
        ("part_in_review", "residence"),
        ("part_in_review", "identity"),
        ("part_rejected", "identity"),
        ("part_approved", "residence"),
    ]
    last = rows[-1][1]
    assert last["username"] == "dora"
    assert (last["verified_step"], last["verification_status"]) == ("Residence", "PartiallyVerified")
    for private in ("Müller", "1990-01-31", "X0000001", "Weg 1", "max@example.org"):
        assert private not in str(rows)


async def test_state_survives_a_restart(dora, make_sandbox):
    await dora.begin()
    await dora.go("identity")
    again = make_sandbox(access_token_seconds=1_000_000)
    again.clock.advance(3)
    dora.sandbox = again
    assert await dora.steps() == ("Amla", "Identity", "PartiallyVerified")
