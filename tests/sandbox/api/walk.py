"""Follows every link of the description once, with what the answers say: no chance in it."""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

import httpx

from tests.sandbox.api.target import BASE, Target

PASSES = 4
PAUSE = 0.5
"""A link may need what a later one brings about."""


@dataclass
class Call:
    """A call that was answered with success."""

    path: dict[str, str]
    query: dict[str, str]
    body: Any
    answer: Any


@dataclass
class Walk:
    """A description, and what was reached by its links."""

    target: Target
    schema: dict[str, Any]
    reached: dict[str, Call] = field(default_factory=dict)
    refused: dict[str, str] = field(default_factory=dict)
    """What links led to that was refused each time, with the last answer."""

    def __post_init__(self) -> None:
        self.calls = {
            f"{method.upper()} {path}": call
            for path, methods in self.schema["paths"].items()
            for method, call in methods.items()
        }
        self._names = {call["operationId"]: label for label, call in self.calls.items()}

    async def go(self) -> None:
        """Follow the links until nothing new is reached."""
        transport = httpx.ASGITransport(self.target.from_here)
        async with httpx.AsyncClient(transport=transport, base_url=BASE) as http:
            for _ in range(PASSES):
                # The engines decide a moment later, by both clocks.
                await http.post("/_sandbox/clock/advance", json={"seconds": 5})
                await asyncio.sleep(PAUSE)
                for label, call in self.calls.items():
                    for link in self._links(call):
                        await self._follow(http, label, self._names[link["operationId"]], link)

    @property
    def linked(self) -> set[str]:
        """What links lead to."""
        return {self._names[link["operationId"]] for one in self.calls.values() for link in self._links(one)}

    def _links(self, call: dict[str, Any]) -> list[dict[str, Any]]:
        answers = call["responses"].items()
        return [link for status, one in answers if status[0] == "2" for link in one.get("links", {}).values()]

    async def _follow(self, http: httpx.AsyncClient, source: str, target: str, link: dict[str, Any]) -> None:
        if target in self.reached and target not in self.refused:
            return
        before = self.reached.get(source)
        # What was there may be used up: it is asked for or made anew, but may have to rest first.
        now = await self._call(http, source, before or Call({}, {}, self._example(source), None))
        for one in (now, before):
            if one is not None and await self._lead(http, target, link, one):
                return

    async def _lead(self, http: httpx.AsyncClient, target: str, link: dict[str, Any], now: Call) -> bool:
        found = self._filled(target, link, now)
        if found is None:
            return False
        return await self._call(http, target, found) is not None

    def _filled(self, target: str, link: dict[str, Any], now: Call) -> Call | None:
        try:
            values = {name: evaluate(text, now) for name, text in link.get("parameters", {}).items()}
            body = evaluate(link["requestBody"], now) if "requestBody" in link else None
        except (LookupError, TypeError):
            return None
        example = self._example(target)
        if isinstance(body, dict) and isinstance(example, dict):
            body = example | body
        places = {one["name"]: one["in"] for one in self.calls[target].get("parameters", ())}
        path = {name: str(value) for name, value in values.items() if places[name] == "path"}
        query = {name: str(value) for name, value in values.items() if places[name] == "query"}
        return Call(path, query, body if body is not None else example, None)

    def _example(self, label: str) -> Any:
        content = self.calls[label].get("requestBody", {}).get("content", {})
        schema = content.get("application/json", {}).get("schema", {})
        if "$ref" in schema:
            schema = self.schema["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
        return next(iter(schema.get("examples", ())), None)

    async def _call(self, http: httpx.AsyncClient, label: str, call: Call) -> Call | None:
        method, path = label.split(" ")
        for name, value in call.path.items():
            path = path.replace(f"{{{name}}}", value)
        if "{" in path:
            return None
        content = self.calls[label].get("requestBody", {}).get("content", {})
        is_form = "application/x-www-form-urlencoded" in content
        headers = {"authorization": f"Bearer {self.target.token_for(path)}", "x-app-name": "standalone"}
        if content:
            headers["content-type"] = next(iter(content))
        sent = (urlencode(call.body) if is_form else json.dumps(call.body)) if call.body is not None else None
        answer = await http.request(method, path, params=call.query, content=sent, headers=headers)
        if not answer.is_success:
            self.refused.setdefault(label, f"{answer.status_code} {answer.text[:200]}")
            return None
        is_json = answer.headers.get("content-type", "").startswith("application/json")
        self.refused.pop(label, None)
        done = Call(call.path, call.query, call.body, answer.json() if is_json and answer.content else None)
        self.reached[label] = done
        return done


def evaluate(value: Any, call: Call) -> Any:
    """Read what a link says: an expression, or something with expressions in it."""
    if isinstance(value, dict):
        return {name: evaluate(one, call) for name, one in value.items()}
    if isinstance(value, list):
        return [evaluate(one, call) for one in value]
    if not isinstance(value, str) or not value.startswith("$"):
        return value
    for start, whole in (("$request.query.", call.query), ("$request.path.", call.path)):
        if value.startswith(start):
            return whole[value.removeprefix(start)]
    found = call.body if value.startswith("$request.body") else call.answer
    for step in value.partition("#/")[2].split("/"):
        found = found[int(step)] if isinstance(found, list) else found[step]
    return found
