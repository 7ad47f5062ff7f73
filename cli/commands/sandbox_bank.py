"""`etopay sandbox bank` and `etopay sandbox kyc`: the bank's counter and the reviewer's desk."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from cli.commands.sandbox_calls import ask, part, registrar, safe
from cli.options import DEFAULT_DATA, Data, Json, Url
from cli.problems import usage

bank = part("The sandbox's bank.", "etopay sandbox bank accounts")
kyc = part("Identity checks, as the people see them who decide.", "etopay sandbox kyc cases")
_bank, _kyc = registrar(bank), registrar(kyc)
Iban = Annotated[str, typer.Argument(metavar="IBAN", help="An account of the sandbox's bank.")]
Name = Annotated[str, typer.Argument(metavar="NAME", help="A user name.")]
Reason = Annotated[str, typer.Option("--reason", help="What the user is told.")]
Amount = Annotated[str, typer.Argument(metavar="AMOUNT", help="Euros, such as 100 or 0.50.")]


class Decision(StrEnum):
    """What happens to a case."""

    BEGIN = "begin"
    APPROVE = "approve"
    REJECT = "reject"
    ARCHIVE = "archive"


@_bank("accounts", "etopay sandbox bank accounts")
def accounts(url: Url = None, data: Data = DEFAULT_DATA, as_json: Json = False) -> None:
    """List the accounts."""
    ask((url, data, as_json), "GET", "bank/accounts")


@_bank("open", "etopay sandbox bank open 'Dora Test' --balance 500")
def open_account(
    holder: Annotated[str, typer.Argument(metavar="HOLDER", help="Whose account it is.")],
    balance: Annotated[str, typer.Option("--balance", help="Euros to start with.")] = "0",
    url: Url = None,
    data: Data = DEFAULT_DATA,
    as_json: Json = False,
) -> None:
    """Open an account."""
    ask((url, data, as_json), "POST", "bank/accounts", {"holder": holder, "balance": balance})


@_bank("fund", "etopay sandbox bank fund DE89370400440532013000 100")
def fund(
    iban: Iban, amount: Amount, url: Url = None, data: Data = DEFAULT_DATA, as_json: Json = False
) -> None:
    """Pay money in from outside."""
    ask((url, data, as_json), "POST", f"bank/accounts/{safe(iban)}/funds", {"amount": amount})


@_bank("close", "etopay sandbox bank close DE89370400440532013000")
def close(iban: Iban, url: Url = None, data: Data = DEFAULT_DATA, as_json: Json = False) -> None:
    """Close an account: transfers to it come back."""
    ask((url, data, as_json), "DELETE", f"bank/accounts/{safe(iban)}")


@_bank("statement", "etopay sandbox bank statement DE89370400440532013000")
def statement(iban: Iban, url: Url = None, data: Data = DEFAULT_DATA, as_json: Json = False) -> None:
    """Show an account with its transfers."""
    ask((url, data, as_json), "GET", f"bank/accounts/{safe(iban)}/statement")


@_bank("transfer", "etopay sandbox bank transfer IBAN IBAN 100 --reference 'ABC 123'")
def transfer(
    from_iban: Annotated[str, typer.Argument(metavar="FROM", help="Who pays.")],
    to_iban: Annotated[str, typer.Argument(metavar="TO", help="Who is paid.")],
    amount: Amount,
    reference: Annotated[str, typer.Option("--reference", help="The payment's reference.")] = "",
    ordinary: Annotated[bool, typer.Option("--ordinary", help="By the bank calendar, not at once.")] = False,
    name: Annotated[str, typer.Option("--from-name", help="Name of who pays.")] = "Sandbox user",
    url: Url = None,
    data: Data = DEFAULT_DATA,
    as_json: Json = False,
) -> None:
    """Order a transfer as the holder of an account, here or elsewhere."""
    body = {"from_iban": from_iban, "to_iban": to_iban, "amount": amount, "reference": reference}
    ask((url, data, as_json), "POST", "bank/transfers", {**body, "from_name": name, "instant": not ordinary})


@_kyc("applications", "etopay sandbox kyc applications")
def applications(url: Url = None, data: Data = DEFAULT_DATA, as_json: Json = False) -> None:
    """List the applications at the exchange."""
    ask((url, data, as_json), "GET", "kyc/applications")


@_kyc("decide", "etopay sandbox kyc decide dora identity --reject --reason 'The picture is blurred.'")
def decide(
    name: Name,
    which: Annotated[str, typer.Argument(metavar="PART", help="Which part of the application.")],
    reject: Annotated[bool, typer.Option("--reject", help="Reject it; needs --reason.")] = False,
    reason: Reason = "",
    url: Url = None,
    data: Data = DEFAULT_DATA,
    as_json: Json = False,
) -> None:
    """Approve one part of an application, or reject it with a reason."""
    if reject and not reason:
        raise usage("A rejection needs --reason TEXT: it is what the user is told.")
    body = {"part": which, "verdict": "reject" if reject else "approve", "reason": reason}
    ask((url, data, as_json), "POST", f"kyc/applications/{safe(name)}/verdicts", body)


@_kyc("close", "etopay sandbox kyc close dora --reason 'Sanctioned.'")
def refuse(
    name: Name, reason: Reason = "Refused.", url: Url = None, data: Data = DEFAULT_DATA, as_json: Json = False
) -> None:
    """Refuse somebody at the exchange for good."""
    ask((url, data, as_json), "POST", f"kyc/applications/{safe(name)}/closure", {"reason": reason})


@_kyc("cases", "etopay sandbox kyc cases")
def cases(url: Url = None, data: Data = DEFAULT_DATA, as_json: Json = False) -> None:
    """List the cases at Postident."""
    ask((url, data, as_json), "GET", "kyc/cases")


@_kyc("case", "etopay sandbox kyc case 7b1c… approve")
def case(
    case_id: Annotated[str, typer.Argument(metavar="CASE", help="Id of the case.")],
    decision: Annotated[
        Decision, typer.Argument(metavar="DECISION", help="begin, approve, reject, archive.")
    ],
    reason: Reason = "",
    url: Url = None,
    data: Data = DEFAULT_DATA,
    as_json: Json = False,
) -> None:
    """Play the person at Postident's desk."""
    body = {"decision": decision.value, "reason": reason}
    ask((url, data, as_json), "POST", f"kyc/cases/{safe(case_id)}/decisions", body)
