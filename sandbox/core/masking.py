"""Takes secrets out of what the log of requests shows: passwords, tokens, codes, shares, phrases."""

import json
import re
from typing import Any
from urllib.parse import parse_qsl, quote, urlsplit, urlunsplit

HIDDEN = "•••"
_NAMES = re.compile(
    r"passw(or)?d|passphrase|mnemonic|phrase$|secret|(^|_)pin$|(^|_)share$|verifier|private_?key|cookie"
    r"|credential|assertion|(^|_)code$|^flow$|token(_hint)?$|(^|_)otp$"
)
"""Names of members and fields whose texts nobody shall read."""

_VALUES = re.compile(
    r"eyJ[\w-]{4,}\.[\w-]+\.[\w-]*|\bME-RS-[\w+/=,:-]+|-----BEGIN[^-]+-----[^-]+-----END[^-]+-----"
)
"""Texts that are secrets whatever they are called: JWTs, recovery shares, PEM keys."""


def mask_body(body: str, content_type: str) -> str:
    """Return a body without its secrets."""
    if "json" in content_type or body[:1] in {"{", "["}:
        try:
            return json.dumps(_mask(json.loads(body)), ensure_ascii=False)
        except ValueError:
            return mask_text(body)
    if "form-urlencoded" in content_type:
        return mask_query(body)
    return mask_text(body)


def mask_query(query: str) -> str:
    """Return a query or a form without its secrets."""
    pairs = parse_qsl(query, keep_blank_values=True)
    return "&".join(f"{quote(name)}={_masked_pair(name, value)}" for name, value in pairs)


def mask_url(url: str) -> str:
    """Return an address without the secrets in its query."""
    parts = urlsplit(url)
    return urlunsplit(parts._replace(query=mask_query(parts.query), fragment=""))


def mask_text(text: str) -> str:
    """Return a text without what is known to be a secret by its looks."""
    return _VALUES.sub(HIDDEN, text)


def _masked_pair(name: str, value: str) -> str:
    return HIDDEN if value and _NAMES.search(name.lower()) else quote(mask_text(value), safe="/:@,")


def _mask(value: Any, name: str = "") -> Any:
    if isinstance(value, dict):
        return {key: _mask(item, str(key)) for key, item in value.items()}
    if isinstance(value, list):
        return [_mask(item, name) for item in value]
    if not isinstance(value, str):
        return value
    return HIDDEN if value and _NAMES.search(name.lower()) else mask_text(value)
