"""A CycloneDX bill of materials of a wheel, without anything that changes from build to build."""

from __future__ import annotations

import json
import re
import uuid
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from legal.crates import Crate
from legal.texts import STANDARD_LIBRARY

FILE_NAME = "etopay-sdk.cdx.json"
_NAME_OF_REQUIREMENT = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")


def bill(
    *,
    name: str,
    version: str,
    licence: str,
    requires: Iterable[str],
    crates: list[Crate],
    rust: str,
    tools: dict[str, str],
    target: str | None,
    when: int,
) -> str:
    """The bill as JSON: the package, the Python packages it requires, its crates and Rust's library."""
    package = f"pkg:pypi/{name}@{version}"
    library = f"pkg:generic/rust-std@{rust}"
    refs = {crate.key: _purl(crate) for crate in crates}
    python = [_requirement(text) for text in requires]
    components = [
        *python,
        *(_component(crate) for crate in crates),
        {
            "type": "library",
            "bom-ref": library,
            "name": "rust-std",
            "version": rust,
            "licenses": [{"expression": STANDARD_LIBRARY}],
            "purl": library,
        },
    ]
    dependencies = [
        {
            "ref": package,
            "dependsOn": sorted([refs[crates[0].key], library, *(one["bom-ref"] for one in python)]),
        },
        *(
            {"ref": refs[crate.key], "dependsOn": sorted(refs[key] for key in crate.needs)}
            for crate in crates
        ),
    ]
    content: dict[str, Any] = {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {
            "timestamp": datetime.fromtimestamp(when, UTC).isoformat().replace("+00:00", "Z"),
            "tools": {
                "components": [
                    {"type": "application", "name": tool, "version": found}
                    for tool, found in sorted(tools.items())
                ]
            },
            "component": {
                "type": "library",
                "bom-ref": package,
                "name": name,
                "version": version,
                "licenses": [{"expression": licence}],
                "purl": package,
            },
            "properties": [{"name": "cargo:target", "value": target or "all"}],
        },
        "components": components,
        "dependencies": dependencies,
    }
    # Made from the content, so that the same wheel has the same number.
    number = uuid.uuid5(uuid.NAMESPACE_URL, json.dumps(content, sort_keys=True))
    return json.dumps({**content, "serialNumber": f"urn:uuid:{number}"}, indent=1, ensure_ascii=False) + "\n"


def _purl(crate: Crate) -> str:
    return f"pkg:cargo/{crate.name}@{crate.version}"


def _component(crate: Crate) -> dict[str, Any]:
    found: dict[str, Any] = {
        "type": "library",
        "bom-ref": _purl(crate),
        "name": crate.name,
        "version": crate.version,
        # What only runs while compiling is in the bill, marked as not shipped.
        "scope": "required" if crate.linked else "excluded",
        "licenses": [{"expression": crate.licence}],
        "purl": _purl(crate),
    }
    if crate.checksum:
        found["hashes"] = [{"alg": "SHA-256", "content": crate.checksum}]
    if crate.repository:
        found["externalReferences"] = [{"type": "vcs", "url": crate.repository}]
    return found


def _requirement(text: str) -> dict[str, Any]:
    match = _NAME_OF_REQUIREMENT.match(text)
    name = re.sub(r"[-_.]+", "-", match[0] if match else text).lower()
    return {
        "type": "library",
        "bom-ref": f"pkg:pypi/{name}",
        "name": name,
        "purl": f"pkg:pypi/{name}",
        "properties": [{"name": "python:requirement", "value": text}],
    }
