"""`etopay sandbox user`, `purchases`, `requests` and `events`: who is there, and what happened."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import urlencode

import typer

from cli.commands.sandbox_calls import ask, part, registrar, safe
from cli.options import DEFAULT_DATA, Data, Json, Url

user = part("One user of the sandbox.", "etopay sandbox user show alice")
purchases = part("The purchases of all users.", "etopay sandbox purchases list")
requests = part("What apps asked of late, and what happened.", "etopay sandbox log requests")
_user, _purchases, _log = registrar(user), registrar(purchases), registrar(requests)
Name = Annotated[str, typer.Argument(metavar="NAME", help="A user name.")]


@_user("add", "etopay sandbox user add dora --verified")
def add(
    name: Name,
    password: Annotated[str, typer.Option("--password", help="Her password.")] = "sandbox-Pass-9",  # noqa: S107
    full_name: Annotated[str, typer.Option("--name", help="Her full name.")] = "",
    verified: Annotated[bool, typer.Option("--verified", help="Her identity is verified.")] = False,
    url: Url = None,
    data: Data = DEFAULT_DATA,
    as_json: Json = False,
) -> None:
    """Make a user, with no wallet yet."""
    body = {"username": name, "password": password, "name": full_name, "is_verified": verified}
    ask((url, data, as_json), "POST", "users", body)


@_user("show", "etopay sandbox user show alice")
def show(name: Name, url: Url = None, data: Data = DEFAULT_DATA, as_json: Json = False) -> None:
    """Tell all about a user: identity, shares, balances, bank accounts, sessions."""
    ask((url, data, as_json), "GET", f"users/{safe(name)}")


@_user("verify", "etopay sandbox user verify carol")
def verify(
    name: Name,
    no: Annotated[bool, typer.Option("--no", help="Take the verification away.")] = False,
    url: Url = None,
    data: Data = DEFAULT_DATA,
    as_json: Json = False,
) -> None:
    """Set the result of a user's identity check by hand."""
    ask((url, data, as_json), "PUT", f"users/{safe(name)}/kyc", {"is_verified": not no})


@_user("token", "etopay sandbox user token alice --json")
def token(name: Name, url: Url = None, data: Data = DEFAULT_DATA, as_json: Json = False) -> None:
    """Print an access token of a user, for calls by hand."""
    ask((url, data, as_json), "POST", f"users/{safe(name)}/token")


@_user("sign-out", "etopay sandbox user sign-out alice")
def sign_out(name: Name, url: Url = None, data: Data = DEFAULT_DATA, as_json: Json = False) -> None:
    """Sign a user out everywhere."""
    ask((url, data, as_json), "DELETE", f"users/{safe(name)}/sessions")


@_purchases("list", "etopay sandbox purchases list --json")
def list_purchases(url: Url = None, data: Data = DEFAULT_DATA, as_json: Json = False) -> None:
    """List the newest purchases."""
    ask((url, data, as_json), "GET", "purchases")


@_purchases("show", "etopay sandbox purchases show 7b1c…")
def show_purchase(
    purchase: Annotated[str, typer.Argument(metavar="ID", help="Id of the purchase.")],
    url: Url = None,
    data: Data = DEFAULT_DATA,
    as_json: Json = False,
) -> None:
    """Tell how a purchase came to where it is."""
    ask((url, data, as_json), "GET", f"purchases/{safe(purchase)}")


@_purchases("payments", "etopay sandbox purchases payments")
def list_payments(url: Url = None, data: Data = DEFAULT_DATA, as_json: Json = False) -> None:
    """List what was paid for purchases, and what goes back to whoever paid it."""
    ask((url, data, as_json), "GET", "payments")


@_purchases("refund", "etopay sandbox purchases refund ETH 17")
def refund(
    network: Annotated[str, typer.Argument(metavar="NETWORK", help="Key of the network.")],
    number: Annotated[int, typer.Argument(metavar="NUMBER", help="Number of the payment.")],
    url: Url = None,
    data: Data = DEFAULT_DATA,
    as_json: Json = False,
) -> None:
    """Send a payment that pays no purchase back now."""
    ask((url, data, as_json), "POST", f"payments/{safe(network)}/{number}/refund")


@_log("requests", "etopay sandbox log requests --user alice --status 4xx")
def list_requests(
    path: Annotated[str, typer.Option("--path", help="A piece of the path.")] = "",
    user_name: Annotated[str, typer.Option("--user", help="A piece of the user's name.")] = "",
    status: Annotated[str, typer.Option("--status", help="2xx, 3xx, 4xx, 5xx or none.")] = "",
    clear: Annotated[bool, typer.Option("--clear", help="Forget them instead.")] = False,
    url: Url = None,
    data: Data = DEFAULT_DATA,
    as_json: Json = False,
) -> None:
    """List the last requests with their answers; secrets are hidden."""
    if clear:
        ask((url, data, as_json), "DELETE", "requests")
        return
    wanted = {"path": path, "user": user_name, "status": status}
    query = urlencode({name: value for name, value in wanted.items() if value})
    ask((url, data, as_json), "GET", f"requests?{query}")


@_log("times", "etopay sandbox log times")
def list_times(url: Url = None, data: Data = DEFAULT_DATA, as_json: Json = False) -> None:
    """Tell how long answers took, by part, since the requests were last forgotten."""
    ask((url, data, as_json), "GET", "requests/times")


@_log("events", "etopay sandbox log events --kind purchase")
def list_events(
    kind: Annotated[str, typer.Option("--kind", help="Kind, such as purchase.")] = "",
    after: Annotated[int, typer.Option("--after", min=0, help="Only those behind this position.")] = 0,
    url: Url = None,
    data: Data = DEFAULT_DATA,
    as_json: Json = False,
) -> None:
    """List what happened, oldest first."""
    query = urlencode({"after": after, **({"kind": kind} if kind else {})})
    ask((url, data, as_json), "GET", f"events?{query}")
