"""The reference holds every public name, and the table of names is that of the crate and of the package."""

from __future__ import annotations

import inspect
import re
from pathlib import Path
from types import SimpleNamespace

import etopay_sdk
import pytest
from etopay_sdk import Sdk

from build_scripts import sdk_reference
from tests.sdk_package.conftest import SDK

NAMES = SDK.parent / "docs" / "sdk" / "names.md"
# Where Rust makes, configures or drops an object, Python does it another way.
OTHERWISE = {"Sdk::new": "Sdk", "set_config": "Config", "drop": "close"}
# They make a configuration out of JSON, and folders for the crate's own tests.
NOT_CALLS = {"new", "from_json", "new_test_with_cleanup", "new_test_with_cleanup_url"}


@pytest.fixture(scope="module")
def pages() -> dict[str, str]:
    return sdk_reference.pages(sdk_reference.load())


@pytest.fixture(scope="module")
def table() -> dict[str, str]:
    """Rust names and what the table calls them in Python."""
    rows = re.findall(
        r"^\| (`?[\w:]+`?) \| (\S+) \| \S+ \| \S+ \| \S+ \|$", NAMES.read_text("utf-8"), re.MULTILINE
    )
    return {rust.strip("`"): python for rust, python in rows if rust.strip("`") != "Rust"}


def members(kind: type) -> set[str]:
    return {name for name, _ in inspect.getmembers(kind) if not name.startswith("_")}


def test_every_public_name_has_a_part_in_the_reference(pages: dict[str, str]) -> None:
    headings = set(re.findall(r"^## (\w+)$", "\n".join(pages.values()), re.MULTILINE))
    assert set(etopay_sdk.__all__) - {"__version__"} - headings == set()


def test_every_call_is_in_the_reference(pages: dict[str, str]) -> None:
    headings = set(re.findall(r"^#### (\w+)$", pages["sdk.md"], re.MULTILINE))
    assert members(Sdk) - headings == set()
    assert "async def send_amount(pin: str, address: str, amount: Decimal | str" in pages["sdk.md"]


def test_every_call_says_what_it_does() -> None:
    calls = [getattr(Sdk, name) for name in members(Sdk)] + [
        getattr(etopay_sdk, name)
        for name in etopay_sdk.__all__
        if inspect.isfunction(getattr(etopay_sdk, name))
    ]
    assert [call for call in calls if not inspect.getdoc(call)] == []


def test_every_error_is_in_the_reference_with_its_codes(pages: dict[str, str]) -> None:
    kinds = [getattr(etopay_sdk, name) for name in etopay_sdk.__all__]
    errors = [kind for kind in kinds if isinstance(kind, type) and issubclass(kind, etopay_sdk.EtopayError)]
    assert len(errors) > 15
    for kind in errors:
        for code, sentence in kind.sentences.items():
            assert f"| `{code}` | {sentence} |" in pages["exceptions.md"]


def test_the_list_of_names_leads_to_their_parts(pages: dict[str, str]) -> None:
    links = re.findall(r"\((\w+\.md)#(\w+)\)", pages["README.md"])
    assert len(links) > 40
    for page, anchor in links:
        assert anchor in {heading.lower() for heading in re.findall(r"^## (\w+)$", pages[page], re.MULTILINE)}


def test_pages_of_names_that_are_gone_are_removed(tmp_path: Path) -> None:
    (tmp_path / "gone.md").touch()
    sdk_reference.write(tmp_path)
    assert not (tmp_path / "gone.md").exists()
    assert (tmp_path / "README.md").read_text(encoding="utf-8").startswith("# Reference")


def test_the_table_has_the_calls_of_the_crate(
    legal: SimpleNamespace, target: str, table: dict[str, str]
) -> None:
    [crate] = [one for one in legal.crates.crates(SDK, target) if one.name == "etopay-sdk"]
    sources = [path.read_text(encoding="utf-8") for path in (crate.folder / "src" / "core").rglob("*.rs")]
    calls = set(re.findall(r"^    pub (?:async )?fn (\w+)", "\n".join(sources), re.MULTILINE)) - NOT_CALLS
    assert "send_amount" in calls
    assert set(table) - {"Sdk::new", "drop"} == calls


def test_the_table_has_the_calls_of_the_package(table: dict[str, str]) -> None:
    for rust, python in table.items():
        name = OTHERWISE.get(rust, rust)
        bound = hasattr(Sdk, name) or hasattr(etopay_sdk, name)
        assert python == (f"`{name}`" if bound else "–"), f"{rust}: the table says {python}"


def test_calls_of_ours_alone_are_named_as_such(table: dict[str, str]) -> None:
    text = NAMES.read_text(encoding="utf-8").split("## Only in Python")[1]
    named = set(re.findall(r"`(\w+)`", text))
    functions = {name for name in etopay_sdk.__all__ if inspect.isfunction(getattr(etopay_sdk, name))}
    assert named == (members(Sdk) | functions) - {OTHERWISE.get(rust, rust) for rust in table}
