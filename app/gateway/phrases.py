"""Recovery phrases by BIP-39: the English word list, the checksum, and making one from entropy."""

from __future__ import annotations

import hashlib
from functools import cache
from importlib import resources

from app.core.errors import AppError, ErrorCode
from app.core.model import Mnemonic

_BITS_PER_WORD = 11
LENGTHS = (12, 15, 18, 21, 24)


@cache
def phrase_words() -> tuple[str, ...]:
    """The 2,048 words, sorted."""
    text = resources.files("app.gateway").joinpath("bip39_english.txt").read_text(encoding="ascii")
    return tuple(text.split())


@cache
def _numbers() -> dict[str, int]:
    return {word: number for number, word in enumerate(phrase_words())}


def make_phrase(entropy: bytes) -> Mnemonic:
    """The phrase of 16 to 32 bytes of entropy."""
    checksum_bits = len(entropy) // 4
    checksum = hashlib.sha256(entropy).digest()[0] >> (8 - checksum_bits)
    number = (int.from_bytes(entropy) << checksum_bits) | checksum
    count = (len(entropy) * 8 + checksum_bits) // _BITS_PER_WORD
    picks = [(number >> (_BITS_PER_WORD * place)) & 2047 for place in reversed(range(count))]
    return Mnemonic(" ".join(phrase_words()[pick] for pick in picks))


def check_phrase(phrase: Mnemonic) -> None:
    """Errors: PHRASE_WORD, PHRASE_LENGTH, PHRASE_CHECKSUM."""
    words = phrase.words()
    for position, word in enumerate(words, start=1):
        if word not in _numbers():
            raise AppError(ErrorCode.PHRASE_WORD, position=position, word=word)
    if len(words) not in LENGTHS:
        raise AppError(ErrorCode.PHRASE_LENGTH, count=len(words))
    number = 0
    for word in words:
        number = (number << _BITS_PER_WORD) | _numbers()[word]
    checksum_bits = len(words) // 3
    entropy = (number >> checksum_bits).to_bytes(checksum_bits * 4)
    if make_phrase(entropy).words() != words:
        raise AppError(ErrorCode.PHRASE_CHECKSUM)
