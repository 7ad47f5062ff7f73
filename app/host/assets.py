"""One folder of assets for the client, which takes only one."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from app.core.assets import stage_assets
from app.core.brand import Brand


@contextmanager
def client_assets(brand: Brand) -> Iterator[Path]:
    """A private folder with what the brand shows; gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="etopay-assets-") as name:
        yield stage_assets(brand, Path(name) / "assets")
