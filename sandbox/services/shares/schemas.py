"""JSON shapes of the shares service."""

from typing import Annotated

from pydantic import ConfigDict, Field, StringConstraints

from sandbox.core.wire import In, Out

_FORM = r"^ME-RS-(N|AesGcm)-[A-Za-z0-9+/]+={0,2}$"
_ENCRYPTED = r"^ME-RS-AesGcm-[A-Za-z0-9+/]+={0,2}$"
Share = Annotated[str, StringConstraints(pattern=_FORM, max_length=64_000)]
EncryptedShare = Annotated[str, StringConstraints(pattern=_ENCRYPTED, max_length=64_000)]


class SharesIn(In):
    """Both shares; a backup share must be encrypted."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"backup_share": "ME-RS-AesGcm-AAAA", "recovery_share": "ME-RS-N-AAAA"}]
        }
    )
    backup_share: EncryptedShare = Field(repr=False)
    recovery_share: Share = Field(repr=False)


class ShareOut(Out):
    """One share."""

    share: str = Field(repr=False)
