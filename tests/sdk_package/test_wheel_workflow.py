"""The workflow builds a wheel for each platform, and runs nothing that could be exchanged under it."""

from __future__ import annotations

import importlib.util
import re
import tomllib
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import yaml

from tests.sdk_package.conftest import SDK

WORKFLOW = SDK.parent / ".github" / "workflows" / "wheels.yml"
# What cargo calls what the workflow calls so.
TARGETS = {
    ("linux", "x86_64", "*musllinux*"): "x86_64-unknown-linux-gnu",
    ("linux", "aarch64", "*musllinux*"): "aarch64-unknown-linux-gnu",
    ("linux", "x86_64", "*manylinux*"): "x86_64-unknown-linux-musl",
    ("linux", "aarch64", "*manylinux*"): "aarch64-unknown-linux-musl",
    ("macos", "x86_64", None): "x86_64-apple-darwin",
    ("macos", "arm64", None): "aarch64-apple-darwin",
    ("windows", "AMD64", None): "x86_64-pc-windows-msvc",
    ("windows", "ARM64", None): "aarch64-pc-windows-msvc",
    ("android", "arm64_v8a", None): "aarch64-linux-android",
    ("android", "x86_64", None): "x86_64-linux-android",
    ("ios", "arm64_iphoneos", None): "aarch64-apple-ios",
    ("ios", "arm64_iphonesimulator", None): "aarch64-apple-ios-sim",
    ("ios", "x86_64_iphonesimulator", None): "x86_64-apple-ios",
}


@pytest.fixture(scope="module")
def jobs() -> dict[str, Any]:
    return dict(yaml.safe_load(WORKFLOW.read_text(encoding="utf-8"))["jobs"])


def toml(name: str) -> dict[str, Any]:
    return tomllib.loads((SDK / name).read_text(encoding="utf-8"))


def test_each_platform_has_a_job(jobs: dict[str, Any], legal: SimpleNamespace) -> None:
    matrix = jobs["wheel"]["strategy"]["matrix"]["include"]
    built = [
        TARGETS[job["platform"], job["arch"], job.get("skip")] for job in matrix if job["name"] != "again"
    ]
    assert sorted(built) == sorted(legal.crates.TARGETS)
    assert set(toml("deny.toml")["graph"]["targets"]) == set(legal.crates.TARGETS)


def test_the_last_job_counts_the_platforms(jobs: dict[str, Any], legal: SimpleNamespace) -> None:
    [script] = [step["run"] for step in jobs["complete"]["steps"] if "run" in step]
    assert f"= {len(legal.crates.TARGETS)}\n" in script
    assert set(jobs["complete"]["needs"]) == set(jobs) - {"complete"}


def test_every_action_is_pinned_by_its_hash(jobs: dict[str, Any]) -> None:
    used = [step["uses"] for job in jobs.values() for step in job["steps"] if "uses" in step]
    assert used
    assert [name for name in used if not re.fullmatch(r"[\w-]+/[\w-]+@[0-9a-f]{40}", name)] == []
    lines = [line for line in WORKFLOW.read_text(encoding="utf-8").splitlines() if "uses:" in line]
    assert [line for line in lines if not re.search(r"# v\d+\.\d+\.\d+$", line)] == []


def test_only_the_attestation_may_write(jobs: dict[str, Any]) -> None:
    whole = yaml.safe_load(WORKFLOW.read_text(encoding="utf-8"))
    assert whole["permissions"] == {"contents": "read"}
    assert [name for name, job in jobs.items() if "permissions" in job] == ["complete"]


def test_wheels_are_for_all_pythons_and_are_tried_on_two() -> None:
    settings = toml("pyproject.toml")["tool"]["cibuildwheel"]
    assert settings["build"] == ["cp311-*", "cp313-android_*", "cp313-ios_*", "cp314-*"]
    assert "abi3-py311" in toml("Cargo.toml")["dependencies"]["pyo3"]["features"]
    assert settings["test-command"] == "python -m sdk.wheel_smoke"
    assert [path for path in settings["test-sources"] if not (SDK.parent / path).is_file()] == []


def test_the_oldest_compiler_named_is_not_newer_than_the_one_used() -> None:
    used = yaml.safe_load(WORKFLOW.read_text(encoding="utf-8"))["env"]["RUSTUP_TOOLCHAIN"]
    oldest = toml("Cargo.toml")["package"]["rust-version"]
    assert [int(part) for part in oldest.split(".")] <= [int(part) for part in used.split(".")]


def test_what_a_wheel_has_to_show_it_shows_here() -> None:
    spec = importlib.util.spec_from_file_location("wheel_smoke", Path(SDK) / "wheel_smoke.py")
    assert spec is not None
    assert spec.loader is not None
    smoke = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(smoke)
    smoke.main()
