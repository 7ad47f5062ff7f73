"""Looks for known secrets in files, in every spelling a program might have given them."""

from __future__ import annotations

import base64
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path


def spellings(secret: bytes) -> set[bytes]:
    """Raw, hexadecimal, base64 in all alignments, UTF-16."""
    found = {secret, secret.hex().encode(), secret.hex().upper().encode()}
    for shift in range(3):
        padded = bytes(shift) + secret
        # Without the ends, which depend on the neighbours.
        body = slice(-(-shift * 8 // 6), len(padded) * 8 // 6)
        found |= {coded(padded)[body] for coded in (base64.b64encode, base64.urlsafe_b64encode)}
    try:
        text = secret.decode()
    except UnicodeDecodeError:
        return found
    return found | {text.encode("utf-16-le"), text.encode("utf-16-be")}


@dataclass
class Scanner:
    """Collects secrets; `hits` tells the files they are in."""

    needles: dict[bytes, str] = field(default_factory=dict)
    files: int = 0
    size: int = 0

    def add(self, name: str, secret: str | bytes) -> None:
        """Look for this, too. Short ones would be found by chance."""
        raw = secret.encode() if isinstance(secret, str) else secret
        assert len(raw) >= 12, name
        for spelling in spellings(raw):
            self.needles[spelling] = name

    def add_phrase(self, phrase: str) -> None:
        """A phrase: as a whole, and every four words in a row."""
        words = phrase.split()
        self.add("phrase", phrase)
        for place in range(len(words) - 3):
            self.add("words of the phrase", " ".join(words[place : place + 4]))

    def add_share(self, name: str, share: str) -> None:
        """A share of the crate: as it is written, and the bytes in it."""
        self.add(name, share)
        coded = share.rsplit("-", 1)[1]
        self.add(name, base64.b64decode(coded + "=" * (-len(coded) % 4)))

    def hits(self, *places: Path) -> list[str]:
        """File and kind of everything found, temporary files and logs included."""
        found = []
        for path in self._files(places):
            data = path.read_bytes()
            self.files += 1
            self.size += len(data)
            found += [f"{path.name}: {name}" for needle, name in self.needles.items() if needle in data]
        return found

    @staticmethod
    def _files(places: Iterable[Path]) -> Iterable[Path]:
        for place in places:
            yield from (path for path in place.rglob("*") if path.is_file())
