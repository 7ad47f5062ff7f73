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


def clock(content: dict[str, Any]) -> list[str]:
    """What the clock shows, and how it goes."""
    ways = {"real": "as this machine's clock", "frozen": "it stands still"}
    way = ways.get(content["mode"], f"{content['rate']:g} times as fast as this machine's clock")
    ahead = content["ahead_seconds"]
    found = [f"{content['now']} ({way})"]
    if ahead:
        days, seconds = divmod(round(abs(ahead)), 86_400)
        hours, minutes, seconds = seconds // 3600, seconds % 3600 // 60, seconds % 60
        distance = f"{days} days, {hours:02}:{minutes:02}:{seconds:02}"
        found.append(f"This machine's clock is {distance} {'behind' if ahead > 0 else 'ahead'}.")
    return found


def snapshots(content: dict[str, Any]) -> list[str]:
    """Each snapshot in a line, with the moment of the sandbox's clock it is of."""
    found = [snapshot(one) for one in content["snapshots"]]
    found += [f"{name}  cannot be read; delete it" for name in content["damaged"]]
    return found or ["There are no snapshots."]


def snapshot(one: dict[str, Any]) -> str:
    """A snapshot in a line."""
    faults = f", planned failures: {one['faults']}" if one["faults"] else ""
    return f"{one['name']}  {one['created_at']}  {one['bytes'] / 1_000_000:.1f} MB{faults}"


def faults(content: dict[str, Any]) -> list[str]:
    """Each planned failure in a line, with its id to end it by."""
    return [_fault(fault) for fault in content["faults"]] or ["No failures are planned."]


def _fault(fault: dict[str, Any]) -> str:
    kind = fault["kind"]
    what = {"status": f"status {fault['status']}", "delay": f"delay of {fault['seconds']:g} s"}.get(
        kind, kind
    )
    meant = [fault["partner"]] if fault.get("partner") else [fault["method"], fault["path"]]
    meant += [fault["operation"]] if fault.get("operation", "*") != "*" else []
    meant += [fault["rpc"]] if fault.get("rpc") else []
    meant += [f"of {fault['user']}"] if fault.get("user") else []
    chance = fault.get("probability", 1)
    how = f", {chance:.0%} of them" if chance < 1 else ""
    calls = "all calls" if fault["remaining"] is None else f"calls left: {fault['remaining']}"
    lost = ", after it was carried out" if fault["stage"] == "after" else ""
    return f"{' '.join(meant)}: {what}{lost} ({calls}{how}, so far: {fault['hits']}) [{fault['id']}]"
