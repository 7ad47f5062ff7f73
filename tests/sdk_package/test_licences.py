"""Each crate in a wheel has a licence that fits ours, and its text is in the wheel."""

from __future__ import annotations

import dataclasses
import re
import tomllib
from importlib.resources import files
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from tests.sdk_package.conftest import SDK

# Crates that Rust's standard library is made of, in versions of its own.
OF_RUSTS_LIBRARY = {
    *(
        "addr2line",
        "adler2",
        "cfg-if",
        "foldhash",
        "gimli",
        "hashbrown",
        "libc",
        "memchr",
        "miniz_oxide",
        "object",
    ),
    *("rustc-demangle", "rustc-literal-escaper", "unwinding"),
}


@pytest.fixture(scope="module")
def compatible() -> frozenset[str]:
    """The licences whose works may become part of a work under AGPL-3.0-only."""
    return frozenset(tomllib.loads((SDK / "deny.toml").read_text(encoding="utf-8"))["licenses"]["allow"])


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("MIT/Apache-2.0", [{"MIT"}, {"Apache-2.0"}]),
        ("ISC AND (Apache-2.0 OR ISC)", [{"ISC", "Apache-2.0"}, {"ISC"}]),
        ("MIT OR Apache-2.0 AND Zlib", [{"MIT"}, {"Apache-2.0", "Zlib"}]),
        ("Apache-2.0 WITH LLVM-exception OR MIT", [{"Apache-2.0 WITH LLVM-exception"}, {"MIT"}]),
        ("GPL-3.0+", [{"GPL-3.0-or-later"}]),
    ],
)
def test_expressions_are_read_as_spdx_means_them(
    legal: SimpleNamespace, written: str, expected: list[set[str]]
) -> None:
    assert legal.expressions.choices(written) == expected


@pytest.mark.parametrize("written", ["", "MIT OR", "(MIT", "MIT)", "AND MIT", "MIT Apache-2.0"])
def test_what_is_no_expression_is_refused(legal: SimpleNamespace, written: str) -> None:
    with pytest.raises(ValueError, match="licence expression"):
        legal.expressions.choices(written)


def test_a_licence_that_does_not_fit_is_seen(legal: SimpleNamespace, compatible: frozenset[str]) -> None:
    allowed = legal.expressions.allowed
    for written in ("OpenSSL", "MIT AND OpenSSL", "GPL-2.0-only", "CDDL-1.0 OR BUSL-1.1"):
        assert not allowed(written, compatible.__contains__)
    assert allowed("OpenSSL OR MIT", compatible.__contains__)


def test_no_licence_conflicts_with_ours(
    legal: SimpleNamespace, all_crates: list[Any], compatible: frozenset[str]
) -> None:
    assert len(all_crates) > 300
    assert [
        f"{crate.label}: {crate.licence}"
        for crate in all_crates
        if not legal.expressions.allowed(crate.licence, compatible.__contains__)
    ] == []


def test_every_linked_crate_of_every_platform_has_a_text(
    legal: SimpleNamespace, all_crates: list[Any]
) -> None:
    linked = [crate for crate in all_crates[1:] if crate.linked]
    texts = {crate.label: legal.texts.texts_of(crate, SDK / "LICENSE") for crate in linked}
    assert [label for label, found in texts.items() if max(len(text) for _, text in found) < 200] == []
    file = legal.texts.third_party(linked, SDK / "LICENSE", None)
    assert [label for label in texts if f"{label} (" not in file] == []


def test_crates_that_left_their_names_in_the_module_are_taken_as_linked(
    legal: SimpleNamespace, target: str
) -> None:
    """The compiler writes the file of a panic into the module, below the folder of its crate."""
    module = Path(str(files("etopay_sdk").joinpath("_native.abi3.so"))).read_bytes()
    named = re.findall(rb"[/\\]([A-Za-z][\w-]*?-\d+\.\d+\.\d+[\w.+-]*)[/\\]src[/\\]", module)
    present = {name.decode() for name in named}
    linked = {f"{crate.name}-{crate.version}" for crate in legal.crates.crates(SDK, target) if crate.linked}
    assert len(present & linked) > 60
    assert {name.rpartition("-")[0] for name in present - linked} <= OF_RUSTS_LIBRARY


def test_a_text_is_stood_in_for_and_said_to_be(legal: SimpleNamespace, all_crates: list[Any]) -> None:
    missing = legal.texts.missing(crate for crate in all_crates[1:] if crate.linked)
    assert missing
    for crate in missing:
        [(source, text)] = legal.texts.texts_of(crate, SDK / "LICENSE")
        assert source == "text of SPDX"
        assert crate.licence in text
        assert "holds no licence text" in text


def test_a_crate_without_any_text_stops_the_build(
    legal: SimpleNamespace, all_crates: list[Any], tmp_path: Path
) -> None:
    bare = dataclasses.replace(all_crates[1], folder=tmp_path, licence="Beerware", licence_file=None)
    with pytest.raises(legal.texts.NoText, match=f"{bare.name}.*Beerware.*build_backend/legal/texts"):
        legal.texts.texts_of(bare, SDK / "LICENSE")


def test_texts_of_examples_are_left_out(
    legal: SimpleNamespace, all_crates: list[Any], tmp_path: Path
) -> None:
    for folder in ("vendored", "tests"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "LICENSE").write_text(folder)
    (tmp_path / "terms.md").write_text("named in the manifest")
    crate = dataclasses.replace(all_crates[1], folder=tmp_path, licence_file="terms.md")
    assert legal.texts.texts_of(crate, SDK / "LICENSE") == [
        ("terms.md", "named in the manifest"),
        ("vendored/LICENSE", "vendored"),
    ]
