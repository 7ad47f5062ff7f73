"""`etopay sandbox realm`, `clients`, `keys`: how the identity provider behaves, and for whom."""

from __future__ import annotations

import json
from typing import Annotated, Any

import typer

from cli.commands.sandbox_calls import ask, given, part, registrar, safe
from cli.options import DEFAULT_DATA, Data, Json, Url
from cli.problems import usage

realm = part("The settings of the identity provider.", "etopay sandbox realm show")
keys = part("The keys that sign tokens.", "etopay sandbox keys list")
clients = part("The apps that may use the identity provider.", "etopay sandbox clients list")
_realm, _keys, _clients = registrar(realm), registrar(keys), registrar(clients)


@_realm("show", "etopay sandbox realm show --json")
def show(url: Url = None, data: Data = DEFAULT_DATA, as_json: Json = False) -> None:
    """Print all settings."""
    ask((url, data, as_json), "GET", "identity/realm")


@_realm("set", "etopay sandbox realm set verify_email=true access_token_lifespan=60")
def change(
    settings: Annotated[
        list[str], typer.Argument(metavar="NAME=VALUE", help="true, false or a number; docs/identity.md.")
    ],
    url: Url = None,
    data: Data = DEFAULT_DATA,
    as_json: Json = False,
) -> None:
    """Change settings, from the next sign-in on."""
    ask((url, data, as_json), "PUT", "identity/realm", dict(_setting(text) for text in settings))


def _setting(text: str) -> tuple[str, Any]:
    name, given, value = text.partition("=")
    try:
        read = json.loads(value.strip().lower())
    except ValueError:
        read = None
    if not given or not isinstance(read, bool | int):
        raise usage(f"“{text}” is no setting: write it as verify_email=true or access_token_lifespan=60.")
    return name.strip(), read


@_keys("list", "etopay sandbox keys list")
def list_keys(url: Url = None, data: Data = DEFAULT_DATA, as_json: Json = False) -> None:
    """List the keys; one of them signs, all are published."""
    ask((url, data, as_json), "GET", "identity/keys")


@_keys("rotate", "etopay sandbox keys rotate")
def rotate(url: Url = None, data: Data = DEFAULT_DATA, as_json: Json = False) -> None:
    """Sign with a new key from now on; what older ones signed stays good."""
    ask((url, data, as_json), "POST", "identity/keys")


@_keys("retire", "etopay sandbox keys retire 7oE…")
def retire(
    key: Annotated[str, typer.Argument(metavar="KID", help="Id of an older key.")],
    url: Url = None,
    data: Data = DEFAULT_DATA,
    as_json: Json = False,
) -> None:
    """Retire an older key: what it signed is worth nothing at once."""
    ask((url, data, as_json), "DELETE", f"identity/keys/{safe(key)}")


@_clients("list", "etopay sandbox clients list")
def list_clients(url: Url = None, data: Data = DEFAULT_DATA, as_json: Json = False) -> None:
    """List the clients, whether they ask for consent, and where they are told of sign-outs."""
    ask((url, data, as_json), "GET", "identity/clients")


@_clients("set", "etopay sandbox clients set etopay-app --consent")
def change_client(
    client: Annotated[str, typer.Argument(metavar="CLIENT", help="Id of the client.")],
    consent: Annotated[
        bool | None, typer.Option("--consent/--no-consent", help="Ask what it may see and do.")
    ] = None,
    sign_outs: Annotated[
        str | None,
        typer.Option("--sign-outs", metavar="URL", help="Tell it of sign-outs there; empty: nowhere."),
    ] = None,
    url: Url = None,
    data: Data = DEFAULT_DATA,
    as_json: Json = False,
) -> None:
    """Change a client, from the next sign-in and sign-out on."""
    body = given(consent_required=consent, backchannel_logout_url=sign_outs)
    ask((url, data, as_json), "PUT", f"identity/clients/{safe(client)}", body)


@_clients("notices", "etopay sandbox clients notices")
def list_notices(url: Url = None, data: Data = DEFAULT_DATA, as_json: Json = False) -> None:
    """List what clients are told of sign-outs, and whether they have heard."""
    ask((url, data, as_json), "GET", "identity/logout-notices")
