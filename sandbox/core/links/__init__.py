"""Which call can follow which, with what from its answer: OpenAPI links, for people and for tools."""

from typing import Any

from sandbox.core.links.accounts import accounts
from sandbox.core.links.backend import exchange, identity_checks, purchases
from sandbox.core.links.desk import chains, desk, users
from sandbox.core.links.link import EXAMPLE

LINKS = (*users(), *purchases(), *identity_checks(), *exchange(), *desk(), *chains(), *accounts())


def add_links(schema: dict[str, Any], realm: str) -> None:
    """Add the links between calls that the description has."""
    calls = {
        f"{method.upper()} {path}": call
        for path, methods in schema["paths"].items()
        for method, call in methods.items()
    }
    for link in LINKS:
        source, target = (calls.get(name.replace("{realm}", realm)) for name in (link.source, link.target))
        if source is None or target is None:
            continue
        answer = next(one for status, one in source["responses"].items() if status.startswith("2"))
        told: dict[str, Any] = {"operationId": target["operationId"]}
        if link.parameters:
            told["parameters"] = link.parameters
        if link.body is not None:
            told["requestBody"] = _example(schema, target) if link.body is EXAMPLE else link.body
        answer.setdefault("links", {})[target["operationId"]] = told


def _example(schema: dict[str, Any], call: dict[str, Any]) -> Any:
    form = call["requestBody"]["content"]["application/json"]["schema"]
    return schema["components"]["schemas"][form["$ref"].rpartition("/")[2]]["examples"][0]
