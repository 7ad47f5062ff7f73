"""The questions against money laundering, and the rules for their answers."""

from collections.abc import Sequence
from dataclasses import dataclass

from sandbox.core.errors import InvalidError
from sandbox.services.kyc.viviswap import fields

LARGE_VOLUME = "More than 100 000 EUR"


@dataclass(frozen=True)
class Question:
    """A question; the numbers of answers count a free text as one."""

    id: str
    text: str
    possible_answers: tuple[str, ...]
    is_free_text: bool
    min_answers: int
    max_answers: int

    @property
    def part(self) -> str:
        """Return the name of the part of an application that is this question."""
        return f"amla:{self.id}"


QUESTIONS = (
    Question(
        "occupation",
        "What do you do for a living?",
        ("Employed", "Self-employed", "In education", "Retired", "Not working"),
        is_free_text=False,
        min_answers=1,
        max_answers=1,
    ),
    Question(
        "origin-of-funds",
        "Where does the money come from that you will exchange?",
        ("Salary", "Own business", "Savings", "Sale of property", "Inheritance or gift", "Investments"),
        is_free_text=True,
        min_answers=1,
        max_answers=3,
    ),
    Question(
        "yearly-volume",
        "How much will you exchange in a year?",
        ("Up to 15 000 EUR", "15 000 to 100 000 EUR", LARGE_VOLUME),
        is_free_text=False,
        min_answers=1,
        max_answers=1,
    ),
    Question(
        "purpose",
        "What will you use the coins for?",
        (),
        is_free_text=True,
        min_answers=1,
        max_answers=1,
    ),
)
BY_ID = {question.id: question for question in QUESTIONS}


def check_answer(question: Question, answers: Sequence[str], free_text: str | None) -> None:
    """Refuse an answer that the question does not allow."""
    for answer in answers:
        if answer not in question.possible_answers:
            raise InvalidError(f"`answers`: the question {question.id} offers no such answer.")
    if len(set(answers)) < len(answers):
        raise InvalidError("`answers`: one answer is given twice.")
    if free_text is not None:
        if not question.is_free_text:
            raise InvalidError(f"`freetext_answer`: the question {question.id} takes no text of your own.")
        fields.line("freetext_answer", free_text)
    count = len(answers) + (free_text is not None)
    if not question.min_answers <= count <= question.max_answers:
        allowed = (
            f"{question.min_answers}"
            if question.min_answers == question.max_answers
            else f"{question.min_answers} to {question.max_answers}"
        )
        raise InvalidError(f"The question {question.id} takes {allowed} answers; {count} were sent.")
