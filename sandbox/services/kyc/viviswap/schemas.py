"""JSON shapes of the exchange partner's identity check."""

from typing import Any, Literal

from pydantic import ConfigDict, Field

from sandbox.core.wire import In, Out
from sandbox.services.kyc.viviswap.steps import Step, Verification

_PICTURE = {
    "filename": "front.png",
    "data": "iVBORw0KGgoAAAANSUhEUgAAAGQAAABkAQAAAABYmaj5AAAAFElEQVR42mNgGAWjYBSMglFATwAABXgAAdgporg"
    "AAAAASUVORK5CYII=",
}
_FILM = {"filename": "me.mp4", "data": "AAAAEGZ0eXBpc29tAAAAAA=="}


def _such_as(**members: Any) -> ConfigDict:
    """One body that is accepted, for the description."""
    return ConfigDict(json_schema_extra={"examples": [members]})


class FileIn(In):
    """A file inside a body."""

    data: str = Field(max_length=60_000_000, repr=False)
    filename: str = Field(max_length=255)


class PartnerUserIn(In):
    """Somebody who becomes the exchange's customer."""

    model_config = _such_as(mail="dora@example.org", terms_accepted=True)
    mail: str = Field(max_length=254)
    terms_accepted: bool


class PartnerUserOut(Out):
    """The new customer."""

    username: str


class GeneralIn(In):
    """The first step."""

    model_config = _such_as(
        is_individual=True,
        is_pep=False,
        is_us_citizen=False,
        is_regulatory_disclosure=True,
        country_of_residence="DE",
        nationality="DE",
    )
    is_individual: bool
    is_pep: bool
    is_us_citizen: bool
    is_regulatory_disclosure: bool
    country_of_residence: str = Field(max_length=10)
    nationality: str = Field(max_length=10)


class PersonalIn(In):
    """Name and date of birth."""

    model_config = _such_as(full_name="Dora Dietrich", date_of_birth="1990-05-17")
    full_name: str = Field(max_length=200)
    date_of_birth: str = Field(max_length=30)


class ResidenceIn(In):
    """Where somebody lives."""

    model_config = _such_as(
        country_code="DE",
        region="Berlin",
        zip_code="10115",
        city="Berlin",
        address_line_1="Invalidenstr. 1",
        address_line_2="",
        is_public_entry=False,
        public_entry_reference=None,
        has_no_official_document=True,
        document_residence_proof=None,
    )
    country_code: str = Field(max_length=10)
    region: str = Field(max_length=100)
    zip_code: str = Field(max_length=20)
    city: str = Field(max_length=100)
    address_line_1: str = Field(max_length=200)
    address_line_2: str = Field(max_length=200)
    is_public_entry: bool
    public_entry_reference: str | None = Field(default=None, max_length=500)
    has_no_official_document: bool
    document_residence_proof: FileIn | None = None


class OfficialDocumentIn(In):
    """A passport or the like."""

    type: Literal["Passport", "DriversLicense", "Id"]
    expiration_date: str = Field(max_length=30)
    document_number: str = Field(max_length=60)
    front_image: FileIn
    back_image: FileIn | None = None


class PersonalDocumentIn(In):
    """What shows the person."""

    video: FileIn


class IdentityIn(In):
    """The document and the person."""

    model_config = _such_as(
        official_document={
            "type": "Passport",
            "expiration_date": "2099-12-31",
            "document_number": "C01X00T47",
            "front_image": _PICTURE,
            "back_image": None,
        },
        personal_document={"video": _FILM},
    )
    official_document: OfficialDocumentIn
    personal_document: PersonalDocumentIn


class AnswerIn(In):
    """The answer to one question."""

    question_id: str = Field(min_length=1, max_length=60)
    answers: list[str] = Field(max_length=20)
    freetext_answer: str | None = Field(default=None, max_length=1000)


class DocumentIn(In):
    """One further document; a statement or a bill has neither number nor last day, so both may be empty."""

    document_id: str = Field(min_length=1, max_length=60)
    expiration_date: str = Field(max_length=30)
    document_number: str = Field(max_length=60)
    front_image: FileIn | None = None
    back_image: FileIn | None = None


class QuestionOut(Out):
    """A question that is open."""

    id: str
    question: str
    possible_answers: list[str]
    is_free_text: bool
    min_answers: int
    max_answers: int


class QuestionsOut(Out):
    """The questions that are open."""

    questions: list[QuestionOut]


class OpenDocumentOut(Out):
    """A document that is asked for."""

    id: str
    is_back_image_required: bool
    type: str
    description: str


class OpenDocumentsOut(Out):
    """The documents that are asked for."""

    documents: list[OpenDocumentOut]


class RejectedPart(Out):
    """A part that has to be handed in again."""

    part: str
    step: Step
    reason: str


class StatusOut(Out):
    """How far an application is. What follows `monthly_limit_eur` is the sandbox's own; the SDK skips it."""

    is_verified: bool
    is_individual: bool
    full_name: str
    submission_step: Step
    verified_step: Step
    verification_status: Verification
    monthly_limit_eur: float
    daily_limit_eur: float
    risk_level: int
    in_review: list[str]
    rejected: list[RejectedPart]
    closed_reason: str | None
