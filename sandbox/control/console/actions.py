"""What can be done on the pages: each a documented call and a command."""

from dataclasses import dataclass
from typing import Literal

Kind = Literal["text", "password", "number", "integer", "check", "select", "moment"]


@dataclass(frozen=True)
class Field:
    """One input of a form; its name is the member of the body, or the part of the path, it fills."""

    name: str
    label: str
    kind: Kind = "text"
    value: str = ""
    options: tuple[str, ...] = ()
    required: bool = False
    help: str = ""


@dataclass(frozen=True)
class Action:
    """A form with the call it makes, and the command that does the same."""

    label: str
    method: Literal["POST", "PUT", "DELETE"]
    path: str
    command: str
    fields: tuple[Field, ...] = ()
    body: str = ""
    """Members of the body that are always the same, as JSON."""

    danger: bool = False
    then: str = ""
    """The page to go to where the present one shows what is gone; empty: it stays."""


_AMOUNT = Field("amount", "Amount", value="10", required=True, help="Plain digits, such as 0.25")
_NETWORK = Field("network_key", "Network", "select", options=("@networks",))
_REASON = Field("reason", "Reason", required=True)
_VERDICT = "etopay sandbox kyc decide {username} {part}"
_CASE = "/_sandbox/kyc/cases/{case_id}/decisions"
_CASE_COMMAND = "etopay sandbox kyc case {case_id}"
_POOL = "/_sandbox/chains/{network}/pool/{tx_id}"

ACTIONS: dict[str, Action] = {
    "user.add": Action(
        "Make the user",
        "POST",
        "/_sandbox/users",
        "etopay sandbox user add",
        (
            Field("username", "User name", required=True, help="2 to 64 of a-z 0-9 . _ -"),
            Field("password", "Password", value="sandbox-Pass-9", required=True),
            Field("name", "Full name"),
            Field("is_verified", "Identity is verified", "check"),
        ),
    ),
    "user.verify": Action(
        "Mark as verified",
        "PUT",
        "/_sandbox/users/{username}/kyc",
        "etopay sandbox user verify {username}",
        body='{"is_verified": true}',
    ),
    "user.unverify": Action(
        "Take verification away",
        "PUT",
        "/_sandbox/users/{username}/kyc",
        "etopay sandbox user verify {username} --no",
        body='{"is_verified": false}',
    ),
    "user.token": Action(
        "Copy an access token",
        "POST",
        "/_sandbox/users/{username}/token",
        "etopay sandbox user token {username}",
    ),
    "user.sign_out": Action(
        "Sign out everywhere",
        "DELETE",
        "/_sandbox/users/{username}/sessions",
        "etopay sandbox user sign-out {username}",
        danger=True,
    ),
    "fund.user": Action(
        "Send coins",
        "POST",
        "/_sandbox/faucet",
        "etopay sandbox fund {username}",
        (_NETWORK, _AMOUNT),
        body='{"username": "{username}"}',
    ),
    "fund.address": Action(
        "Send coins",
        "POST",
        "/_sandbox/faucet",
        "etopay sandbox fund",
        (_NETWORK, Field("address", "Address", required=True), _AMOUNT),
    ),
    "clock.freeze": Action(
        "Stop the clock",
        "PUT",
        "/_sandbox/clock",
        "etopay sandbox clock freeze",
        (Field("at", "At (UTC, empty: now)", "moment"), Field("back", "May go back", "check")),
        body='{"mode": "frozen"}',
    ),
    "clock.run": Action(
        "Let it run",
        "PUT",
        "/_sandbox/clock",
        "etopay sandbox clock rate",
        (Field("rate", "Times as fast", "number", "60", required=True),),
        body='{"mode": "running"}',
    ),
    "clock.advance": Action(
        "Jump forward",
        "POST",
        "/_sandbox/clock/advance",
        "etopay sandbox clock advance",
        (Field("seconds", "Seconds", "number", "3600", required=True),),
    ),
    "clock.real": Action(
        "Follow this machine",
        "PUT",
        "/_sandbox/clock",
        "etopay sandbox clock real",
        body='{"mode": "real"}',
    ),
    "fault.plan": Action(
        "Plan the failure",
        "POST",
        "/_sandbox/faults",
        "etopay sandbox faults",
        (
            Field("path", "Path", value="/api/*", required=True, help="* stands for anything"),
            Field("kind", "What happens", "select", options=("status", "delay", "hang", "drop", "garbage")),
            Field("status", "Status", "integer", "500"),
            Field("seconds", "Seconds, for a delay", "number", "1"),
            Field("count", "How many calls (empty: all)", "integer"),
        ),
    ),
    "fault.clear": Action(
        "End all failures", "DELETE", "/_sandbox/faults", "etopay sandbox faults --clear", danger=True
    ),
    "bank.open": Action(
        "Open the account",
        "POST",
        "/_sandbox/bank/accounts",
        "etopay sandbox bank open",
        (
            Field("holder", "Holder", required=True),
            Field("balance", "Euros to start with", value="1000", required=True),
        ),
    ),
    "bank.fund": Action(
        "Pay in",
        "POST",
        "/_sandbox/bank/accounts/{iban}/funds",
        "etopay sandbox bank fund {iban}",
        (_AMOUNT,),
    ),
    "bank.close": Action(
        "Close the account",
        "DELETE",
        "/_sandbox/bank/accounts/{iban}",
        "etopay sandbox bank close {iban}",
        danger=True,
    ),
    "bank.transfer": Action(
        "Order the transfer",
        "POST",
        "/_sandbox/bank/transfers",
        "etopay sandbox bank transfer",
        (
            Field("from_iban", "From IBAN", required=True),
            Field("from_name", "From", value="Sandbox user", required=True),
            Field("to_iban", "To IBAN", required=True),
            Field("amount", "Euros", value="100", required=True),
            Field("reference", "Reference"),
            Field("instant", "At once (SEPA instant)", "check", "true"),
        ),
    ),
    "kyc.approve": Action(
        "Approve",
        "POST",
        "/_sandbox/kyc/applications/{username}/verdicts",
        _VERDICT,
        body='{"part": "{part}", "verdict": "approve"}',
    ),
    "kyc.reject": Action(
        "Reject",
        "POST",
        "/_sandbox/kyc/applications/{username}/verdicts",
        f"{_VERDICT} --reject",
        (_REASON,),
        body='{"part": "{part}", "verdict": "reject"}',
        danger=True,
    ),
    "kyc.close": Action(
        "Refuse for good",
        "POST",
        "/_sandbox/kyc/applications/{username}/closure",
        "etopay sandbox kyc close {username}",
        (_REASON,),
        danger=True,
    ),
    "case.begin": Action("Begin", "POST", _CASE, f"{_CASE_COMMAND} begin", body='{"decision": "begin"}'),
    "case.approve": Action(
        "Approve", "POST", _CASE, f"{_CASE_COMMAND} approve", body='{"decision": "approve"}'
    ),
    "case.reject": Action(
        "Reject",
        "POST",
        _CASE,
        f"{_CASE_COMMAND} reject",
        (_REASON,),
        body='{"decision": "reject"}',
        danger=True,
    ),
    "case.archive": Action(
        "Archive", "POST", _CASE, f"{_CASE_COMMAND} archive", body='{"decision": "archive"}'
    ),
    "chain.mining": Action(
        "Set the mining mode",
        "PUT",
        "/_sandbox/chains/{network}/mining",
        "etopay sandbox chains mining {network}",
        (
            Field("mode", "Blocks are made", "select", options=("instant", "interval", "manual")),
            Field("seconds", "Seconds, for interval", "number"),
        ),
    ),
    "chain.mine": Action(
        "Mine",
        "POST",
        "/_sandbox/chains/{network}/blocks",
        "etopay sandbox chains mine {network}",
        (Field("count", "Blocks", "integer", "1", required=True),),
    ),
    "chain.reorg": Action(
        "Reorganise",
        "POST",
        "/_sandbox/chains/{network}/reorg",
        "etopay sandbox chains reorg {network}",
        (
            Field("depth", "Depth", "integer", "1", required=True),
            Field("transactions", "Their transactions go", "select", options=("pool", "vanish")),
        ),
        danger=True,
    ),
    "chain.plan": Action(
        "Plan for the next ones",
        "POST",
        "/_sandbox/chains/{network}/plans",
        "etopay sandbox chains plan {network}",
        (
            Field("outcome", "Outcome", "select", options=("@outcomes",)),
            Field("count", "Transactions", "integer", "1", required=True),
        ),
    ),
    "chain.clear": Action(
        "Forget the plans",
        "DELETE",
        "/_sandbox/chains/{network}/plans",
        "etopay sandbox chains clear {network}",
    ),
    "chain.release": Action(
        "Release checkpoints",
        "POST",
        "/_sandbox/chains/{network}/checkpoints/release",
        "etopay sandbox chains release {network}",
    ),
    "pool.hold": Action(
        "Hold back", "PUT", _POOL, "etopay sandbox chains hold {network} {tx_id}", body='{"held": true}'
    ),
    "pool.free": Action(
        "Let go", "PUT", _POOL, "etopay sandbox chains hold {network} {tx_id} --no", body='{"held": false}'
    ),
    "pool.drop": Action("Drop", "DELETE", _POOL, "etopay sandbox chains drop {network} {tx_id}", danger=True),
    "mail.clear": Action(
        "Delete all mails", "DELETE", "/_sandbox/mails", "etopay sandbox mail clear", danger=True
    ),
    "mail.delete": Action(
        "Delete the mail",
        "DELETE",
        "/_sandbox/mails/{mail_id}",
        "etopay sandbox mail delete {mail_id}",
        danger=True,
        then="/_sandbox/console/mails",
    ),
    "requests.clear": Action(
        "Forget the requests",
        "DELETE",
        "/_sandbox/requests",
        "etopay sandbox log requests --clear",
        danger=True,
    ),
    "reset": Action("Start anew", "POST", "/_sandbox/reset", "etopay sandbox reset --yes", danger=True),
}
