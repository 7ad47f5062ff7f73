"""The identity check by Postident: each state of a case, by hand and by the names that decide."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import httpx
import pytest
from etopay_sdk import BackendError, CaseDetails, KycType, StateError

from sandbox.services.kyc import magic
from tests.journeys.people import Person, World


async def look(person: Person) -> CaseDetails:
    """Ask how far the newest case is, and note it."""
    details: CaseDetails = await person.sdk.get_kyc_details_for_postident()
    line = f"case archived when {details.status}" if details.archived else f"case {details.status}"
    person.world.reached.note(line)
    return details


def decide(world: World, case_id: str, decision: str, reason: str = "") -> None:
    body = {"decision": decision, **({"reason": reason} if reason else {})}
    world.sandbox.control("POST", f"kyc/cases/{case_id}/decisions", body)


async def from_new_to_approved(world: World) -> None:
    person = await world.person("paul", wallet=False)
    sdk = person.sdk
    with pytest.raises((BackendError, StateError)):
        await sdk.get_kyc_details_for_postident()
    first = await sdk.start_kyc_verification_for_postident()
    assert (await look(person)).status == "new"
    # What the user does at the address that was given to her: she is the person at the desk.
    with httpx.Client(trust_env=False) as browser:
        assert "paul" in browser.get(first.case_url).text
        browser.post(first.case_url, data={"decision": "begin"})
        assert (await look(person)).status == "in progress"
        browser.post(first.case_url, data={"decision": "reject", "reason": "Blurred"})
    assert (await look(person)).status == "closed: rejected"
    await sdk.update_kyc_status_for_postident(first.case_id)
    assert not await sdk.is_kyc_status_verified("paul")
    second = await sdk.start_kyc_verification_for_postident()
    assert second.case_id != first.case_id
    decide(world, second.case_id, "approve")
    assert (await look(person)).status == "closed: approved"
    assert not await sdk.is_kyc_status_verified("paul")
    await sdk.update_kyc_status_for_postident(second.case_id)
    assert await sdk.is_kyc_status_verified("paul")
    user = await sdk.get_user()
    assert (user.kyc_type, user.is_kyc_verified) == (KycType.POSTIDENT, True)
    with pytest.raises(StateError) as done:
        await sdk.start_kyc_verification_for_postident()
    assert done.value.code == "kyc_already_verified"


async def archived_in_each_state(world: World) -> None:
    person = await world.person("arno", wallet=False)
    for before in ((), ("begin",), ("reject",), ("approve",)):
        case = await person.sdk.start_kyc_verification_for_postident()
        for decision in before:
            decide(world, case.case_id, decision, "Out of date" if decision == "reject" else "")
        decide(world, case.case_id, "archive")
        assert (await look(person)).archived
    with pytest.raises(StateError) as other:
        await person.sdk.start_kyc_verification_for_viviswap("arno@example.org", terms_accepted=True)
    assert other.value.code == "kyc_already_started"


async def names_that_decide(world: World) -> None:
    for entry in magic.TABLE:
        if entry.field != magic.USERNAME:
            continue
        person = await world.person(entry.value, wallet=False)
        await person.sdk.start_kyc_verification_for_postident()
        assert (await look(person)).status == "new"
        world.passes(2)
        details = await look(person)
        outcome = {
            "closed: approved": magic.Outcome.CASE_APPROVED,
            "closed: rejected": magic.Outcome.CASE_REJECTED,
        }.get(details.status)
        seen = magic.Outcome.CASE_ARCHIVED if details.archived else outcome
        world.reached.note(f"{entry.field} {entry.value}: {seen}")
        assert seen == entry.outcome


USUAL: tuple[Callable[[World], Awaitable[None]], ...] = (
    from_new_to_approved,
    archived_in_each_state,
    names_that_decide,
)
