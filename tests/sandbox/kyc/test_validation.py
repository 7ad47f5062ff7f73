"""What the exchange refuses, field by field, with the field's name."""

import base64

import pytest

from sandbox.services.kyc.viviswap import files
from tests.sandbox.kyc.conftest import (
    ANSWERS,
    GENERAL,
    MP4,
    PERSONAL,
    PNG,
    RESIDENCE,
    WEBM,
    document,
    file,
    identity,
    picture,
)

GIF = picture("GIF")
JPEG = picture("JPEG")
WEBP = picture("WEBP")
PDF = b"%PDF-1.7\n" + bytes(100) + b"\n%%EOF\n"


async def refused(customer, step, body, member):
    answer = await customer.post(f"kyc/{step}", body)
    assert answer.status_code == 422, answer.text
    assert member in answer.json()["detail"]


@pytest.fixture
async def begun(dora):
    await dora.begin()
    return dora


GENERAL_REFUSED = (
    ("is_pep", True),
    ("is_us_citizen", True),
    ("is_regulatory_disclosure", False),
    ("is_individual", "yes"),
    ("country_of_residence", "XX"),
    ("country_of_residence", "DEU"),
    ("country_of_residence", "US"),
    ("country_of_residence", "tr"),
    ("nationality", ""),
    ("nationality", "IR"),
    ("nationality", 7),
)


async def test_general(begun):
    for member, value in GENERAL_REFUSED:
        await refused(begun, "general", GENERAL | {member: value}, member)


@pytest.mark.parametrize(("residence", "nationality"), [("XK", "XK"), ("at", "bd"), ("CH", "NG")])
async def test_general_takes_these_countries(begun, residence, nationality):
    await begun.hand_in("general", GENERAL | {"country_of_residence": residence, "nationality": nationality})


PERSONAL_REFUSED = (
    ("full_name", "M"),
    ("full_name", "M" * 129),
    ("full_name", "12 34"),
    ("full_name", "Max\u0007"),
    ("date_of_birth", "2008-03-02"),
    ("date_of_birth", "2026-03-02"),
    ("date_of_birth", "1890-01-01"),
    ("date_of_birth", "1990-02-30"),
    ("date_of_birth", "19900131"),
    ("date_of_birth", "31.01.1990"),
    ("date_of_birth", ""),
)


async def test_personal(begun):
    await begun.go("general")
    for member, value in PERSONAL_REFUSED:
        await refused(begun, "personal", PERSONAL | {member: value}, member)


async def test_personal_on_the_eighteenth_birthday(begun):
    await begun.go("general")
    await begun.hand_in("personal", PERSONAL | {"date_of_birth": "2008-03-01"})


RESIDENCE_REFUSED = (
    ("country_code", "AT"),
    ("country_code", "US"),
    ("zip_code", ""),
    ("zip_code", "7017 3 and more of it"),
    ("city", " "),
    ("city", "Ulm\u0000"),
    ("address_line_1", ""),
    ("is_public_entry", True),
    ("has_no_official_document", False),
    ("document_residence_proof", file(b"no picture")),
    ("document_residence_proof", file(PDF[:-10])),
    ("document_residence_proof", {"data": "", "filename": "a.png"}),
    ("document_residence_proof", {"data": base64.b64encode(PNG).decode()[:-3], "filename": "a.png"}),
    ("document_residence_proof", {"data": base64.urlsafe_b64encode(PNG).decode(), "filename": "a.png"}),
    ("document_residence_proof", file(PNG, "../a.png")),
    ("document_residence_proof", file(PNG, "")),
)


async def test_residence(begun):
    await begun.go("personal")
    for member, value in RESIDENCE_REFUSED:
        member_named = "public_entry_reference" if member == "is_public_entry" else member
        if member == "has_no_official_document":
            member_named = "document_residence_proof"
        await refused(begun, "residence", RESIDENCE | {member: value}, member_named)


async def test_residence_takes_a_pdf_and_a_public_entry(begun):
    await begun.go("personal")
    proof = {"has_no_official_document": False, "document_residence_proof": file(PDF, "bill.pdf")}
    entry = {"is_public_entry": True, "public_entry_reference": "https://example.org/register"}
    await begun.hand_in("residence", RESIDENCE | proof | entry)
    parts = (await begun.sandbox.http.get("/_sandbox/kyc/applications/dora")).json()["parts"]
    kept = next(part for part in parts if part["name"] == "residence")["files"]
    assert [(one["filename"], one["media_type"], one["size"]) for one in kept] == [
        ("bill.pdf", "application/pdf", len(PDF))
    ]


IDENTITY_REFUSED = (
    ("type", "Library"),
    ("type", "Id"),
    ("expiration_date", "2026-02-28"),
    ("expiration_date", "tomorrow"),
    ("document_number", "-"),
    ("document_number", "C0\n1"),
    ("front_image", None),
    ("front_image", file(GIF)),
    ("front_image", file(PDF)),
    ("front_image", file(picture(size=(99, 200)))),
    ("front_image", file(PNG[:-20])),
    ("front_image", file(PNG[:200] + b"\x00\x01" + PNG[202:])),
    ("front_image", file(JPEG[: len(JPEG) // 2])),
    ("back_image", file(MP4)),
)


async def test_identity(begun):
    await begun.go("personal")
    for member, value in IDENTITY_REFUSED:
        named = "back_image" if value == "Id" else member
        await refused(begun, "identity", identity(**{member: value}), named)


@pytest.mark.parametrize(
    "content", [b"", PNG, MP4[:20], b"\x00\x00\x00\x08ftyp", b"\x1a\x45\xdf\xa3matroska" + bytes(80)]
)
async def test_identity_without_a_video(begun, content):
    await begun.go("personal")
    body = identity() | {"personal_document": {"video": file(content, "me.mp4")}}
    await refused(begun, "identity", body, "personal_document.video")


@pytest.mark.parametrize("video", [MP4, WEBM, MP4.replace(b"mp42", b"qt  ", 1)])
@pytest.mark.parametrize("image", [PNG, JPEG, WEBP])
async def test_identity_takes_all_kinds(begun, video, image):
    await begun.go("personal")
    body = identity(type="Id", front_image=file(image), back_image=file(image))
    await begun.hand_in("identity", body | {"personal_document": {"video": file(video)}})


async def test_a_file_that_is_too_large_is_named(begun, monkeypatch):
    monkeypatch.setattr(files, "LARGEST_IMAGE", len(PNG) - 1)
    await begun.go("personal")
    await refused(begun, "identity", identity(), "official_document.front_image")


async def test_a_picture_with_too_many_pixels_is_not_opened(begun):
    await begun.go("personal")
    # The header of the picture says how large it is; nothing of that size is ever made.
    bomb = PNG[:16] + (50_000).to_bytes(4, "big") * 2 + PNG[24:]
    await refused(begun, "identity", identity(front_image=file(bomb)), "front_image")


ANSWERS_REFUSED = (
    (0, [], None),
    (0, ["Employed", "Retired"], None),
    (0, ["Employed", "Employed"], None),
    (0, ["Spy"], None),
    (0, ["Employed"], "and more"),
    (0, [], "Spy"),
    (1, [], None),
    (1, ["Salary", "Savings", "Own business"], "more"),
    (1, [], " "),
    (1, ["Salary"], "\u0007"),
    (3, [], None),
    (3, ["Anything"], None),
)


async def test_answers(begun):
    await begun.go("identity")
    for number, answers, free_text in ANSWERS_REFUSED:
        body = ANSWERS[number] | {"answers": answers, "freetext_answer": free_text}
        assert (await begun.post("kyc/questions", body)).status_code == 422, body


@pytest.mark.parametrize(
    ("answers", "free_text"), [(["Salary"], None), ([], "A prize"), (["Salary", "Savings"], "A prize")]
)
async def test_answers_between_least_and_most(begun, answers, free_text):
    await begun.go("identity")
    await begun.hand_in("questions", ANSWERS[1] | {"answers": answers, "freetext_answer": free_text})


async def test_questions_of_the_wire(begun):
    found = (await begun.get("kyc/questions")).json()["questions"]
    assert [(one["min_answers"], one["max_answers"], one["is_free_text"]) for one in found] == [
        (1, 1, False),
        (1, 3, True),
        (1, 1, False),
        (1, 1, True),
    ]
    await begun.go("identity")
    await begun.hand_in("questions", ANSWERS[0])
    assert len((await begun.get("kyc/questions")).json()["questions"]) == 3
    nobody = await begun.post("kyc/questions", ANSWERS[0] | {"question_id": "colour"})
    assert (nobody.status_code, nobody.json()["error"]) == (404, "not_asked_for")


DOCUMENTS_REFUSED = (
    ("bank-statement", "front_image", None),
    ("bank-statement", "front_image", file(b"x")),
    ("bank-statement", "expiration_date", "soon"),
    ("bank-statement", "document_number", "1\u0007"),
    ("residence-permit", "expiration_date", "2020-01-01"),
    ("residence-permit", "expiration_date", ""),
    ("residence-permit", "document_number", ""),
    ("residence-permit", "back_image", None),
)


async def test_documents(begun):
    await begun.go("questions", general={"nationality": "BR"})
    good = {"expiration_date": "2029-01-01", "document_number": "P1234", "back_image": file()}
    for name, member, value in DOCUMENTS_REFUSED:
        await refused(begun, "documents", document(name, **(good | {member: value})), member)
    await begun.hand_in("documents", document("residence-permit", **good))
    await begun.hand_in("documents", document(expiration_date="2025-12-31", document_number="-"))


class TestBodyLimit:
    async def test_is_larger_for_the_calls_with_files_only(self, make_sandbox):
        sandbox = make_sandbox(body_limit=2048, kyc_body_limit=4096)
        headers = await sandbox.user("dora") | {"content-type": "application/json"}

        async def status(path, size):
            answer = await sandbox.http.post(path, content=b'"' + b"x" * size, headers=headers)
            return answer.status_code

        for name in ("residence", "identity", "documents"):
            assert await status(f"/api/viviswap/kyc/{name}", 3000) == 422
            assert await status(f"/api//viviswap/kyc/{name}", 3000) == 422
            assert await status(f"/api/viviswap/kyc/{name}", 5000) == 413
        for name in ("general", "personal", "questions"):
            assert await status(f"/api/viviswap/kyc/{name}", 3000) == 413

    async def test_a_video_of_twenty_megabytes_arrives(self, begun):
        await begun.go("personal")
        body = identity() | {"personal_document": {"video": file(MP4 + bytes(20 * 1024 * 1024))}}
        await begun.hand_in("identity", body)
