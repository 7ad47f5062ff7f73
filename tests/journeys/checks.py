"""The identity check of the exchange partner: each step, status, outcome and risk level."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import date

import pytest
from etopay_sdk import BackendError, KycType, OfficialDocumentType, StateError

from sandbox.services.kyc import magic
from tests.journeys.forms import Applicant, applicant
from tests.journeys.people import World

PARTLY = "PartiallyVerified"
BAD, WAIT, SLOW = (
    [entry.value for entry in magic.TABLE if entry.outcome == outcome and entry.field == magic.IDENTITY]
    for outcome in (magic.Outcome.REJECT, magic.Outcome.WAIT, magic.Outcome.SLOW)
)


async def all_steps(world: World) -> None:
    """From the first step to the last; each part is seen in review, and then approved."""
    one = await applicant(world, "max")
    with pytest.raises(BackendError) as early:
        await one.answers()
    assert early.value.answer
    assert await one.steps() == ("General", "Undefined", "General", "Unverified")
    await one.base(nationality="BR")
    assert await one.steps() == ("Identity", "Personal", "Residence", "Unverified")
    assert (await one.sdk.get_user()).kyc_type is KycType.VIVISWAP
    assert (await one.sdk.get_kyc_details_for_viviswap()).monthly_limit_eur == 20_000
    await one.identity("C01X00T47", OfficialDocumentType.ID)
    assert await one.steps() == ("Residence", "Personal", "Residence", "Unverified")
    world.passes(2)
    assert await one.steps() == ("Residence", "Personal", "Residence", PARTLY)
    await one.residence()
    assert await one.steps() == ("Amla", "Personal", "Residence", PARTLY)
    world.passes(2)
    assert await one.steps() == ("Amla", "Identity", "Amla", PARTLY)
    with pytest.raises(StateError) as late:
        await one.base("Max Other")
    assert late.value.code == "invalid_kyc_state"
    await one.answers(volume=2)
    assert await one.steps() == ("Documents", "Identity", "Amla", PARTLY)
    world.passes(2)
    assert await one.steps() == ("Documents", "Amla", "Documents", PARTLY)
    assert await one.papers() == {"bank-statement", "residence-permit", "source-of-funds"}
    assert await one.steps() == ("Undefined", "Amla", "Documents", PARTLY)
    assert not await one.sdk.is_kyc_status_verified("max")
    world.passes(2)
    assert await one.sdk.is_kyc_status_verified("max")
    assert await one.steps() == ("Undefined", "Undefined", "Undefined", "Verified")
    assert (await one.sdk.get_kyc_details_for_viviswap()).monthly_limit_eur == 250_000
    with pytest.raises(StateError) as done:
        await one.sdk.start_kyc_verification_for_postident()
    assert done.value.code == "kyc_already_started"
    # What is approved can still be rejected, and the user falls back to that step only.
    one.verdict("residence", "reject", "The bill is three years old.")
    assert await one.steps() == ("Residence", "Personal", "Residence", PARTLY)
    assert not await one.sdk.is_kyc_status_verified("max")
    await one.residence("70174")
    world.passes(2)
    assert await one.sdk.is_kyc_status_verified("max")


async def residence_first(world: World) -> None:
    one = await applicant(world, "rosa")
    await one.base()
    await one.residence(has_no_official_document=True, document_residence_proof=None)
    world.passes(2)
    assert await one.steps() == ("Identity", "Residence", "Identity", PARTLY)
    await one.identity("D01X00T47", OfficialDocumentType.DRIVERS_LICENSE)
    await one.answers()
    world.passes(2)
    assert await one.papers() == {"bank-statement", "proof-of-address"}


async def accounts(world: World) -> None:
    """Who becomes a customer, at once or in an hour, and who does not."""
    one = Applicant(world, await world.person("anna", wallet=False))
    with pytest.raises(StateError) as none:
        await one.sdk.get_kyc_details_for_viviswap()
    assert none.value.code == "kyc_not_started"
    with pytest.raises(BackendError) as taken:
        await one.begin("taken@example.org")
    world.reached.note(f"mail taken@example.org: refused with {taken.value.status}")
    await one.begin("slow@example.org")
    world.passes(minutes=59)
    with pytest.raises(StateError):
        await one.sdk.get_kyc_details_for_viviswap()
    seen = world.sandbox.control("GET", "kyc/applications/anna")
    if not seen["exists"]:
        world.reached.note("application not there yet")
    world.passes(minutes=1)
    if await one.steps() == ("General", "Undefined", "General", "Unverified"):
        world.reached.note("mail slow@example.org: created after an hour")
    with pytest.raises(StateError) as other:
        await one.sdk.start_kyc_verification_for_postident()
    assert other.value.code == "kyc_already_started"


async def personal_data(world: World) -> None:
    """Names and birthdays that decide, and a reviewer's word where one is waited for."""
    one = await applicant(world, "nora")
    await one.magic(magic.NAME, "Nora Nein", "personal", one.base)
    assert await one.steps() == ("Personal", "General", "Personal", "Unverified")
    await one.magic(magic.BIRTHDAY, "1911-11-11", "personal", one_born(one))
    await one.magic(magic.NAME, "Petra Pruefung", "personal", one.base)
    assert await one.steps() == ("Identity", "General", "Personal", "Unverified")
    one.verdict("personal", "reject", "The name is written in another way.")
    await one.magic(magic.BIRTHDAY, "1922-02-22", "personal", one_born(one))
    one.verdict("personal", "approve")
    assert await one.steps() == ("Identity", "Personal", "Residence", "Unverified")
    one.verdict("general", "reject", "Your country is not served.")
    assert await one.steps() == ("General", "Undefined", "General", "Unverified")
    await one.magic(magic.NAME, "Lars Langsam", "personal", one.base)
    assert (await one.sdk.get_kyc_details_for_viviswap()).full_name == "Lars Langsam"


def one_born(one: Applicant) -> Callable[[str], Awaitable[None]]:
    return lambda born: one.base("Max Muster", date.fromisoformat(born))


async def refused_for_good(world: World) -> None:
    one = await applicant(world, "sven")
    await one.magic(magic.NAME, "Sven Sperre", "personal", one.base)
    assert (await one.sdk.get_kyc_details_for_viviswap()).monthly_limit_eur == 0
    with pytest.raises(BackendError) as closed:
        await one.residence()
    assert closed.value.details["answer_code"] == "application_closed"

    other = await applicant(world, "karl")
    await other.base()
    world.sandbox.control("POST", "kyc/applications/karl/closure", {"reason": "Forged papers."})
    assert other.review()["status"]["closed_reason"] == "Forged papers."


async def residences(world: World) -> None:
    one = await applicant(world, "zoe")
    await one.base()
    await one.magic(magic.ZIP, "00001", "residence", one.residence)
    await one.magic(magic.ZIP, "00002", "residence", one.residence)
    one.verdict("residence", "reject", "The bill shows another street.")
    await one.magic(magic.ZIP, "00003", "residence", one.residence)


async def documents_of_identity(world: World) -> None:
    one = await applicant(world, "ida")
    await one.base()
    for value in (*BAD, *WAIT):
        await one.magic(magic.IDENTITY, value, "identity", one.identity)
    one.verdict("identity", "reject", "The video is too dark.")
    for value in SLOW:
        await one.magic(magic.IDENTITY, value, "identity", one.identity)
    other = await applicant(world, "fritz")
    await other.base()
    await other.magic(magic.IDENTITY, "X0000006", "identity", other.identity)


async def answers_and_papers(world: World) -> None:
    one = await applicant(world, "otto")
    await one.base(nationality="BR")
    await one.residence()
    await one.identity()
    world.passes(2)
    await one.magic(magic.ANSWER, "I won the lottery", "amla:purpose", one.answers)
    await one.magic(magic.ANSWER, "It is complicated", "amla:purpose", one.answers)
    for question in ("purpose", "origin-of-funds"):
        one.verdict(f"amla:{question}", "approve")
    assert (await one.steps())[0] == "Documents"

    async def hand_in(number: str) -> None:
        await one.papers(number, only="residence-permit")

    await one.magic(magic.PAPER, "X0000001", "document:residence-permit", hand_in)
    await one.magic(magic.PAPER, "X0000004", "document:residence-permit", hand_in)
    one.verdict("document:residence-permit", "reject", "It has run out.")
    await one.magic(magic.PAPER, "X0000005", "document:residence-permit", hand_in)
    assert await one.papers() == {"bank-statement"}
    world.passes(2)
    assert await one.sdk.is_kyc_status_verified("otto")


async def risk_levels(world: World) -> None:
    """What somebody has earned, and what a reviewer gives or takes."""
    one = await applicant(world, "rita")
    one.review()
    await one.base("Rita Risiko")
    assert one.review()["status"]["risk_level"] == 60
    await one.residence()
    await one.identity()
    await one.answers()
    world.passes(2)
    await one.papers()
    world.passes(2)
    if one.review()["status"]["risk_level"] == 50:
        world.reached.note("full_name Rita Risiko: approved, risk level 50 in the end")

    async def has(monthly: int, level: int | None, **agreed: str) -> None:
        body = {"level": level, **agreed}
        world.sandbox.control("PUT", "kyc/applications/rita/risk-level", body)
        one.review()
        assert (await one.sdk.get_kyc_details_for_viviswap()).monthly_limit_eur == monthly

    for level in (100, 90, 80, 70):
        await has(0, level)
    for level in (60, 55, 50):
        await has(20_000, level)
    for level in (40, 30):
        await has(250_000, level)
    for level in (20, 10):
        await has(500_000, level, daily_limit_eur="300000", monthly_limit_eur="500000")
    await has(20_000, None)


USUAL: tuple[Callable[[World], Awaitable[None]], ...] = (
    all_steps,
    residence_first,
    accounts,
    personal_data,
    refused_for_good,
    residences,
    documents_of_identity,
    answers_and_papers,
    risk_levels,
)
