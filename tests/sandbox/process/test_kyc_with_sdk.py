"""The identity check of the real SDK against the real sandbox, both ways, to each step and status."""

import io
from datetime import date

import httpx
import pytest
from etopay_sdk import (
    BackendError,
    Config,
    IdentityOfficialDocumentData,
    IdentityPersonalDocumentData,
    OfficialDocumentType,
    Sdk,
    StateError,
)
from PIL import Image

PIN = "123456"
PASSWORD = "sandbox-Pass-9"
VIDEO = b"\x00\x00\x00\x18ftypmp42\x00\x00\x00\x00mp42isom" + bytes(3_000_000)
PARTIAL = {
    "is_individual": True,
    "is_pep": False,
    "is_us_citizen": False,
    "is_regulatory_disclosure": True,
    "country_of_residence": "de",
    "nationality": "BR",
    "full_name": "Max Müller",
    "date_of_birth": date(1990, 1, 31),
}
RESIDENCE = {
    "country_code": "DE",
    "region": "BW",
    "zip_code": "70173",
    "city": "Stuttgart",
    "address_line_1": "Weg 1",
    "address_line_2": "",
    "is_public_entry": False,
    "has_no_official_document": False,
}


def picture():
    kept = io.BytesIO()
    Image.effect_noise((400, 250), 60).save(kept, "PNG")
    return kept.getvalue()


PNG = picture()


def official(number="C01X00T47"):
    return IdentityOfficialDocumentData(OfficialDocumentType.ID, date(2035, 5, 1), number, PNG, PNG)


class Person:
    """A new user of the sandbox with the SDK in her hand."""

    def __init__(self, running, sdk, name):
        self.running = running
        self.sdk = sdk
        self.name = name

    async def call(self, method, path, **body):
        async with self.running.browser() as browser:
            answer = await browser.request(method, path, json=body or None)
        assert answer.is_success, answer.text
        return answer

    async def wait(self, seconds=3):
        await self.call("POST", "/_sandbox/clock/advance", seconds=seconds)

    async def steps(self):
        found = await self.sdk.get_kyc_details_for_viviswap()
        next_step = (await self.sdk.get_user()).viviswap_state.next_verification_step
        shown = (found.submission_step, found.verified_step, next_step, found.verification_status)
        return tuple(str(part.value) for part in shown)


@pytest.fixture
async def person(start, tmp_path, monkeypatch):
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    running = start()
    opened = []

    async def make(name="max"):
        async with running.browser() as browser:
            user = {"username": name, "password": PASSWORD, "name": "Max"}
            assert (await browser.post("/_sandbox/users", json=user)).status_code == 201
            form = {"grant_type": "password", "client_id": "etopay-test", "scope": "openid"}
            path = "/realms/etopay/protocol/openid-connect/token"
            answer = await browser.post(path, data=form | {"username": name, "password": PASSWORD})
        sdk = Sdk(Config(running.ready["backend"], "standalone", tmp_path / name))
        opened.append(sdk)
        await sdk.create_new_user(name)
        await sdk.init_user(name)
        await sdk.refresh_access_token(answer.json()["access_token"])
        await sdk.set_wallet_password(PIN, "correct-horse-battery-staple")
        await sdk.create_wallet_from_new_mnemonic(PIN)
        return Person(running, sdk, name)

    yield make
    for sdk in opened:
        await sdk.close()


async def test_postident_is_rejected_and_then_approved(person):
    one = await person()
    case = await one.sdk.start_kyc_verification_for_postident()
    async with httpx.AsyncClient(trust_env=False) as browser:
        assert "Identity check of max" in (await browser.get(case.case_url)).text
        await browser.post(case.case_url, data={"decision": "begin"})
        details = await one.sdk.get_kyc_details_for_postident()
        assert (details.case_id, details.archived, details.status) == (case.case_id, False, "in progress")
        await browser.post(case.case_url, data={"decision": "reject", "reason": "Blurred"})
        assert (await one.sdk.get_kyc_details_for_postident()).status == "closed: rejected"
        await one.sdk.update_kyc_status_for_postident(case.case_id)
        assert not await one.sdk.is_kyc_status_verified("max")
        case = await one.sdk.start_kyc_verification_for_postident()
        await browser.post(case.case_url, data={"decision": "approve"})
    await one.sdk.update_kyc_status_for_postident(case.case_id)
    assert await one.sdk.is_kyc_status_verified("max")
    assert (await one.sdk.get_user()).is_kyc_verified


async def test_exchange_from_the_first_step_to_the_last(person):
    one = await person()
    sdk = one.sdk
    await sdk.start_kyc_verification_for_viviswap("max@example.org", terms_accepted=True)
    with pytest.raises(StateError, match="still being set up"):
        await sdk.get_kyc_details_for_viviswap()
    await one.wait()
    assert await one.steps() == ("General", "Undefined", "General", "Unverified")
    await sdk.update_kyc_partially_status_for_viviswap(**PARTIAL)
    await sdk.submit_kyc_partially_status_for_viviswap()
    assert await one.steps() == ("Identity", "Personal", "Residence", "Unverified")
    assert (await sdk.get_user()).viviswap_state.monthly_limit_eur == 20_000

    await sdk.set_viviswap_kyc_residence_details(**RESIDENCE, document_residence_proof=PNG)
    await one.wait()
    assert await one.steps() == ("Identity", "Residence", "Identity", "PartiallyVerified")
    person_on_video = IdentityPersonalDocumentData(VIDEO)
    await sdk.set_viviswap_kyc_identity_details(official("X0000001"), person_on_video)
    await one.wait()
    assert await one.steps() == ("Identity", "Residence", "Identity", "PartiallyVerified")
    await sdk.set_viviswap_kyc_identity_details(official(), person_on_video)
    await one.wait()
    assert await one.steps() == ("Amla", "Identity", "Amla", "PartiallyVerified")

    for question in await sdk.get_viviswap_kyc_amla_open_questions():
        chosen = question.possible_answers[-1:]
        text = "To like articles" if question.is_free_text and question.max_answers > len(chosen) else None
        assert question.min_answers <= len(chosen) + (text is not None)
        await sdk.set_viviswap_kyc_amla_answer(question.id, chosen, text)
    assert await sdk.get_viviswap_kyc_amla_open_questions() == []
    await one.wait()
    assert await one.steps() == ("Documents", "Amla", "Documents", "PartiallyVerified")

    papers = await sdk.get_viviswap_kyc_open_documents()
    assert {paper.id for paper in papers} == {"bank-statement", "residence-permit", "source-of-funds"}
    for paper in papers:
        back = PNG if paper.is_back_image_required else None
        await sdk.set_viviswap_kyc_document(paper.id, date(2035, 1, 1), "P1234", PNG, back)
    assert not await sdk.is_kyc_status_verified("max")
    await one.wait()
    assert await sdk.is_kyc_status_verified("max")
    assert await one.steps() == ("Undefined", "Undefined", "Undefined", "Verified")
    assert (await sdk.get_kyc_details_for_viviswap()).monthly_limit_eur == 250_000


async def test_what_the_exchange_refuses_reaches_the_client(person):
    one = await person()
    await one.sdk.start_kyc_verification_for_viviswap("max@example.org", terms_accepted=True)
    await one.wait()
    for early in (
        one.sdk.set_viviswap_kyc_residence_details(**RESIDENCE, document_residence_proof=PNG),
        one.sdk.set_viviswap_kyc_amla_answer("purpose", [], "To like articles"),
        one.sdk.set_viviswap_kyc_identity_details(
            official(), IdentityPersonalDocumentData(b"no video at all")
        ),
    ):
        with pytest.raises(BackendError):
            await early
    assert await one.steps() == ("General", "Undefined", "General", "Unverified")


async def test_a_closed_application_ends_the_limit(person):
    one = await person()
    await one.sdk.start_kyc_verification_for_viviswap("max@example.org", terms_accepted=True)
    await one.wait()
    await one.sdk.update_kyc_partially_status_for_viviswap(**PARTIAL)
    await one.sdk.submit_kyc_partially_status_for_viviswap()
    assert (await one.sdk.get_kyc_details_for_viviswap()).monthly_limit_eur == 20_000
    await one.call("POST", "/_sandbox/kyc/applications/max/closure", reason="Forged papers.")
    assert (await one.sdk.get_kyc_details_for_viviswap()).monthly_limit_eur == 0
    with pytest.raises(BackendError):
        await one.sdk.set_viviswap_kyc_residence_details(**RESIDENCE, document_residence_proof=PNG)
