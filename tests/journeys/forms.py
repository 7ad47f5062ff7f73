"""What people hand in at the exchange, each part with one value to be changed."""

from __future__ import annotations

import io
from collections.abc import Awaitable, Callable
from datetime import date
from typing import Any

from etopay_sdk import (
    IdentityOfficialDocumentData,
    IdentityPersonalDocumentData,
    OfficialDocumentType,
    ViviswapKycStatus,
)
from PIL import Image

from sandbox.services.kyc import magic
from tests.journeys.people import Person, World

_BEHIND = date(2035, 5, 1)
_RESIDENCE = {
    "country_code": "DE",
    "region": "BW",
    "zip_code": "70173",
    "city": "Stuttgart",
    "address_line_1": "Weg 1",
    "address_line_2": "",
    "is_public_entry": False,
    "has_no_official_document": False,
}


def _picture() -> bytes:
    kept = io.BytesIO()
    Image.effect_noise((120, 110), 60).save(kept, "PNG")
    return kept.getvalue()


PICTURE = _picture()
VIDEO = IdentityPersonalDocumentData(b"\x00\x00\x00\x18ftypmp42\x00\x00\x00\x00mp42isom" + bytes(300))


class Applicant:
    """Somebody on her way through the exchange's identity check."""

    def __init__(self, world: World, person: Person) -> None:
        self.world, self.person, self.sdk = world, person, person.sdk

    async def begin(self, mail: str | None = None, *, wait: float = 2) -> None:
        """Become a customer."""
        await self.sdk.start_kyc_verification_for_viviswap(
            mail or f"{self.person.name}@example.org", terms_accepted=True
        )
        self.world.passes(wait)

    async def base(self, full_name: str = "Max Muster", born: date = date(1990, 1, 31), **more: Any) -> None:
        """Hand in general and personal data."""
        given = {
            "is_individual": True,
            "is_pep": False,
            "is_us_citizen": False,
            "is_regulatory_disclosure": True,
            "country_of_residence": "DE",
            "nationality": "DE",
            "full_name": full_name,
            "date_of_birth": born,
        }
        await self.sdk.update_kyc_partially_status_for_viviswap(**{**given, **more})
        await self.sdk.submit_kyc_partially_status_for_viviswap()

    async def residence(self, zip_code: str = "70173", **more: Any) -> None:
        """Hand in where she lives."""
        given = {**_RESIDENCE, "zip_code": zip_code, "document_residence_proof": PICTURE, **more}
        await self.sdk.set_viviswap_kyc_residence_details(**given)

    async def identity(
        self, number: str = "C01X00T47", kind: OfficialDocumentType = OfficialDocumentType.PASSPORT
    ) -> None:
        """Hand in a document and a video."""
        back = None if kind is OfficialDocumentType.PASSPORT else PICTURE
        paper = IdentityOfficialDocumentData(kind, _BEHIND, number, PICTURE, back)
        await self.sdk.set_viviswap_kyc_identity_details(paper, VIDEO)

    async def answers(self, text: str = "To like articles", *, volume: int = 0) -> None:
        """Answer what is asked; the volume is one of the answers offered."""
        for question in await self.sdk.get_viviswap_kyc_amla_open_questions():
            own_words = text if question.is_free_text else None
            place = volume if question.id == "yearly-volume" else 0
            chosen = question.possible_answers[place : place + 1]
            await self.sdk.set_viviswap_kyc_amla_answer(question.id, chosen, own_words)

    async def papers(self, number: str = "P1234", *, only: str | None = None) -> set[str]:
        """Hand in every document that is asked for, or one of them."""
        papers = await self.sdk.get_viviswap_kyc_open_documents()
        papers = [paper for paper in papers if only in {None, paper.id}]
        for paper in papers:
            back = PICTURE if paper.is_back_image_required else None
            await self.sdk.set_viviswap_kyc_document(paper.id, _BEHIND, number, PICTURE, back)
        return {paper.id for paper in papers}

    async def steps(self) -> tuple[str, str, str, str]:
        """Return what is next to hand in, what is verified, what the SDK shows next, and the status."""
        found: ViviswapKycStatus = await self.sdk.get_kyc_details_for_viviswap()
        state = (await self.sdk.get_user()).viviswap_state
        self.review()
        shown = (
            found.submission_step,
            found.verified_step,
            state.next_verification_step,
            found.verification_status,
        )
        return tuple(str(one.value) for one in shown)  # type: ignore[return-value]

    def review(self) -> dict[str, Any]:
        """Return what a reviewer sees, and note the state of each part."""
        seen = self.world.sandbox.control("GET", f"kyc/applications/{self.person.name}")
        for part in seen["parts"]:
            kind = part["name"].partition(":")[0].capitalize()
            self.world.reached.note(f"part {kind} {part['state']}")
        self.world.reached.note(f"risk level {seen['status']['risk_level']}")
        if seen["status"]["closed_reason"]:
            self.world.reached.note("application closed")
        return dict(seen)

    def part(self, name: str) -> tuple[str, str]:
        """Return state and reason of a part."""
        return next((one["state"], one["reason"]) for one in self.review()["parts"] if one["name"] == name)

    def verdict(self, part: str, verdict: str, reason: str = "") -> None:
        """Decide as the reviewer."""
        body = {"part": part, "verdict": verdict, "reason": reason}
        self.world.sandbox.control("POST", f"kyc/applications/{self.person.name}/verdicts", body)

    async def magic(
        self, field: str, value: str, part: str, hand_in: Callable[[str], Awaitable[None]]
    ) -> magic.Outcome:
        """Hand in a magic value, and see that what the table says comes of it, and nothing else."""
        entry = magic.find(field, value)
        assert entry is not None
        await hand_in(value)
        self.world.passes(2.5)
        state, reason = self.part(part)
        closed = self.review()["status"]["closed_reason"]
        seen = magic.Outcome.WAIT
        if closed:
            seen = magic.Outcome.CLOSE
            assert closed == entry.reason
        elif state == "rejected":
            seen = magic.Outcome.REJECT
            assert reason == entry.reason
        elif state == "in review":
            self.world.passes(hours=1)
            seen = magic.Outcome.SLOW if self.part(part)[0] == "approved" else magic.Outcome.WAIT
        else:
            raise AssertionError(f"{value} was approved like any other value")
        self.world.reached.note(f"{field} {value}: {seen}")
        assert seen == entry.outcome
        return seen


async def applicant(world: World, name: str) -> Applicant:
    """Return somebody with the exchange, who has handed in nothing."""
    found = Applicant(world, await world.person(name, wallet=False))
    await found.begin()
    return found
