"""Calls about the user's identity."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import date

from etopay_sdk import _wire_services as wire
from etopay_sdk._base import Calls
from etopay_sdk._bridge import call
from etopay_sdk.kyc import (
    CaseDetails,
    FileLike,
    IdentityOfficialDocumentData,
    IdentityPersonalDocumentData,
    KycAmlaQuestion,
    KycOpenDocument,
    NewCaseId,
    NewViviswapUser,
    ViviswapKycStatus,
    ViviswapPartiallyKycDetails,
)


class KycCalls(Calls):
    """Postident, or viviswap step by step. Files are given as content or as a path."""

    async def start_kyc_verification_for_postident(self) -> NewCaseId:
        """Ask for a case at Postident. May be called again; StateError when the user is verified."""
        return wire.new_case(await call(self._services.start_kyc_verification_for_postident))

    async def get_kyc_details_for_postident(self) -> CaseDetails:
        """Ask how far the case at Postident is."""
        return wire.case_details(await call(self._services.get_kyc_details_for_postident))

    async def update_kyc_status_for_postident(self, case_id: str) -> None:
        """Have the backend look at Postident again; is_kyc_status_verified may be true afterwards."""
        await call(self._services.update_kyc_status_for_postident, case_id)

    async def start_kyc_verification_for_viviswap(self, mail: str, terms_accepted: bool) -> NewViviswapUser:
        """Open an account at the exchange; the terms have to be accepted."""
        username = await call(self._services.start_kyc_verification_for_viviswap, mail, terms_accepted)
        return NewViviswapUser(username)

    async def get_kyc_details_for_viviswap(self) -> ViviswapKycStatus:
        """Ask how far the identity check is."""
        return wire.kyc_status(await call(self._services.get_kyc_details_for_viviswap))

    async def update_kyc_partially_status_for_viviswap(
        self,
        *,
        is_individual: bool | None = None,
        is_pep: bool | None = None,
        is_us_citizen: bool | None = None,
        is_regulatory_disclosure: bool | None = None,
        country_of_residence: str | None = None,
        nationality: str | None = None,
        full_name: str | None = None,
        date_of_birth: date | None = None,
    ) -> ViviswapPartiallyKycDetails:
        """Check and keep what the user has typed; what is left out stays as it was.

        ValidationError `invalid_kyc_details` says in `details["fields"]` what is wrong with which field.
        Countries are two letters. What is kept is sealed in the vault; only while unlocked.
        """
        typed = ViviswapPartiallyKycDetails(
            is_individual,
            is_pep,
            is_us_citizen,
            is_regulatory_disclosure,
            country_of_residence,
            nationality,
            full_name,
            date_of_birth,
        )
        kept = await call(self._services.update_kyc_partially_status_for_viviswap, wire.from_partial(typed))
        return wire.partial_details(kept)

    async def submit_kyc_partially_status_for_viviswap(self) -> None:
        """Hand in what was typed; every field has to be there. Only while unlocked."""
        await call(self._services.submit_kyc_partially_status_for_viviswap)

    async def set_viviswap_kyc_residence_details(
        self,
        *,
        country_code: str,
        region: str,
        zip_code: str,
        city: str,
        address_line_1: str,
        address_line_2: str,
        is_public_entry: bool,
        public_entry_reference: str | None = None,
        has_no_official_document: bool,
        document_residence_proof: FileLike | None = None,
    ) -> None:
        """Hand in where the user lives."""
        details = {
            "country_code": country_code,
            "region": region,
            "zip_code": zip_code,
            "city": city,
            "address_line_1": address_line_1,
            "address_line_2": address_line_2,
            "is_public_entry": is_public_entry,
            "public_entry_reference": public_entry_reference,
            "has_no_official_document": has_no_official_document,
        }
        proof = await wire.optional_file_parts(document_residence_proof, "residence")
        await call(self._services.set_viviswap_kyc_residence_details, json.dumps(details), proof)

    async def set_viviswap_kyc_identity_details(
        self, official_document: IdentityOfficialDocumentData, personal_document: IdentityPersonalDocumentData
    ) -> None:
        """Hand in a document and a video of the user. For a long video give it time: `sdk.within(600)`."""
        shown = official_document
        front = await wire.file_parts(shown.front_image, "front")
        back = await wire.optional_file_parts(shown.back_image, "back")
        video = await wire.file_parts(personal_document.video, "video")
        document = wire.document(shown.type, shown.expiration_date, shown.document_number)
        await call(self._services.set_viviswap_kyc_identity_details, document, front, back, video)

    async def get_viviswap_kyc_amla_open_questions(self) -> list[KycAmlaQuestion]:
        """Ask for the questions that are still to be answered."""
        return wire.questions(await call(self._services.get_viviswap_kyc_amla_open_questions))

    async def set_viviswap_kyc_amla_answer(
        self, question_id: str, answers: Iterable[str], freetext_answer: str | None = None
    ) -> None:
        """Answer one question."""
        await call(self._services.set_viviswap_kyc_amla_answer, question_id, list(answers), freetext_answer)

    async def get_viviswap_kyc_open_documents(self) -> list[KycOpenDocument]:
        """Ask for the documents that are still to be handed in."""
        return wire.documents(await call(self._services.get_viviswap_kyc_open_documents))

    async def set_viviswap_kyc_document(
        self,
        document_id: str,
        expiration_date: date,
        document_number: str,
        front_image: FileLike | None = None,
        back_image: FileLike | None = None,
    ) -> None:
        """Hand in one document."""
        front = await wire.optional_file_parts(front_image, "front")
        back = await wire.optional_file_parts(back_image, "back")
        document = wire.document(document_id, expiration_date, document_number)
        await call(self._services.set_viviswap_kyc_document, document, front, back)
