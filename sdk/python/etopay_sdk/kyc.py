"""What the calls about identity take and give."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum


class KycType(StrEnum):
    """Who checks the user's identity; the choice is for good."""

    UNDEFINED = "Undefined"
    POSTIDENT = "Postident"
    VIVISWAP = "Viviswap"


@dataclass(frozen=True)
class File:
    """A file for the identity check."""

    filename: str
    data: bytes

    def __repr__(self) -> str:
        return f"File(filename={self.filename!r}, {len(self.data)} bytes)"


FileLike = File | bytes | os.PathLike[str]
"""A file, its content alone, or where it is; a path is a `pathlib.Path`, never plain text."""


@dataclass(frozen=True)
class NewCaseId:
    """A case at Postident; the user goes on at `case_url`."""

    case_id: str
    case_url: str


@dataclass(frozen=True)
class CaseDetails:
    """How far a case at Postident is; `status` is in the words of Postident."""

    case_id: str
    archived: bool
    status: str


@dataclass(frozen=True)
class NewViviswapUser:
    """The account that was opened at the exchange."""

    username: str


class ViviswapVerificationStep(StrEnum):
    """Steps of the identity check, in their order; Undefined means that there is no further one."""

    UNDEFINED = "Undefined"
    GENERAL = "General"
    PERSONAL = "Personal"
    RESIDENCE = "Residence"
    IDENTITY = "Identity"
    AMLA = "Amla"
    DOCUMENTS = "Documents"


class ViviswapVerificationStatus(StrEnum):
    """Whether the exchange has verified the user."""

    VERIFIED = "Verified"
    UNVERIFIED = "Unverified"
    PARTIALLY_VERIFIED = "PartiallyVerified"


@dataclass(frozen=True)
class ViviswapKycStatus:
    """How far the identity check is."""

    full_name: str = field(repr=False)
    submission_step: ViviswapVerificationStep
    verified_step: ViviswapVerificationStep
    verification_status: ViviswapVerificationStatus
    monthly_limit_eur: Decimal
    """Upstream passes it through 32 bits of binary floating point: about seven digits are good."""


@dataclass(frozen=True)
class ViviswapPartiallyKycDetails:
    """What the user has typed of the first two steps."""

    is_individual: bool | None = None
    is_pep: bool | None = None
    is_us_citizen: bool | None = None
    is_regulatory_disclosure: bool | None = None
    country_of_residence: str | None = None
    nationality: str | None = None
    full_name: str | None = None
    date_of_birth: date | None = None

    def __repr__(self) -> str:
        typed = [name for name, value in vars(self).items() if value is not None]
        return f"ViviswapPartiallyKycDetails(typed: {', '.join(typed) or 'nothing'})"


@dataclass(frozen=True)
class ViviswapAddressDetail:
    """A bank account (IBAN) or a coin address as the exchange knows it."""

    id: str
    address: str = field(repr=False)
    is_verified: bool


@dataclass(frozen=True)
class ViviswapState:
    """What the vault remembers of the exchange, as of the last call about it."""

    verification_status: ViviswapVerificationStatus
    monthly_limit_eur: Decimal
    """Upstream passes it through 32 bits of binary floating point: about seven digits are good."""
    next_verification_step: ViviswapVerificationStep
    partial_kyc_details_input: ViviswapPartiallyKycDetails
    current_iban: ViviswapAddressDetail | None


class OfficialDocumentType(StrEnum):
    """Documents that prove an identity."""

    PASSPORT = "Passport"
    DRIVERS_LICENSE = "DriversLicense"
    ID = "Id"


@dataclass(frozen=True)
class IdentityOfficialDocumentData:
    """A document that proves the identity."""

    type: OfficialDocumentType
    expiration_date: date
    document_number: str
    front_image: FileLike
    back_image: FileLike | None = None

    def __repr__(self) -> str:
        return f"IdentityOfficialDocumentData(type={self.type!r})"


@dataclass(frozen=True)
class IdentityPersonalDocumentData:
    """The user on a video."""

    video: FileLike

    def __repr__(self) -> str:
        return "IdentityPersonalDocumentData()"


@dataclass(frozen=True)
class KycAmlaQuestion:
    """A question the law wants answered; the counts include the free text."""

    id: str
    question: str
    possible_answers: tuple[str, ...]
    is_free_text: bool
    min_answers: int
    max_answers: int


@dataclass(frozen=True)
class KycOpenDocument:
    """A document the exchange asks for."""

    id: str
    is_back_image_required: bool
    type: str
    description: str
