"""`etopay sandbox realm` and `keys`: how the identity provider behaves, and what it signs with."""

from __future__ import annotations

import json
from typing import Annotated, Any

import typer

from cli.commands.sandbox_calls import ask, part, registrar, safe
from cli.options import DEFAULT_DATA, Data, Json, Url
from cli.problems import usage

realm = part("The settings of the identity provider.", "etopay sandbox realm show")
keys = part("The keys that sign tokens.", "etopay sandbox keys list")
_realm, _keys = registrar(realm), registrar(keys)


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
