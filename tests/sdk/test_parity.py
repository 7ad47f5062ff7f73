"""Every public call of the crate is bound, or is left out for a reason that is written down here."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from pathlib import Path

import platformdirs
import pytest
from etopay_sdk import SDK_VERSION, Sdk

ROOT = Path(__file__).resolve().parents[2]
FEATURES = {"postident", "viviswap-kyc", "viviswap-swap"}
# Under another name here.
ELSEWHERE = {"get_build_info": "etopay_sdk.get_build_info()"}
EXCLUDED = {
    "new": "the constructor, Sdk(config)",
    "set_config": "the config is given once: set again with the same folder, the crate hangs for ever",
}
METHOD = re.compile(r"^    pub (?:async )?fn (\w+)", re.MULTILINE)
NO_SOURCE = (
    "The source of the crate etopay-sdk cannot be found, so nothing says whether every call is bound: {}. "
    "It is there wherever the SDK was built. Install Rust (https://rustup.rs), run `cargo fetch` in sdk/, "
    "and run this test again."
)


def cargo() -> str:
    """The compiler's package manager: on PATH, or where a build without one has put its own."""
    own = Path(platformdirs.user_cache_dir("puccinialin")) / "cargo" / "bin"
    found = shutil.which("cargo") or shutil.which("cargo", path=str(own))
    if found is None:
        pytest.fail(NO_SOURCE.format("there is no cargo on this machine"))
    return found


def source() -> Path:
    """The folder of the crate at the pinned version."""
    command = [cargo(), "metadata", "--locked", "--format-version", "1", "--manifest-path", "sdk/Cargo.toml"]
    # What the build has fetched is enough; a machine that built elsewhere may fetch it now.
    for where in (["--offline"], []):
        asked = subprocess.run([*command, *where], cwd=ROOT, capture_output=True, text=True, check=False)
        if asked.returncode == 0:
            break
    if asked.returncode != 0:
        pytest.fail(NO_SOURCE.format(asked.stderr.strip().splitlines()[-1]))
    packages = json.loads(asked.stdout)["packages"]
    (crate,) = [package for package in packages if package["name"] == "etopay-sdk"]
    assert crate["version"] == SDK_VERSION
    return Path(crate["manifest_path"]).parent / "src"


def without_tests(text: str) -> str:
    """The part of a file before its tests, and without what is made for tests only."""
    text = re.sub(r"#\[cfg\(test\)\]\nimpl Sdk \{.*?\n\}\n", "", text, flags=re.DOTALL)
    text = re.sub(r"    #\[cfg\(test\)\]\n    pub (?:async )?fn .*?\n    \}\n", "", text, flags=re.DOTALL)
    return text.split("#[cfg(test)]\nmod ", 1)[0]


def upstream() -> set[str]:
    """Public methods in all blocks `impl Sdk`."""
    found: set[str] = set()
    for path in sorted((source() / "core").rglob("*.rs")):
        if "testing" in path.name:
            continue
        text = without_tests(path.read_text(encoding="utf-8"))
        for block in re.findall(r"^impl Sdk \{\n(.*?)^\}", text, flags=re.MULTILINE | re.DOTALL):
            found |= set(METHOD.findall(block))
    return found


def test_every_call_of_the_crate_is_bound_or_excluded() -> None:
    theirs = upstream()
    assert {"get_swap_list", "start_kyc_verification_for_postident", "create_wallet_backup"} <= theirs
    assert len(theirs) > 55, "the source is not read as it should be"
    ours = {name for name in dir(Sdk) if not name.startswith("_")}
    missing = theirs - ours - set(EXCLUDED) - set(ELSEWHERE)
    assert not missing, f"neither bound nor excluded with a reason: {sorted(missing)}"


def test_what_is_excluded_exists_and_is_not_bound() -> None:
    theirs = upstream()
    listed = set(EXCLUDED) | set(ELSEWHERE)
    assert listed <= theirs, f"the crate no longer has: {sorted(listed - theirs)}"
    assert not {name for name in EXCLUDED if hasattr(Sdk, name)}


def test_all_features_with_calls_are_built_in() -> None:
    manifest = (ROOT / "sdk" / "Cargo.toml").read_text(encoding="utf-8")
    (line,) = [line for line in manifest.splitlines() if line.startswith("etopay-sdk = ")]
    assert set(re.findall(r'"([a-z-]+)"', line.split("features", 1)[1])) == FEATURES
    theirs = (source().parent / "Cargo.toml").read_text(encoding="utf-8")
    section = theirs.split("[features]\n", 1)[1].split("\n[", 1)[0]
    known = set(re.findall(r"^([a-z_-]+) = ", section, flags=re.MULTILINE))
    assert known - FEATURES == {"default", "jammdb_repo", "server"}, "a feature nobody has looked at"
