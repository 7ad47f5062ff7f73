"""Helm, and what judges manifests by the types of Kubernetes: both built from their Go modules, once."""

import os
import shutil
import subprocess
from pathlib import Path

import platformdirs
import pytest

from tests.support.campaign import campaign

__all__ = ["campaign"]

HELM = "helm.sh/helm/v3/cmd/helm@v3.22.0"
BINARIES = Path(platformdirs.user_cache_dir("etopay")) / "helm-3.22.0"
STRICT = Path(__file__).parent / "strict"


def _go(*arguments: str, folder: Path | None = None) -> None:
    assert shutil.which("go"), "These tests build Helm, and need Go 1.26 or later."
    # One package at a time: more of them take more memory than small machines have.
    done = subprocess.run(
        ["go", *arguments],
        cwd=folder,
        env=os.environ | {"GOBIN": str(BINARIES), "GOFLAGS": "-p=1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]


@pytest.fixture(scope="session")
def helm():
    """The program, which is built at the first call: some minutes."""
    if not (BINARIES / "helm").is_file():
        _go("install", HELM)
    return BINARIES / "helm"


@pytest.fixture(scope="session")
def strict():
    """What refuses manifests with members that the API does not know."""
    _go("build", "-o", str(BINARIES / "strict"), ".", folder=STRICT)
    return BINARIES / "strict"
