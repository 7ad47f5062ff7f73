"""What the sandbox says, written for people."""

from __future__ import annotations

from typing import Any


def members(content: dict[str, Any]) -> list[str]:
    """A line for each member."""
    width = max(len(name) for name in content)
    return [
        f"{name:<{width}}  {', '.join(value) if isinstance(value, list) else value}"
        for name, value in content.items()
    ]


def users(content: dict[str, Any]) -> list[str]:
    """Each user with the addresses to pay to."""
    found = []
    for user in content["users"]:
        told = ["verified" if user["is_verified"] else "not verified"]
        told += [] if user["addresses"] else ["no wallet yet"]
        found.append(f"{user['username']} ({', '.join(told)})")
        width = max((len(key) for key in user["addresses"]), default=0)
        found += [f"  {key:<{width}}  {address}" for key, address in user["addresses"].items()]
    return found or ["There are no users."]


def faults(content: dict[str, Any]) -> list[str]:
    """Each planned failure in a line."""
    found = []
    for fault in content["faults"]:
        kind = fault["kind"]
        what = {"status": f"status {fault['status']}", "delay": f"delay of {fault['seconds']:g} s"}.get(
            kind, kind
        )
        calls = "all calls" if fault["remaining"] is None else f"calls left: {fault['remaining']}"
        lost = ", after it was carried out" if fault["stage"] == "after" else ""
        found.append(f"{fault['method']} {fault['path']}: {what}{lost} ({calls}, so far: {fault['hits']})")
    return found or ["No failures are planned."]
