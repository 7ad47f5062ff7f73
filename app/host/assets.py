"""One folder of assets for the client: the app's own, and over it the brand's."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from app.core.brand import Brand

APP_ASSETS: Final = Path(__file__).resolve().parents[2] / "assets"


@contextmanager
def client_assets(brand: Brand) -> Iterator[Path]:
    """A private folder with copies, as the client takes only one folder; gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="etopay-assets-") as name:
        folder = Path(name) / "assets"
        for source in (APP_ASSETS, *(own / "assets" for own in reversed(brand.folders))):
            if source.is_dir():
                shutil.copytree(source, folder, dirs_exist_ok=True)
        yield folder
