"""What a planned failure can ask about a call; found out only when one asks."""

import base64
import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from urllib.parse import parse_qs

from starlette.datastructures import Headers
from starlette.types import Scope

from sandbox.core.instances import current_instance

Describe = Callable[[], dict[str, Any]]
_PARAMETER = re.compile(r"\\\{[^}]*\\\}")


class Operations:
    """Knows which operation of the API description a call belongs to."""

    def __init__(self, describe: Describe) -> None:
        self._describe = describe

    @cached_property
    def _known(self) -> list[tuple[str, re.Pattern[str], str]]:
        found = []
        for path, methods in self._describe()["paths"].items():
            form = re.compile(_PARAMETER.sub("[^/]+", re.escape(path)))
            found += [(name.upper(), form, str(call["operationId"])) for name, call in methods.items()]
        return found

    def find(self, method: str, path: str) -> str:
        """Return the operation's id, empty if the description has none."""
        return next((name for verb, form, name in self._known if verb == method and form.fullmatch(path)), "")

    @property
    def ids(self) -> list[str]:
        """Return the ids of all operations."""
        return [name for _, _, name in self._known]


@dataclass(frozen=True)
class Call:
    """One HTTP call."""

    scope: Scope
    body: bytes
    operations: Operations | None = None

    @property
    def method(self) -> str:
        """Return the HTTP method."""
        return str(self.scope["method"])

    @property
    def path(self) -> str:
        """Return the path."""
        return str(self.scope["path"])

    @property
    def instance(self) -> str:
        """Return the instance the call is for."""
        return current_instance.get()

    @cached_property
    def operation(self) -> str:
        """Return the operation's id, empty if there is none."""
        return self.operations.find(self.method, self.path) if self.operations else ""

    @cached_property
    def rpc_calls(self) -> list[dict[str, Any]]:
        """Return the JSON-RPC calls to a node."""
        if not self.path.startswith("/nodes/"):
            return []
        try:
            content = json.loads(self.body)
        except (ValueError, RecursionError):
            return []
        calls = content if isinstance(content, list) else [content]
        return [call for call in calls if isinstance(call, dict)]

    @property
    def is_batch(self) -> bool:
        """Say whether several JSON-RPC calls came at once."""
        return self.body.lstrip()[:1] == b"["

    @property
    def rpc_methods(self) -> list[str]:
        """Return the names of the JSON-RPC methods called."""
        return [str(call.get("method", "")) for call in self.rpc_calls]

    @cached_property
    def user(self) -> str | None:
        """Return the name the call comes in, unchecked: failures need no proof."""
        scheme, _, token = Headers(scope=self.scope).get("authorization", "").partition(" ")
        if scheme.lower() == "bearer":
            return _named_in(token.strip())
        if self.path.endswith("/token"):
            names = parse_qs(self.body.decode("utf-8", "replace")).get("username", [])
            return names[0].strip().lower() if names else None
        return None


def _named_in(token: str) -> str | None:
    parts = token.split(".")
    if len(parts) != 3:
        return None
    try:
        claims = json.loads(base64.urlsafe_b64decode(parts[1] + "=" * (-len(parts[1]) % 4)))
    except (ValueError, RecursionError):
        return None
    name = claims.get("preferred_username") if isinstance(claims, dict) else None
    return name if isinstance(name, str) else None
