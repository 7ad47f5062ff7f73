"""From a body that was sent to a part that can be handed in, or a refusal that names the field."""

from datetime import date

from sandbox.core.errors import InvalidError
from sandbox.services.kyc import magic
from sandbox.services.kyc.viviswap import fields, files, papers, questions, schemas
from sandbox.services.kyc.viviswap.desk import Submission
from sandbox.services.kyc.viviswap.errors import NotAskedForError


def general(body: schemas.GeneralIn) -> Submission:
    """Check the first step."""
    if body.is_pep:
        raise InvalidError("`is_pep`: the exchange takes no politically exposed persons.")
    if body.is_us_citizen:
        raise InvalidError("`is_us_citizen`: the exchange takes no citizens of the United States.")
    if not body.is_regulatory_disclosure:
        raise InvalidError("`is_regulatory_disclosure`: it has to be accepted.")
    data = body.model_dump() | {
        "country_of_residence": fields.residence_country("country_of_residence", body.country_of_residence),
        "nationality": fields.nationality("nationality", body.nationality),
    }
    return Submission("general", data)


def personal(body: schemas.PersonalIn, today: date) -> Submission:
    """Check name and date of birth."""
    name = fields.full_name("full_name", body.full_name)
    born = fields.birthday("date_of_birth", body.date_of_birth, today)
    found = magic.first((magic.NAME, name), (magic.BIRTHDAY, born.isoformat()))
    return Submission("personal", {"full_name": name, "date_of_birth": born.isoformat()}, (), found)


def residence(body: schemas.ResidenceIn, country: str | None) -> Submission:
    """Check where somebody lives; it is the country named in the first step."""
    code = fields.residence_country("country_code", body.country_code)
    if country is not None and code != country:
        raise InvalidError(f"`country_code`: you said before that you live in {country}.")
    reference = fields.line(
        "public_entry_reference", body.public_entry_reference or "", may_be_empty=not body.is_public_entry
    )
    proof = body.document_residence_proof
    if proof is None and not body.has_no_official_document:
        raise InvalidError("`document_residence_proof`: send it, or say `has_no_official_document`.")
    data = {
        "country_code": code,
        "region": fields.line("region", body.region, may_be_empty=True),
        "zip_code": fields.postcode("zip_code", body.zip_code),
        "city": fields.line("city", body.city),
        "address_line_1": fields.line("address_line_1", body.address_line_1),
        "address_line_2": fields.line("address_line_2", body.address_line_2, may_be_empty=True),
        "is_public_entry": body.is_public_entry,
        "public_entry_reference": reference or None,
        "has_no_official_document": body.has_no_official_document,
    }
    seen = [files.image_or_pdf("document_residence_proof", proof)] if proof else []
    return Submission("residence", data, seen, magic.find(magic.ZIP, body.zip_code))


def identity(body: schemas.IdentityIn, today: date) -> Submission:
    """Check the document and the video; only a passport has no back."""
    paper = body.official_document
    last = fields.unexpired("official_document.expiration_date", paper.expiration_date, today)
    number = fields.document_number("official_document.document_number", paper.document_number)
    if paper.back_image is None and paper.type != "Passport":
        raise InvalidError("`official_document.back_image`: this kind of document has a back; send it.")
    seen = [files.image("official_document.front_image", paper.front_image)]
    if paper.back_image is not None:
        seen.append(files.image("official_document.back_image", paper.back_image))
    seen.append(files.video("personal_document.video", body.personal_document.video))
    data = {"type": paper.type, "expiration_date": last.isoformat(), "document_number": number}
    return Submission("identity", data, seen, magic.find(magic.IDENTITY, number))


def answer(body: schemas.AnswerIn) -> Submission:
    """Check the answer to a question."""
    question = questions.BY_ID.get(body.question_id)
    if question is None:
        raise NotAskedForError("The exchange asks no question with this id.")
    questions.check_answer(question, body.answers, body.freetext_answer)
    found = magic.find(magic.ANSWER, body.freetext_answer or "")
    data = {"answers": body.answers, "freetext_answer": body.freetext_answer}
    return Submission(question.part, data, (), found)


def document(body: schemas.DocumentIn, needed: set[str], today: date) -> Submission:
    """Check a further document."""
    paper = papers.BY_ID.get(body.document_id)
    if paper is None or paper.id not in needed:
        raise NotAskedForError("The exchange asks you for no document with this id.")
    if paper.has_number:
        fields.unexpired("expiration_date", body.expiration_date, today)
        fields.document_number("document_number", body.document_number)
    else:
        # Clients have to say something; a bill has no last day, so its own date is as good.
        if body.expiration_date:
            fields.day("expiration_date", body.expiration_date)
        fields.line("document_number", body.document_number, may_be_empty=True)
    if body.front_image is None:
        raise InvalidError("`front_image`: send the document.")
    if body.back_image is None and paper.is_back_image_required:
        raise InvalidError("`back_image`: this document has a back; send it.")
    seen = [files.image_or_pdf("front_image", body.front_image)]
    if body.back_image is not None:
        seen.append(files.image_or_pdf("back_image", body.back_image))
    data = {"expiration_date": body.expiration_date, "document_number": body.document_number}
    return Submission(paper.part, data, seen, magic.find(magic.PAPER, body.document_number))
