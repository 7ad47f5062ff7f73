"""Looks at the files that are handed in; keeps what they were, never what they show."""

import base64
import binascii
import hashlib
import io
import re
from dataclasses import asdict, dataclass

from PIL import Image, UnidentifiedImageError

from sandbox.core.errors import InvalidError
from sandbox.services.kyc.viviswap.schemas import FileIn

LARGEST_IMAGE = 10 * 1024 * 1024
LARGEST_VIDEO = 40 * 1024 * 1024
_MEDIA = {"JPEG": "image/jpeg", "PNG": "image/png", "WEBP": "image/webp"}
_SMALLEST_SIDE = 100
_MOST_PIXELS = 60_000_000
_NAME = re.compile(r"[^/\\\x00-\x1f\x7f]{1,200}")
_WEBM_START = b"\x1a\x45\xdf\xa3"


@dataclass(frozen=True)
class SeenFile:
    """What is remembered of a file."""

    kind: str
    filename: str
    media_type: str
    size: int
    sha256: str

    def as_json(self) -> dict[str, str | int]:
        """Return it for a JSON column."""
        return asdict(self)


def image(member: str, given: FileIn) -> SeenFile:
    """Accept a JPEG, PNG or WebP picture that can be read to its end."""
    content = _content(member, given, LARGEST_IMAGE)
    return _seen(member, given, content, _image_type(member, content))


def image_or_pdf(member: str, given: FileIn) -> SeenFile:
    """Accept a picture or a PDF file."""
    content = _content(member, given, LARGEST_IMAGE)
    if content.startswith(b"%PDF-"):
        if b"%%EOF" not in content[-1024:]:
            raise InvalidError(f"`{member}`: the PDF file is cut off.")
        return _seen(member, given, content, "application/pdf")
    return _seen(member, given, content, _image_type(member, content))


def video(member: str, given: FileIn) -> SeenFile:
    """Accept what begins like an MP4, QuickTime or WebM video."""
    content = _content(member, given, LARGEST_VIDEO)
    if content[4:8] == b"ftyp" and 8 < int.from_bytes(content[:4], "big") <= len(content):
        kind = "video/quicktime" if content[8:12] == b"qt  " else "video/mp4"
    elif content.startswith(_WEBM_START) and b"webm" in content[:64]:
        kind = "video/webm"
    else:
        raise InvalidError(f"`{member}`: this is no MP4 or WebM video.")
    return _seen(member, given, content, kind)


def _content(member: str, given: FileIn, largest: int) -> bytes:
    if not _NAME.fullmatch(given.filename):
        raise InvalidError(f"`{member}.filename`: give a file name of 1 to 200 characters, without a folder.")
    try:
        content = base64.b64decode(given.data, validate=True)
    except (binascii.Error, ValueError) as error:
        raise InvalidError(f"`{member}.data` is not base64 (the standard alphabet, padded).") from error
    if not content:
        raise InvalidError(f"`{member}`: the file is empty.")
    if len(content) > largest:
        raise InvalidError(f"`{member}`: the file may have {largest // 1024 // 1024} MB at most.")
    return content


def _image_type(member: str, content: bytes) -> str:
    unreadable = InvalidError(f"`{member}`: this is no picture that can be read (JPEG, PNG or WebP).")
    try:
        with Image.open(io.BytesIO(content), formats=tuple(_MEDIA)) as picture:
            width, height, form = picture.width, picture.height, picture.format or ""
            picture.verify()
    except (Image.DecompressionBombError, UnidentifiedImageError, OSError, ValueError, SyntaxError) as error:
        raise unreadable from error
    if width * height > _MOST_PIXELS:
        raise InvalidError(f"`{member}`: the picture has too many pixels.")
    if min(width, height) < _SMALLEST_SIDE:
        raise InvalidError(
            f"`{member}`: the picture has {width} × {height} pixels; each side needs {_SMALLEST_SIDE}."
        )
    try:
        with Image.open(io.BytesIO(content), formats=tuple(_MEDIA)) as picture:
            # JPEG can be read small, which is quick and still finds a file that is cut off.
            picture.draft("RGB", (_SMALLEST_SIDE, _SMALLEST_SIDE))
            picture.load()
    except (OSError, ValueError, SyntaxError) as error:
        raise unreadable from error
    return _MEDIA[form]


def _seen(member: str, given: FileIn, content: bytes, media_type: str) -> SeenFile:
    kind = member.rpartition(".")[2]
    return SeenFile(kind, given.filename, media_type, len(content), hashlib.sha256(content).hexdigest())
