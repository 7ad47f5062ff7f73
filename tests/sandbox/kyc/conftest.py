"""Somebody on her way through the identity check, over the wire."""

import base64
import io
from dataclasses import dataclass
from typing import Any

import httpx
import pytest
from PIL import Image

from tests.sandbox.conftest import Sandbox

GENERAL = {
    "is_individual": True,
    "is_pep": False,
    "is_us_citizen": False,
    "is_regulatory_disclosure": True,
    "country_of_residence": "DE",
    "nationality": "de",
}
PERSONAL = {"full_name": "Max Müller", "date_of_birth": "1990-01-31"}
RESIDENCE = {
    "country_code": "DE",
    "region": "BW",
    "zip_code": "70173",
    "city": "Stuttgart",
    "address_line_1": "Weg 1",
    "address_line_2": "",
    "is_public_entry": False,
    "public_entry_reference": None,
    "has_no_official_document": True,
    "document_residence_proof": None,
}
ANSWERS = (
    {"question_id": "occupation", "answers": ["Employed"], "freetext_answer": None},
    {"question_id": "origin-of-funds", "answers": ["Salary", "Savings"], "freetext_answer": "A side job"},
    {"question_id": "yearly-volume", "answers": ["Up to 15 000 EUR"], "freetext_answer": None},
    {"question_id": "purpose", "answers": [], "freetext_answer": "To like articles"},
)
MP4 = b"\x00\x00\x00\x18ftypmp42\x00\x00\x00\x00mp42isom" + bytes(200)
WEBM = b"\x1a\x45\xdf\xa3\x9f\x42\x86\x81\x01\x42\x82\x84webm" + bytes(200)


def picture(form="PNG", size=(320, 200)):
    kept = io.BytesIO()
    Image.effect_noise(size, 60).save(kept, form)
    return kept.getvalue()


PNG = picture()


def file(content=PNG, name="front.png"):
    return {"data": base64.b64encode(content).decode(), "filename": name}


def identity(**changes):
    paper = {
        "type": "Passport",
        "expiration_date": "2030-12-31",
        "document_number": "C01X00T47",
        "front_image": file(),
        "back_image": None,
    }
    return {"official_document": paper | changes, "personal_document": {"video": file(MP4, "me.mp4")}}


def document(name="bank-statement", **changes):
    empty = {"expiration_date": "", "document_number": "", "front_image": file(), "back_image": None}
    return {"document_id": name, **empty, **changes}


STEPS = ("general", "personal", "residence", "identity", "questions", "documents")


@dataclass
class Customer:
    """A user with the exchange."""

    sandbox: Sandbox
    name: str
    headers: dict[str, str]

    async def post(self, path: str, body: Any) -> httpx.Response:
        return await self.sandbox.http.post(f"/api/viviswap/{path}", json=body, headers=self.headers)

    async def get(self, path: str) -> httpx.Response:
        return await self.sandbox.http.get(f"/api/viviswap/{path}", headers=self.headers)

    async def status(self) -> dict[str, Any]:
        answer = await self.get("kyc/status")
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def steps(self) -> tuple[str, str, str]:
        found = await self.status()
        return found["submission_step"], found["verified_step"], found["verification_status"]

    async def begin(self, mail: str = "max@example.org") -> None:
        answer = await self.post("users", {"mail": mail, "terms_accepted": True})
        assert (answer.status_code, answer.json()) == (200, {"username": self.name})
        self.wait(1)

    async def hand_in(self, step: str, body: Any) -> None:
        answer = await self.post(f"kyc/{step}", body)
        assert (answer.status_code, answer.text) == (200, "null")

    async def go(self, last: str = "documents", **changes: Any) -> None:
        """Hand in everything up to a step, each with what is to be different."""
        for step in STEPS[: STEPS.index(last) + 1]:
            other = changes.get(step, {})
            if step == "questions":
                for answer in ANSWERS:
                    await self.hand_in(step, answer | other.get(answer["question_id"], {}))
            elif step == "documents":
                for open_one in (await self.get("kyc/documents")).json()["documents"]:
                    name = open_one["id"]
                    back = file() if open_one["is_back_image_required"] else None
                    number = {"document_number": "P123", "expiration_date": "2029-01-01"}
                    await self.hand_in(step, document(name, back_image=back, **number) | other.get(name, {}))
            else:
                usual = {"general": GENERAL, "personal": PERSONAL, "residence": RESIDENCE}.get(step)
                await self.hand_in(step, usual | other if usual else identity(**other))

    def wait(self, seconds: float = 2) -> None:
        self.sandbox.clock.advance(seconds)

    async def is_verified(self) -> bool:
        answer = await self.sandbox.http.get("/api/kyc/check-status", headers=self.headers)
        return answer.json()["is_verified"]

    async def review(self, call: str, body: Any, *, method: str = "POST") -> httpx.Response:
        path = f"/_sandbox/kyc/applications/{self.name}/{call}"
        return await self.sandbox.http.request(method, path, json=body)

    async def verdict(self, part: str, verdict: str, reason: str = "") -> httpx.Response:
        return await self.review("verdicts", {"part": part, "verdict": verdict, "reason": reason})


@pytest.fixture
async def dora(sandbox):
    return Customer(sandbox, "dora", await sandbox.user("dora"))


@pytest.fixture
def sandbox(make_sandbox):
    """Return a sandbox whose tokens outlive the waits of an identity check."""
    return make_sandbox(access_token_seconds=1_000_000)
