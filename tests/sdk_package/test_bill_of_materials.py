"""The bill of materials names what is in a wheel, and a finished wheel is always packed the same."""

from __future__ import annotations

import base64
import csv
import hashlib
import io
import json
import tomllib
import zipfile
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from tests.sdk_package.conftest import SDK

WHEN = 1_790_000_000
METADATA = """Metadata-Version: 2.4
Name: etopay-sdk
Version: 9.9.9
License-Expression: AGPL-3.0-only
License-File: LICENSE
Requires-Dist: Some.Thing>=1; extra == "x"

What it is.
License-File: this line is prose
"""


def plain_wheel(folder: Path, platform: str) -> Path:
    """A wheel as maturin leaves it."""
    path = folder / f"etopay_sdk-9.9.9-cp311-abi3-{platform}.whl"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("etopay_sdk-9.9.9.dist-info/METADATA", METADATA)
        archive.writestr("etopay_sdk/__init__.py", "")
        archive.writestr("etopay_sdk/_native.abi3.so", b"code")
        archive.writestr("etopay_sdk-9.9.9.dist-info/WHEEL", "Wheel-Version: 1.0\n")
        archive.writestr("etopay_sdk-9.9.9.dist-info/RECORD", "stale,,\n")
    return path


@pytest.fixture(scope="module")
def finished(legal: SimpleNamespace, target: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    platforms = {
        "x86_64-unknown-linux-gnu": "linux_x86_64",
        "aarch64-unknown-linux-gnu": "linux_aarch64",
        "aarch64-apple-darwin": "macosx_11_0_arm64",
        "x86_64-apple-darwin": "macosx_10_12_x86_64",
        "x86_64-pc-windows-msvc": "win_amd64",
    }
    path = plain_wheel(tmp_path_factory.mktemp("wheel"), platforms[target])
    legal.finish.complete(SDK, path, WHEN)
    return path


@pytest.fixture(scope="module")
def bill(finished: Path) -> dict[str, Any]:
    with zipfile.ZipFile(finished) as archive:
        return dict(json.loads(archive.read("etopay_sdk-9.9.9.dist-info/sboms/etopay-sdk.cdx.json")))


def test_every_linked_crate_of_the_lock_file_is_in_the_bill_with_a_licence(
    legal: SimpleNamespace, bill: dict[str, Any], target: str
) -> None:
    locked = {
        (entry["name"], entry["version"], entry.get("checksum"))
        for entry in tomllib.loads((SDK / "Cargo.lock").read_text(encoding="utf-8"))["package"]
    }
    shipped = {
        (part["name"], part["version"], part["hashes"][0]["content"] if "hashes" in part else None): part
        for part in bill["components"]
        if part["purl"].startswith("pkg:cargo/") and part["scope"] == "required"
    }
    linked = {
        (crate.name, crate.version, crate.checksum)
        for crate in legal.crates.crates(SDK, target)
        if crate.linked
    }
    assert set(shipped) == linked
    assert linked <= locked
    assert {"etopay-sdk", "etopay-wallet", "pyo3", "tokio"} <= {name for name, _, _ in shipped}
    for part in shipped.values():
        assert legal.expressions.choices(part["licenses"][0]["expression"])


def test_tools_of_the_build_are_in_the_bill_as_not_shipped(bill: dict[str, Any]) -> None:
    scopes = {part["name"]: part.get("scope") for part in bill["components"]}
    assert scopes["syn"] == "excluded"
    assert scopes["prost-build"] == "excluded"


def test_the_bill_names_the_package_what_it_requires_and_the_library_of_rust(bill: dict[str, Any]) -> None:
    package = bill["metadata"]["component"]
    assert (package["name"], package["version"]) == ("etopay-sdk", "9.9.9")
    refs = {part["bom-ref"] for part in bill["components"]}
    assert "pkg:pypi/some-thing" in refs
    assert any(ref.startswith("pkg:generic/rust-std@1.") for ref in refs)


def test_references_of_the_bill_lead_somewhere(bill: dict[str, Any]) -> None:
    refs = [part["bom-ref"] for part in bill["components"]] + [bill["metadata"]["component"]["bom-ref"]]
    assert len(refs) == len(set(refs))
    known = set(refs)
    for entry in bill["dependencies"]:
        assert {entry["ref"], *entry["dependsOn"]} <= known


def test_a_bill_holds_nothing_of_the_machine_it_was_made_on(finished: Path) -> None:
    with zipfile.ZipFile(finished) as archive:
        added = b"".join(
            archive.read(name) for name in archive.namelist() if "/sboms/" in name or "THIRD" in name
        )
    for path in (SDK, Path.home() / ".cargo"):
        assert str(path).encode() not in added


def test_metadata_names_the_licence_files_that_are_there(legal: SimpleNamespace, finished: Path) -> None:
    with zipfile.ZipFile(finished) as archive:
        text = archive.read("etopay_sdk-9.9.9.dist-info/METADATA").decode()
        names = set(archive.namelist())
    named = legal.wheel.metadata(text).get_all("License-File")
    assert named == ["LICENSE", "THIRD-PARTY-LICENSES.txt"]
    assert "etopay_sdk-9.9.9.dist-info/licenses/THIRD-PARTY-LICENSES.txt" in names
    assert text.endswith("License-File: this line is prose\n")
    assert legal.wheel.with_licence_file(text, "THIRD-PARTY-LICENSES.txt") == text


def test_the_record_is_that_of_the_files(finished: Path) -> None:
    with zipfile.ZipFile(finished) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    rows = list(csv.reader(io.StringIO(files["etopay_sdk-9.9.9.dist-info/RECORD"].decode())))
    assert {row[0] for row in rows} == set(files)
    for name, digest, size in rows[:-1]:
        wanted = base64.urlsafe_b64encode(hashlib.sha256(files[name]).digest()).rstrip(b"=").decode()
        assert (digest, int(size)) == (f"sha256={wanted}", len(files[name]))
    assert rows[-1] == ["etopay_sdk-9.9.9.dist-info/RECORD", "", ""]


def test_the_same_wheel_is_packed_into_the_same_bytes(
    legal: SimpleNamespace, finished: Path, tmp_path: Path
) -> None:
    files = legal.wheel.read(finished)
    again = tmp_path / "again.whl"
    legal.wheel.write(again, dict(reversed(files.items())), WHEN)
    assert again.read_bytes() == finished.read_bytes()
    legal.wheel.write(again, files, 0)
    with zipfile.ZipFile(again) as archive:
        assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}


@pytest.mark.parametrize(
    ("platform", "expected"),
    [
        ("linux_x86_64", "x86_64-unknown-linux-gnu"),
        ("manylinux_2_28_aarch64", "aarch64-unknown-linux-gnu"),
        ("musllinux_1_2_aarch64", "aarch64-unknown-linux-musl"),
        ("macosx_10_12_x86_64", "x86_64-apple-darwin"),
        ("macosx_11_0_arm64", "aarch64-apple-darwin"),
        ("win_amd64", "x86_64-pc-windows-msvc"),
        ("win_arm64", "aarch64-pc-windows-msvc"),
        ("android_24_arm64_v8a", "aarch64-linux-android"),
        ("android_24_x86_64", "x86_64-linux-android"),
        ("ios_13_0_arm64_iphoneos", "aarch64-apple-ios"),
        ("ios_13_0_arm64_iphonesimulator", "aarch64-apple-ios-sim"),
        ("ios_13_0_x86_64_iphonesimulator", "x86_64-apple-ios"),
        ("macosx_10_12_universal2", None),
    ],
)
def test_the_platform_is_read_from_the_wheel(
    legal: SimpleNamespace, platform: str, expected: str | None
) -> None:
    assert legal.crates.target_of(f"etopay_sdk-1-cp311-abi3-{platform}.whl") == expected


def test_a_fresh_wheel_of_a_musl_system_is_not_taken_for_another(legal: SimpleNamespace) -> None:
    assert legal.crates.target_of("x-1-cp311-abi3-linux_x86_64.whl", musl=True) == "x86_64-unknown-linux-musl"
