"""The further documents an application may need, by what the user said before."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sandbox.services.kyc.viviswap import fields
from sandbox.services.kyc.viviswap.questions import LARGE_VOLUME

ORIGIN = "source-of-funds"
"""The document that opens risk level 30."""


@dataclass(frozen=True)
class Paper:
    """A kind of document that is asked for."""

    id: str
    type: str
    description: str
    is_back_image_required: bool = False
    has_number: bool = False
    """Whether it has a number and a last day, as an official document has."""

    @property
    def part(self) -> str:
        """Return the name of the part of an application that is this document."""
        return f"document:{self.id}"


_STATEMENT = Paper("bank-statement", "BankStatement", "A statement of your bank of the last three months.")
_PERMIT = Paper(
    "residence-permit",
    "ResidencePermit",
    "Your residence permit, both sides.",
    is_back_image_required=True,
    has_number=True,
)
_ADDRESS = Paper("proof-of-address", "ProofOfAddress", "A bill or a contract that shows your address.")
_ORIGIN = Paper(ORIGIN, "SourceOfFunds", "A document that shows where your money comes from.")
BY_ID = {paper.id: paper for paper in (_STATEMENT, _PERMIT, _ADDRESS, _ORIGIN)}


def needed(data: Mapping[str, Mapping[str, Any]]) -> list[Paper]:
    """Return the documents an application needs, from the data of its parts."""
    general = data.get("general", {})
    papers = [_STATEMENT]
    if general and fields.needs_permit(general["nationality"], general["country_of_residence"]):
        papers.append(_PERMIT)
    if data.get("residence", {}).get("has_no_official_document"):
        papers.append(_ADDRESS)
    if LARGE_VOLUME in data.get("amla:yearly-volume", {}).get("answers", ()):
        papers.append(_ORIGIN)
    return papers
