"""Account numbers: whether one is right, and those the sandbox's own bank gives out."""

from dataclasses import dataclass

from sandbox.core.errors import InvalidError

COUNTRY = "DE"
BANK_CODE = "99999999"
"""German bank codes begin with 1 to 8, so that no real account has one of our numbers."""

BANK_BIC = "ETOSDEM0XXX"
"""The 0 at the end of the place says that this is a test code."""

BANK_NAME = "ETOPay Sandbox Bank"
BANK_ADDRESS = "Teststraße 1, 80331 München"


@dataclass(frozen=True)
class KnownBank:
    """The bank of an account, as far as the published lists tell."""

    name: str
    bic: str


def check_iban(text: str) -> str:
    """Return an IBAN in its electronic form (no spaces, upper case), or refuse what is none."""
    # The lists of banks take a while to load, and many sandboxes never see an account.
    from schwifty import IBAN  # noqa: PLC0415
    from schwifty.exceptions import SchwiftyException  # noqa: PLC0415

    try:
        iban = IBAN(text)
        in_sepa = iban.in_sepa_zone
    except SchwiftyException as error:
        reason = "its check digits or its length are wrong"
        raise InvalidError(f"This is no IBAN: {reason}. Copy it again from the account.") from error
    if not in_sepa:
        raise InvalidError("This account is outside the SEPA area. Use one within it.")
    return iban.compact


def issue_iban(number: int) -> str:
    """Return the IBAN of the account of the sandbox's bank with this number."""
    from schwifty import IBAN  # noqa: PLC0415

    return IBAN.generate(COUNTRY, bank_code=BANK_CODE, account_code=f"{number:010d}").compact


def is_own(iban: str) -> bool:
    """Say whether an account is (or would be) one of the sandbox's bank."""
    return iban.startswith(COUNTRY) and iban[4:12] == BANK_CODE


def bank_of(iban: str) -> KnownBank:
    """Return the bank of an account; one that is on no list is called by its country."""
    if is_own(iban):
        return KnownBank(BANK_NAME, BANK_BIC)
    from schwifty import IBAN  # noqa: PLC0415

    known = IBAN(iban)
    bic = known.bic
    return KnownBank(known.bank_name or f"A bank in {known.country_code}", str(bic) if bic else "")
