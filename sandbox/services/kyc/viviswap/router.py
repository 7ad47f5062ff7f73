"""`/viviswap/users` and `/viviswap/kyc`; every good answer is 200."""

from typing import Any

from fastapi import APIRouter

from sandbox.core.auth import Me
from sandbox.core.context import Ctx
from sandbox.services.kyc.viviswap import checks, schemas
from sandbox.services.kyc.viviswap.service import Applications

_REFUSALS: dict[int | str, dict[str, Any]] = {
    404: {"description": "The exchange knows no such customer, question or document (yet)."},
    409: {
        "description": "The other provider was chosen, another step comes first, or it is decided already."
    },
    413: {"description": "The body is too large."},
}
router = APIRouter(tags=["identity check at the exchange"], prefix="/viviswap", responses=_REFUSALS)


@router.post("/users")
def begin(context: Ctx, user: Me, body: schemas.PartnerUserIn) -> schemas.PartnerUserOut:
    """Become the exchange's customer; until `kyc/status` answers, the exchange is still at it."""
    Applications(context).begin(user, body)
    return schemas.PartnerUserOut(username=user.username)


@router.get("/kyc/status")
def status(context: Ctx, user: Me) -> schemas.StatusOut:
    """Return how far the identity check is."""
    return Applications(context).status(user)


@router.post("/kyc/general")
def general(context: Ctx, user: Me, body: schemas.GeneralIn) -> None:
    """Hand in the first step."""
    Applications(context).hand_in(user, checks.general(body))


@router.post("/kyc/personal")
def personal(context: Ctx, user: Me, body: schemas.PersonalIn) -> None:
    """Hand in name and date of birth."""
    applications = Applications(context)
    applications.hand_in(user, checks.personal(body, applications.today))


@router.post("/kyc/residence")
def residence(context: Ctx, user: Me, body: schemas.ResidenceIn) -> None:
    """Hand in the address."""
    applications = Applications(context)
    applications.hand_in(user, checks.residence(body, applications.country_of(user)))


@router.post("/kyc/identity")
def identity(context: Ctx, user: Me, body: schemas.IdentityIn) -> None:
    """Hand in the document and the video."""
    applications = Applications(context)
    applications.hand_in(user, checks.identity(body, applications.today))


@router.get("/kyc/questions")
def list_questions(context: Ctx, user: Me) -> schemas.QuestionsOut:
    """Return the questions that are open."""
    return schemas.QuestionsOut(
        questions=[
            schemas.QuestionOut(
                id=one.id,
                question=one.text,
                possible_answers=list(one.possible_answers),
                is_free_text=one.is_free_text,
                min_answers=one.min_answers,
                max_answers=one.max_answers,
            )
            for one in Applications(context).open_questions(user)
        ]
    )


@router.post("/kyc/questions")
def answer(context: Ctx, user: Me, body: schemas.AnswerIn) -> None:
    """Answer one question."""
    Applications(context).hand_in(user, checks.answer(body))


@router.get("/kyc/documents")
def list_documents(context: Ctx, user: Me) -> schemas.OpenDocumentsOut:
    """Return the further documents that are asked for."""
    return schemas.OpenDocumentsOut(
        documents=[
            schemas.OpenDocumentOut(
                id=one.id,
                is_back_image_required=one.is_back_image_required,
                type=one.type,
                description=one.description,
            )
            for one in Applications(context).open_papers(user)
        ]
    )


@router.post("/kyc/documents")
def document(context: Ctx, user: Me, body: schemas.DocumentIn) -> None:
    """Hand in one further document."""
    applications = Applications(context)
    applications.hand_in(user, checks.document(body, applications.needed_papers(user), applications.today))
