"""Reading a recovery phrase that is typed or pasted."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

LENGTHS: Final = (12, 15, 18, 21, 24)
_NOT_A_WORD: Final = re.compile(r"[^a-z]+")


@dataclass(frozen=True, slots=True)
class PhraseInput:
    """Words so far; ``unfinished`` is the one being typed."""

    words: tuple[str, ...]
    unfinished: str

    @property
    def all_words(self) -> tuple[str, ...]:
        """With the one being typed."""
        return (*self.words, self.unfinished) if self.unfinished else self.words


def read_phrase(text: str) -> PhraseInput:
    """Take numbers, commas and line breaks as what stands between words."""
    lowered = text.lower()
    words = [word for word in _NOT_A_WORD.split(lowered) if word]
    typing = bool(words) and lowered[-1:].isalpha()
    return PhraseInput(tuple(words[:-1] if typing else words), words[-1] if typing else "")


def suggestions(known: Sequence[str], start: str, most: int = 4) -> tuple[str, ...]:
    """Words of the sorted list that begin like this."""
    if not start:
        return ()
    first = bisect_left(known, start)
    return tuple(word for word in known[first : first + most] if word.startswith(start))


def wrong_words(known: Sequence[str], given: PhraseInput) -> tuple[tuple[int, str], ...]:
    """Position (from 1) and word of all that are no recovery words; one being typed may still become one."""
    found = [(position, word) for position, word in enumerate(given.words, 1) if not _is_known(known, word)]
    last = given.unfinished
    if last and not suggestions(known, last, 1):
        found.append((len(given.words) + 1, last))
    return tuple(found)


def _is_known(known: Sequence[str], word: str) -> bool:
    at = bisect_left(known, word)
    return at < len(known) and known[at] == word
