"""The page about errors has every code, with its class, its text and what to do."""

from __future__ import annotations

import re
from pathlib import Path

import etopay_sdk
from etopay_sdk import EtopayError
from etopay_sdk.exceptions import build

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "sdk" / "errors.md"
SOURCES = ROOT / "sdk" / "src"
ROW = re.compile(r"^\| `(\w+)` \| `(\w+)` \| (.+) \| (.+) \|$", re.MULTILINE)
# Never leaves the Rust part: a node that knows a payment already has it.
INSIDE = {"already_known"}


def rows() -> dict[str, tuple[str, str, str]]:
    """Class, text and advice by code."""
    found = ROW.findall(PAGE.read_text(encoding="utf-8"))
    assert len({code for _, code, _, _ in found}) == len(found)
    return {code: (kind, text, advice) for kind, code, text, advice in found}


def codes() -> dict[str, str]:
    """Every code of the package, and its text."""
    exported = [getattr(etopay_sdk, name) for name in etopay_sdk.__all__]
    kinds = [kind for kind in exported if isinstance(kind, type) and issubclass(kind, EtopayError)]
    return {code: text for kind in kinds for code, text in vars(kind).get("sentences", {}).items()}


def test_every_code_is_on_the_page_with_its_class_and_text() -> None:
    found = rows()
    assert len(found) > 40
    assert set(found) == set(codes())
    for code, (kind, text, _) in found.items():
        error = build(code, "{}")
        assert (type(error).__name__, str(error)) == (kind, text), code


def test_every_code_says_what_to_do() -> None:
    for code, (_, _, advice) in rows().items():
        assert len(advice) > 15, code


def test_what_the_advice_calls_exists() -> None:
    known = set(dir(etopay_sdk.Sdk)) | set(etopay_sdk.__all__) | set(dir(EtopayError)) | {"details"}
    attributes = {name for kind in EtopayError.__subclasses__() for name in dir(kind)}
    arguments = {"device_key", "network", "replace", "only_here", "device", "server"}
    for _, _, advice in rows().values():
        for name in re.findall(r"`\.?(?:sdk\.)?(\w+)", advice):
            assert name in known | attributes | arguments, name


def test_every_code_of_the_rust_part_is_known() -> None:
    text = "\n".join(path.read_text(encoding="utf-8") for path in sorted(SOURCES.rglob("*.rs")))
    used = set(re.findall(r"(?:Fail|Self)::new\(\s*\"([a-z_]+)\"", text)) | {"already_known"}
    assert len(used) > 40
    assert used - INSIDE == set(codes())
