"""What the exchange accepts in single fields: countries, dates, names, numbers."""

import contextlib
import re
from datetime import date

import pycountry

from sandbox.core.errors import InvalidError
from sandbox.core.wording import quoted


def _codes(text: str) -> frozenset[str]:
    return frozenset(text.split())


_REFUSED_RESIDENCES = _codes(
    "AE AF AL BB BD BF BH BQ CG DZ EG GI HT ID IQ IR JM JO KH KP KW KY LB LK LY MA ML MM MR MY MZ NG NI OM "
    "PA PH PK PS QA SA SD SH SN SO SS SY TN TR TT TZ UG US VU YE ZW"
)
_REFUSED_NATIONALITIES = _REFUSED_RESIDENCES - _codes("BD DZ EG ID IQ KW LB LK LY MR MY NG OM PS QA SA SD TN")
_EUROPE = _codes(
    "AT BE BG CH CY CZ DE DK EE ES FI FR GR HR HU IE IS IT LI LT LU LV MT NL NO PL PT RO SE SI SK"
)
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)
_NUMBER = re.compile(r"[A-Za-z0-9][A-Za-z0-9 ./-]{2,39}", re.ASCII)
_POSTCODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9 -]{1,11}", re.ASCII)
_MAIL = re.compile(r"[^@\s]{1,64}@[^@\s.]+(\.[^@\s.]+)+")
_ADULT = 18
_OLDEST = 120


def country(member: str, text: str) -> str:
    """Return the two-letter code of a country in capitals."""
    code = text.upper()
    # Kosovo has no entry in ISO 3166, but a code that everybody uses.
    if code != "XK" and (len(code) != 2 or pycountry.countries.get(alpha_2=code) is None):
        raise InvalidError(f"`{member}`: {quoted(text)} is no country; use two letters, such as DE.")
    return code


def residence_country(member: str, text: str) -> str:
    """Return the code of a country where customers may live."""
    code = country(member, text)
    if code in _REFUSED_RESIDENCES:
        raise InvalidError(f"`{member}`: the exchange takes no customers who live in {code}.")
    return code


def nationality(member: str, text: str) -> str:
    """Return the code of a country whose nationals may be customers."""
    code = country(member, text)
    if code in _REFUSED_NATIONALITIES:
        raise InvalidError(f"`{member}`: the exchange takes no customers of the nationality {code}.")
    return code


def needs_permit(of: str, living_in: str) -> bool:
    """Say whether somebody of a nationality needs a permit to live in a country of Europe."""
    return of not in _EUROPE and living_in in _EUROPE


def day(member: str, text: str) -> date:
    """Read a date."""
    # Python's own reading takes 20260131 and 2026-W05-6 as well.
    if _DATE.fullmatch(text):
        with contextlib.suppress(ValueError):
            return date.fromisoformat(text)
    raise InvalidError(f"`{member}`: {quoted(text)} is no date of the form YYYY-MM-DD.")


def birthday(member: str, text: str, today: date) -> date:
    """Read the date of birth of an adult."""
    born = day(member, text)
    age = today.year - born.year - ((today.month, today.day) < (born.month, born.day))
    if born > today:
        raise InvalidError(f"`{member}`: {text} is in the future.")
    if age < _ADULT:
        raise InvalidError(f"`{member}`: a customer has to be {_ADULT} years old.")
    if age > _OLDEST:
        raise InvalidError(f"`{member}`: nobody is {age} years old.")
    return born


def unexpired(member: str, text: str, today: date) -> date:
    """Read the last day of a document that is still good."""
    last = day(member, text)
    if last < today:
        raise InvalidError(f"`{member}`: the document expired on {text}.")
    return last


def full_name(member: str, text: str) -> str:
    """Return a name of 2 to 128 bytes with blanks in order; it has letters."""
    name = " ".join(text.split())
    if not 2 <= len(name.encode()) <= 128 or not any(letter.isalpha() for letter in name):
        raise InvalidError(f"`{member}`: a full name has 2 to 128 letters.")
    if any(not letter.isprintable() or letter.isdecimal() for letter in name):
        raise InvalidError(f"`{member}`: a name holds no digits and no control characters.")
    return name


def line(member: str, text: str, *, may_be_empty: bool = False) -> str:
    """Return one line of an address or an answer, with blanks in order."""
    tidy = " ".join(text.split())
    if not tidy and not may_be_empty:
        raise InvalidError(f"`{member}` must not be empty.")
    if not tidy.isprintable():
        raise InvalidError(f"`{member}` holds a control character.")
    return tidy


def document_number(member: str, text: str) -> str:
    """Return the number of a document."""
    if not _NUMBER.fullmatch(text):
        raise InvalidError(f"`{member}`: a document number has 3 to 40 letters (A-Z) and digits.")
    return text


def postcode(member: str, text: str) -> str:
    """Return a postcode."""
    if not _POSTCODE.fullmatch(text):
        raise InvalidError(f"`{member}`: {quoted(text)} is no postcode of 2 to 12 letters and digits.")
    return text


def mail(member: str, text: str) -> str:
    """Return an e-mail address in small letters."""
    address = text.strip().lower()
    if not _MAIL.fullmatch(address) or not address.isprintable():
        raise InvalidError(f"`{member}` is no e-mail address.")
    return address
