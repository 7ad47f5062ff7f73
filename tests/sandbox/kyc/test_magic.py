"""Every magic value does what the table says, and the documented table is that of the program."""

import re
from pathlib import Path

import pytest

from sandbox.core.trading import LEVELS, limits_of
from sandbox.services.kyc import magic
from sandbox.services.kyc.magic import TABLE, Outcome
from tests.sandbox.kyc.conftest import Customer, document, identity

PAGE = Path(__file__).parents[3] / "docs" / "kyc-magic-values.md"
HOUR = 3600
PARTS = {
    magic.NAME: "personal",
    magic.BIRTHDAY: "personal",
    magic.ZIP: "residence",
    magic.IDENTITY: "identity",
    magic.ANSWER: "amla:origin-of-funds",
    magic.PAPER: "document:bank-statement",
}
LAST = {"amla": "questions", "document": "documents"}


def changes(entry):
    """What is different in the step that holds the field."""
    return {
        magic.NAME: {"personal": {"full_name": entry.value}},
        magic.BIRTHDAY: {"personal": {"date_of_birth": entry.value}},
        magic.ZIP: {"residence": {"zip_code": entry.value}},
        magic.IDENTITY: {"identity": {"document_number": entry.value}},
        magic.ANSWER: {"questions": {"origin-of-funds": {"freetext_answer": entry.value.upper()}}},
        magic.PAPER: {"documents": {"bank-statement": {"document_number": entry.value}}},
    }[entry.field]


def test_the_documented_table_is_the_programs():
    rows = re.findall(r"^\| `([^`]+)` \| `([^`]+)` \| ([^|]+) \| ([^|]*) ?\|$", PAGE.read_text("utf-8"), re.M)
    documented = [(field, value, outcome, reason.strip()) for field, value, outcome, reason in rows]
    known = [(one.field, one.value, one.outcome.value, one.reason) for one in TABLE]
    assert [row for row in documented if row[2] in set(Outcome)] == known


def test_the_documented_limits_are_the_programs():
    text = PAGE.read_text("utf-8").replace(" ", "")
    for level in LEVELS:
        found = limits_of(level)
        if 20 < level <= 70:
            assert re.search(rf"^\|{level}\|.*\|{found.daily_eur}\|{found.monthly_eur}\|$", text, re.M), level


def test_values_are_told_apart():
    assert len({(one.field, one.value.casefold()) for one in TABLE}) == len(TABLE)
    rejecting = {Outcome.REJECT, Outcome.CLOSE, Outcome.CASE_REJECTED, Outcome.TAKEN}
    assert all(bool(one.reason) == (one.outcome in rejecting) for one in TABLE)


@pytest.mark.parametrize("entry", [one for one in TABLE if one.field in PARTS], ids=lambda one: one.value)
class TestAtTheExchange:
    async def test_value_leads_to_its_outcome(self, dora, entry):
        part = PARTS[entry.field]
        await dora.begin()
        await dora.go(LAST.get(part.partition(":")[0], part), **changes(entry))
        dora.wait()
        found = await dora.status()
        rejected = {one["part"]: one["reason"] for one in found["rejected"]}
        match entry.outcome:
            case Outcome.REJECT:
                assert rejected == {part: entry.reason}
            case Outcome.CLOSE:
                assert (found["closed_reason"], found["risk_level"]) == (entry.reason, 70)
                assert (await dora.post("kyc/personal", {})).status_code == 422
                refused = await dora.post("kyc/identity", identity())
                assert (refused.status_code, refused.json()["error"]) == (409, "application_closed")
                assert entry.reason in refused.json()["detail"]
            case Outcome.WAIT | Outcome.SLOW:
                assert found["in_review"] == [part]
                dora.wait(HOUR)
                waiting = [part] if entry.outcome == Outcome.WAIT else []
                assert (await dora.status())["in_review"] == waiting
            case Outcome.ELEVATED:
                await dora.go(**changes(entry))
                dora.wait()
                found = await dora.status()
                assert (found["risk_level"], found["monthly_limit_eur"]) == (50, 20_000)
                assert found["verification_status"] == "Verified"
            case _:
                raise AssertionError(entry)


@pytest.mark.parametrize(
    "entry", [one for one in TABLE if one.field == magic.MAIL], ids=lambda one: one.value
)
async def test_mail_leads_to_its_outcome(dora, entry):
    answer = await dora.post("users", {"mail": entry.value, "terms_accepted": True})
    if entry.outcome == Outcome.TAKEN:
        assert (answer.status_code, answer.json()["detail"]) == (409, entry.reason)
        await dora.begin()
    else:
        dora.wait(HOUR - 1)
        assert (await dora.get("kyc/status")).status_code == 404
        dora.wait(1)
        await dora.status()


@pytest.mark.parametrize(
    "entry", [one for one in TABLE if one.field == magic.USERNAME], ids=lambda one: one.value
)
async def test_username_leads_to_its_outcome(sandbox, entry):
    user = Customer(sandbox, entry.value, await sandbox.user(entry.value))
    case = (await sandbox.http.get("/api/postident/get-new-case-id", headers=user.headers)).json()["case_id"]

    async def details():
        return (await sandbox.http.get("/api/postident/get-case-details", headers=user.headers)).json()

    assert await details() == {"case_id": case, "archived": False, "status": "new", "reason": None}
    user.wait()
    found = await details()
    assert found == {
        "case_id": case,
        "archived": entry.outcome == Outcome.CASE_ARCHIVED,
        "status": {
            Outcome.CASE_APPROVED: "closed: approved",
            Outcome.CASE_REJECTED: "closed: rejected",
            Outcome.CASE_ARCHIVED: "new",
        }[entry.outcome],
        "reason": entry.reason or None,
    }


class TestAgain:
    async def test_only_the_rejected_part_is_handed_in_again(self, dora):
        await dora.begin()
        await dora.go(identity={"document_number": "X0000001"})
        dora.wait()
        assert await dora.steps() == ("Identity", "Residence", "PartiallyVerified")
        assert (await dora.get("kyc/questions")).json() == {"questions": []}
        await dora.hand_in("identity", identity())
        assert await dora.steps() == ("Completed", "Residence", "PartiallyVerified")
        dora.wait()
        assert await dora.steps() == ("Completed", "Completed", "Verified")

    async def test_a_rejected_answer_and_a_rejected_document_are_open_again(self, dora):
        await dora.begin()
        lottery = {"origin-of-funds": {"freetext_answer": "I won the lottery"}}
        unreadable = {"bank-statement": {"document_number": "X0000001"}}
        await dora.go(questions=lottery, documents=unreadable)
        dora.wait()
        questions = (await dora.get("kyc/questions")).json()["questions"]
        papers = (await dora.get("kyc/documents")).json()["documents"]
        assert [one["id"] for one in questions] == ["origin-of-funds"]
        assert [one["id"] for one in papers] == ["bank-statement"]
        refused = await dora.post("kyc/documents", document())
        assert refused.status_code == 409
        await dora.hand_in(
            "questions", {"question_id": "origin-of-funds", "answers": ["Salary"], "freetext_answer": None}
        )
        await dora.hand_in("documents", document())
        dora.wait()
        assert await dora.is_verified()
