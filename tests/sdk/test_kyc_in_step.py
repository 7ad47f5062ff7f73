"""What is remembered of the identity check follows what services say; what was never begun is told so."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import date
from typing import Any

import pytest
from etopay_sdk import (
    BackendError,
    IdentityOfficialDocumentData,
    IdentityPersonalDocumentData,
    KycType,
    NotFound,
    OfficialDocumentType,
    Sdk,
    StateError,
)

from tests.sdk.conftest import ReadySdk
from tests.sdk.fake_services import Services
from tests.sdk.test_kyc import RESIDENCE

PASSPORT = IdentityOfficialDocumentData(OfficialDocumentType.PASSPORT, date(2031, 5, 1), "C01", b"front")
DAY = date(2031, 5, 1)
Call = Callable[[Sdk], Awaitable[Any]]

NOT_BEGUN: dict[str, Call] = {
    "get_kyc_details_for_postident": lambda sdk: sdk.get_kyc_details_for_postident(),
    "update_kyc_status_for_postident": lambda sdk: sdk.update_kyc_status_for_postident("case-1"),
    "get_kyc_details_for_viviswap": lambda sdk: sdk.get_kyc_details_for_viviswap(),
    "update_partially": lambda sdk: sdk.update_kyc_partially_status_for_viviswap(is_pep=False),
    "submit_partially": lambda sdk: sdk.submit_kyc_partially_status_for_viviswap(),
    "set_residence": lambda sdk: sdk.set_viviswap_kyc_residence_details(
        **RESIDENCE, document_residence_proof=b"bill"
    ),
    "set_identity": lambda sdk: sdk.set_viviswap_kyc_identity_details(
        PASSPORT, IdentityPersonalDocumentData(b"video")
    ),
    "questions": lambda sdk: sdk.get_viviswap_kyc_amla_open_questions(),
    "answer": lambda sdk: sdk.set_viviswap_kyc_amla_answer("q1", ["a"]),
    "documents": lambda sdk: sdk.get_viviswap_kyc_open_documents(),
    "document": lambda sdk: sdk.set_viviswap_kyc_document("d1", DAY, "1", b"front"),
    "iban": lambda sdk: sdk.get_iban_for_viviswap(),
}


@pytest.fixture
def nobody(services: Services) -> Services:
    """Services that have never heard of the user."""
    for name in ("status", "general", "personal", "residence", "identity", "amla", "questions", "documents"):
        services.refusals[f"/viviswap/kyc/{name}"] = (404, None)
    for name in ("document", "questions/answer"):
        services.refusals[f"/viviswap/kyc/{name}"] = (404, None)
    services.refusals["/postident/update-case-status"] = (404, None)
    return services


@pytest.mark.parametrize("name", NOT_BEGUN)
async def test_what_was_never_begun_says_so(ready: ReadySdk, nobody: Services, name: str) -> None:
    sdk = await ready()
    with pytest.raises(StateError) as raised:
        await NOT_BEGUN[name](sdk)
    assert raised.value.code == "kyc_not_started"
    assert (await sdk.get_user()).kyc_type is KycType.UNDEFINED


@pytest.mark.parametrize(
    ("name", "what"),
    [
        ("update_kyc_status_for_postident", "case"),
        ("answer", "question"),
        ("document", "document"),
    ],
)
async def test_of_one_that_was_begun_a_part_is_not_there(
    ready: ReadySdk, nobody: Services, name: str, what: str
) -> None:
    sdk = await ready()
    del nobody.refusals["/viviswap/kyc/status"]
    nobody.exchange.account = "alice"
    nobody.exchange.case = {"case_id": "case-7", "archived": False, "status": "opened"}
    with pytest.raises(NotFound) as raised:
        await NOT_BEGUN[name](sdk)
    assert raised.value.details == {"what": what}


async def test_a_failure_is_not_taken_for_it(ready: ReadySdk, services: Services) -> None:
    sdk = await ready()
    services.fail("/viviswap/kyc/status", "500")
    services.fail("/postident/get-case-details", "500")
    for call in (sdk.get_kyc_details_for_viviswap, sdk.get_kyc_details_for_postident):
        with pytest.raises(BackendError):
            await call()


class TestIsKycVerified:
    async def test_the_exchange_s_answers_keep_it_in_step(self, ready: ReadySdk, services: Services) -> None:
        sdk = await ready()
        exchange = services.exchange
        exchange.account, exchange.status, exchange.verified = "alice", "Verified", True
        assert (await sdk.get_user()).is_kyc_verified is False
        await sdk.get_kyc_details_for_viviswap()
        assert (await sdk.get_user()).is_kyc_verified is True
        exchange.status, exchange.verified = "Unverified", False
        await sdk.get_kyc_details_for_viviswap()
        assert (await sdk.get_user()).is_kyc_verified is False

    async def test_only_the_backend_knows_it(self, ready: ReadySdk, services: Services) -> None:
        sdk = await ready()
        services.exchange.account, services.exchange.status = "alice", "Verified"
        await sdk.get_kyc_details_for_viviswap()
        assert (await sdk.get_user()).is_kyc_verified is False

    async def test_postident_s_answers_keep_it_in_step(self, ready: ReadySdk, services: Services) -> None:
        sdk = await ready()
        case = await sdk.start_kyc_verification_for_postident()
        await sdk.update_kyc_status_for_postident(case.case_id)
        assert (await sdk.get_user()).is_kyc_verified is True
        services.exchange.verified = False
        await sdk.get_kyc_details_for_postident()
        assert (await sdk.get_user()).is_kyc_verified is False
        services.exchange.verified = True
        with pytest.raises(StateError):
            await sdk.start_kyc_verification_for_postident()
        assert (await sdk.get_user()).is_kyc_verified is True

    @pytest.mark.parametrize("kind", ["500", "401", "hang", "drop"])
    async def test_a_call_does_not_fail_for_want_of_it(
        self, ready: ReadySdk, services: Services, kind: str
    ) -> None:
        sdk = await ready(read=2)
        services.exchange.account, services.exchange.status = "alice", "Verified"
        services.fail("/kyc/check-status", kind)
        await sdk.get_kyc_details_for_viviswap()
        assert (await sdk.get_user()).is_kyc_verified is False
