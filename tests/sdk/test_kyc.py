"""Identity checks: what is typed is kept, what was done is known, and a failure leaves nothing stuck."""

from __future__ import annotations

import base64
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from etopay_sdk import (
    AuthError,
    BackendError,
    File,
    IdentityOfficialDocumentData,
    IdentityPersonalDocumentData,
    KycType,
    NetworkTimeout,
    NotFound,
    OfficialDocumentType,
    PaymentDetail,
    Sdk,
    StateError,
    ValidationError,
    ViviswapAddressDetail,
    ViviswapPartiallyKycDetails,
    ViviswapVerificationStatus,
    ViviswapVerificationStep,
)

from tests.sdk.conftest import OpenSdk, ReadySdk
from tests.sdk.fake_services import TOKEN, Services, Story

Typed = dict[str, Any]
COMPLETE: Typed = {
    "is_individual": True,
    "is_pep": False,
    "is_us_citizen": False,
    "is_regulatory_disclosure": True,
    "country_of_residence": "DE",
    "nationality": "de",
    "full_name": "Max Müller",
    "date_of_birth": date(1990, 1, 31),
}
RESIDENCE: Typed = {
    "country_code": "DE",
    "region": "BW",
    "zip_code": "70000",
    "city": "Stuttgart",
    "address_line_1": "Weg 1",
    "address_line_2": "",
    "is_public_entry": False,
    "has_no_official_document": False,
}


class TestPostident:
    async def test_from_start_to_end(self, ready: ReadySdk, services: Services) -> None:
        sdk = await ready()
        case = await sdk.start_kyc_verification_for_postident()
        assert (case.case_id, case.case_url) == ("case-1", "https://example.org/1")
        assert (await sdk.get_user()).kyc_type is KycType.POSTIDENT
        details = await sdk.get_kyc_details_for_postident()
        assert (details.case_id, details.archived, details.status) == ("case-1", False, "opened")
        assert not await sdk.is_kyc_status_verified("alice")
        await sdk.update_kyc_status_for_postident(case.case_id)
        assert services.exchange.handed_in == [("postident", {"case_id": "case-1"})]
        assert await sdk.is_kyc_status_verified("alice")
        assert (await sdk.get_user()).is_kyc_verified is True

    @pytest.mark.parametrize(("kind", "error"), [("500", BackendError), ("401", AuthError)])
    async def test_a_start_that_failed_can_be_repeated(
        self, ready: ReadySdk, services: Services, kind: str, error: type[Exception]
    ) -> None:
        sdk = await ready()
        services.fail("/postident/get-new-case-id", kind, times=1)
        with pytest.raises(error):
            await sdk.start_kyc_verification_for_postident()
        assert (await sdk.get_user()).kyc_type is KycType.UNDEFINED
        assert (await sdk.start_kyc_verification_for_postident()).case_id == "case-1"
        assert (await sdk.start_kyc_verification_for_postident()).case_id == "case-2"

    async def test_a_verified_user_is_not_sent_again(self, ready: ReadySdk, services: Services) -> None:
        sdk = await ready()
        services.exchange.verified = True
        with pytest.raises(StateError) as raised:
            await sdk.start_kyc_verification_for_postident()
        assert raised.value.code == "kyc_already_verified"
        assert "/postident/get-new-case-id" not in services.requests

    async def test_a_verification_that_was_taken_back_is_not_remembered(
        self, ready: ReadySdk, services: Services
    ) -> None:
        sdk = await ready()
        for verified in (True, False):
            services.exchange.verified = verified
            assert await sdk.is_kyc_status_verified("alice") is verified
            assert (await sdk.get_user()).is_kyc_verified is verified

    async def test_the_provider_is_chosen_once(
        self, ready: ReadySdk, open_sdk: OpenSdk, story: Story, services: Services
    ) -> None:
        sdk = await ready()
        await sdk.start_kyc_verification_for_postident()
        await sdk.close()
        again = open_sdk()
        await again.init_user("alice")
        await again.refresh_access_token(TOKEN)
        await again.unlock(story.pin)
        with pytest.raises(StateError) as raised:
            await again.start_kyc_verification_for_viviswap("a@b.c", terms_accepted=True)
        assert (raised.value.code, raised.value.details) == (
            "kyc_already_started",
            {"provider": "Postident"},
        )

    async def test_it_works_while_locked_and_remembers_nothing(self, ready: ReadySdk) -> None:
        sdk = await ready()
        await sdk.lock()
        await sdk.start_kyc_verification_for_postident()
        assert (await sdk.get_user()).kyc_type is None

    @pytest.mark.parametrize("case_id", ["", "x" * 1025])
    async def test_ids_are_bounded(self, ready: ReadySdk, case_id: str) -> None:
        sdk = await ready()
        with pytest.raises(ValidationError):
            await sdk.update_kyc_status_for_postident(case_id)


class TestViviswap:
    async def begun(self, ready: ReadySdk, **options: Any) -> Sdk:
        sdk = await ready(**options)
        user = await sdk.start_kyc_verification_for_viviswap("a@b.c", terms_accepted=True)
        assert user.username == "alice at the exchange"
        return sdk

    async def test_general_and_personal(self, ready: ReadySdk, services: Services) -> None:
        sdk = await self.begun(ready)
        assert services.exchange.handed_in.pop() == ("users", {"mail": "a@b.c", "terms_accepted": True})
        for name, value in COMPLETE.items():
            kept = await sdk.update_kyc_partially_status_for_viviswap(**{name: value})
        assert kept == ViviswapPartiallyKycDetails(**COMPLETE)
        await sdk.submit_kyc_partially_status_for_viviswap()
        general, personal = services.exchange.handed_in
        assert general == (
            "general",
            {
                "is_individual": True,
                "is_pep": False,
                "is_us_citizen": False,
                "is_regulatory_disclosure": True,
                "country_of_residence": "DE",
                "nationality": "de",
            },
        )
        assert personal == ("personal", {"full_name": "Max Müller", "date_of_birth": "1990-01-31"})
        state = (await sdk.get_user()).viviswap_state
        assert state is not None
        assert state.next_verification_step is ViviswapVerificationStep.RESIDENCE
        assert state.partial_kyc_details_input == ViviswapPartiallyKycDetails(**COMPLETE)

    async def test_a_repeated_submission_does_not_begin_again(
        self, ready: ReadySdk, services: Services
    ) -> None:
        sdk = await self.begun(ready)
        await sdk.update_kyc_partially_status_for_viviswap(**COMPLETE)
        await sdk.submit_kyc_partially_status_for_viviswap()
        await sdk.submit_kyc_partially_status_for_viviswap()
        assert [name for name, _ in services.exchange.handed_in] == [
            "users",
            "general",
            "personal",
            "personal",
        ]

    async def test_what_was_typed_survives_a_restart(
        self, ready: ReadySdk, open_sdk: OpenSdk, story: Story, services: Services
    ) -> None:
        sdk = await self.begun(ready)
        some = {name: COMPLETE[name] for name in ("full_name", "nationality")}
        await sdk.update_kyc_partially_status_for_viviswap(**some)
        await sdk.get_kyc_details_for_viviswap()
        await sdk.close()
        again = open_sdk()
        await again.init_user("alice")
        await again.unlock(story.pin)
        state = (await again.get_user()).viviswap_state
        assert state is not None
        assert state.partial_kyc_details_input == ViviswapPartiallyKycDetails(**some)
        await again.refresh_access_token(TOKEN)
        rest = {name: value for name, value in COMPLETE.items() if name not in some}
        kept = await again.update_kyc_partially_status_for_viviswap(**rest)
        assert kept == ViviswapPartiallyKycDetails(**COMPLETE)

    async def test_every_wrong_field_is_named(self, ready: ReadySdk) -> None:
        sdk = await self.begun(ready)
        wrong: Typed = {
            "is_pep": True,
            "is_us_citizen": True,
            "is_regulatory_disclosure": False,
            "country_of_residence": "US",
            "nationality": "XX",
            "full_name": "M",
            "date_of_birth": date.today() - timedelta(days=365 * 17),  # noqa: DTZ011
        }
        with pytest.raises(ValidationError) as raised:
            await sdk.update_kyc_partially_status_for_viviswap(**wrong)
        assert raised.value.code == "invalid_kyc_details"
        assert set(raised.value.details["fields"]) == set(wrong)
        assert raised.value.details["fields"]["date_of_birth"] == "the user has to be 18 years old"
        # One that was wrong before can be put right, and nothing of the wrong ones was kept.
        kept = await sdk.update_kyc_partially_status_for_viviswap(full_name="Max")
        assert kept == ViviswapPartiallyKycDetails(full_name="Max")

    async def test_every_missing_field_is_named(self, ready: ReadySdk) -> None:
        sdk = await self.begun(ready)
        await sdk.update_kyc_partially_status_for_viviswap(full_name="Max")
        with pytest.raises(ValidationError) as raised:
            await sdk.submit_kyc_partially_status_for_viviswap()
        assert raised.value.details["fields"] == dict.fromkeys(set(COMPLETE) - {"full_name"}, "it is missing")

    async def test_a_verified_user_cannot_change_it(self, ready: ReadySdk, services: Services) -> None:
        sdk = await self.begun(ready)
        services.exchange.status = "PartiallyVerified"
        for call in (
            sdk.update_kyc_partially_status_for_viviswap(full_name="Max"),
            sdk.submit_kyc_partially_status_for_viviswap(),
        ):
            with pytest.raises(StateError) as raised:
                await call
            assert raised.value.code == "invalid_kyc_state"

    @pytest.mark.parametrize(
        ("verified", "following"),
        [
            ("Undefined", "General"),
            ("General", "Personal"),
            ("Personal", "Residence"),
            ("Residence", "Identity"),
            ("Identity", "Amla"),
            ("Amla", "Documents"),
            ("Document", "Undefined"),
            ("Completed", "Undefined"),
        ],
    )
    async def test_the_next_step(
        self, ready: ReadySdk, services: Services, verified: str, following: str
    ) -> None:
        sdk = await self.begun(ready)
        services.exchange.step, services.exchange.limit = verified, 20000.5
        details = await sdk.get_kyc_details_for_viviswap()
        assert (details.full_name, details.monthly_limit_eur) == ("Max M", Decimal("20000.5"))
        assert details.verification_status is ViviswapVerificationStatus.UNVERIFIED
        state = (await sdk.get_user()).viviswap_state
        assert state is not None
        assert (state.next_verification_step, state.monthly_limit_eur) == (following, Decimal("20000.5"))

    async def test_a_new_device_learns_how_far_it_is(self, ready: ReadySdk, services: Services) -> None:
        sdk = await ready()
        services.exchange.account, services.exchange.step = "alice", "Personal"
        await sdk.get_kyc_details_for_viviswap()
        assert (await sdk.get_user()).kyc_type is KycType.VIVISWAP
        with pytest.raises(StateError):
            await sdk.start_kyc_verification_for_postident()

    async def test_who_only_asks_has_not_chosen(self, ready: ReadySdk, services: Services) -> None:
        sdk = await ready()
        services.exchange.account = "alice"
        await sdk.get_kyc_details_for_viviswap()
        assert (await sdk.get_user()).kyc_type is KycType.UNDEFINED

    async def test_typed_details_need_an_open_vault(self, ready: ReadySdk) -> None:
        sdk = await self.begun(ready)
        await sdk.lock()
        for call in (
            sdk.update_kyc_partially_status_for_viviswap(full_name="Max"),
            sdk.submit_kyc_partially_status_for_viviswap(),
        ):
            with pytest.raises(StateError) as raised:
                await call
            assert raised.value.code == "locked"

    @pytest.mark.parametrize("mail", ["", "a", "a b@c", "x" * 251 + "@b.c"])
    async def test_mail_is_checked(self, ready: ReadySdk, mail: str) -> None:
        sdk = await ready()
        with pytest.raises(ValidationError):
            await sdk.start_kyc_verification_for_viviswap(mail, terms_accepted=True)

    async def test_terms_have_to_be_accepted(self, ready: ReadySdk, services: Services) -> None:
        sdk = await ready()
        with pytest.raises(ValidationError):
            await sdk.start_kyc_verification_for_viviswap("a@b.c", terms_accepted=False)
        assert services.exchange.account is None


def sent_file(value: dict[str, str]) -> tuple[str, bytes]:
    return value["filename"], base64.b64decode(value["data"], validate=True)


class TestFiles:
    async def test_residence(self, ready: ReadySdk, services: Services, tmp_path: Path) -> None:
        sdk = await ready()
        proof = tmp_path / "bill.pdf"
        proof.write_bytes(b"\x00\xffpdf")
        await sdk.set_viviswap_kyc_residence_details(**RESIDENCE, document_residence_proof=proof)
        ((name, body),) = services.exchange.handed_in
        assert sent_file(body.pop("document_residence_proof")) == ("bill.pdf", b"\x00\xffpdf")
        assert (name, body) == ("residence", RESIDENCE | {"public_entry_reference": None})

    async def test_residence_without_what_it_needs(self, ready: ReadySdk, services: Services) -> None:
        sdk = await ready()
        with pytest.raises(ValidationError) as raised:
            await sdk.set_viviswap_kyc_residence_details(**RESIDENCE | {"is_public_entry": True})
        assert set(raised.value.details["fields"]) == {"public_entry_reference", "document_residence_proof"}
        assert services.exchange.handed_in == []

    @pytest.mark.parametrize("back", [None, File("back.png", b"back")])
    async def test_identity(
        self, ready: ReadySdk, services: Services, tmp_path: Path, back: File | None
    ) -> None:
        sdk = await ready()
        video = tmp_path / "me.mp4"
        video.write_bytes(b"v" * 5_000_000)
        document = IdentityOfficialDocumentData(
            OfficialDocumentType.DRIVERS_LICENSE, date(2030, 5, 1), "X1", b"front", back
        )
        await sdk.set_viviswap_kyc_identity_details(document, IdentityPersonalDocumentData(video))
        ((name, body),) = services.exchange.handed_in
        official = body["official_document"]
        assert name == "identity"
        assert (official["type"], official["expiration_date"], official["document_number"]) == (
            "DriversLicense",
            "2030-05-01",
            "X1",
        )
        assert sent_file(official["front_image"]) == ("front", b"front")
        assert official["back_image"] is None if back is None else sent_file(official["back_image"])
        assert sent_file(body["personal_document"]["video"]) == ("me.mp4", b"v" * 5_000_000)

    async def test_questions_and_documents(self, ready: ReadySdk, services: Services) -> None:
        sdk = await ready()
        (question,) = await sdk.get_viviswap_kyc_amla_open_questions()
        assert (question.id, question.possible_answers, question.max_answers) == ("q1", ("a", "b"), 2)
        await sdk.set_viviswap_kyc_amla_answer("q1", ("a",), "because")
        (document,) = await sdk.get_viviswap_kyc_open_documents()
        assert (document.id, document.type, document.is_back_image_required) == ("d1", "bill", False)
        await sdk.set_viviswap_kyc_document("d1", date(2031, 1, 2), "", front_image=b"f")
        answer, handed = services.exchange.handed_in
        assert answer == (
            "questions",
            {"question_id": "q1", "answers": ["a"], "freetext_answer": "because"},
        )
        assert sent_file(handed[1].pop("front_image")) == ("front", b"f")
        assert handed == (
            "documents",
            {"document_id": "d1", "expiration_date": "2031-01-02", "document_number": "", "back_image": None},
        )

    @pytest.mark.parametrize(
        "file",
        [
            File("", b"x"),
            File("a/b", b"x"),
            File("a\\b", b"x"),
            File("a\n", b"x"),
            File("n" * 256, b"x"),
            b"",
        ],
    )
    async def test_bad_files_are_refused(
        self, ready: ReadySdk, services: Services, file: File | bytes
    ) -> None:
        sdk = await ready()
        with pytest.raises(ValidationError):
            await sdk.set_viviswap_kyc_document("d1", date(2031, 1, 2), "1", front_image=file)
        assert services.exchange.handed_in == []

    async def test_text_is_no_path(self, ready: ReadySdk, tmp_path: Path) -> None:
        sdk = await ready()
        (tmp_path / "x").write_bytes(b"x")
        with pytest.raises(TypeError):
            await sdk.set_viviswap_kyc_document("d1", date(2031, 1, 2), "1", front_image=str(tmp_path / "x"))  # type: ignore[arg-type]

    async def test_a_file_that_is_too_large_is_refused(self, ready: ReadySdk) -> None:
        sdk = await ready()
        with pytest.raises(ValidationError):
            await sdk.set_viviswap_kyc_document("d1", date(2031, 1, 2), "1", front_image=bytes(2**26 + 1))

    async def test_a_slow_upload_may_be_given_more_time(self, ready: ReadySdk, services: Services) -> None:
        sdk = await ready(read=0.4)
        services.delays["/viviswap/kyc/documents"] = 0.8
        with pytest.raises(NetworkTimeout):
            await sdk.set_viviswap_kyc_document("d1", date(2031, 1, 2), "1", front_image=b"x")
        await sdk.within(5).set_viviswap_kyc_document("d1", date(2031, 1, 2), "1", front_image=b"x")


async def test_nothing_personal_is_in_a_repr() -> None:
    shown = [
        ViviswapPartiallyKycDetails(**COMPLETE),
        File("x.png", b"content"),
        IdentityOfficialDocumentData(OfficialDocumentType.ID, date(2030, 1, 1), "NUMBER", b"content"),
        IdentityPersonalDocumentData(b"content"),
        ViviswapAddressDetail("id", "DE89370400440532013000", is_verified=True),
        PaymentDetail("id", "DE89370400440532013000", None),
    ]
    for value in shown:
        assert not [
            secret for secret in ("Müller", "1990", "NUMBER", "content", "DE89") if secret in repr(value)
        ]


async def test_only_the_active_user_can_be_asked_about(ready: ReadySdk) -> None:
    sdk = await ready()
    with pytest.raises(NotFound):
        await sdk.is_kyc_status_verified("bob")
