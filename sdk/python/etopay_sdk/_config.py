"""Settings of one SDK object."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass, fields
from decimal import Decimal
from typing import Self

from etopay_sdk.exceptions import ValidationError


@dataclass(frozen=True)
class Config:
    """Where the services are and where the wallet is kept."""

    backend_url: str
    """Absolute URL with a path and without a slash at the end, such as `https://example.org/api`.

    `http://` is for this device only, see `allow_insecure_http`.
    """
    auth_provider: str
    """Name of the OAuth provider at the backend."""
    storage_path: str | os.PathLike[str]
    """Folder of the sealed wallets; created for this user only. Open in one object at a time."""
    log_level: str | int = "info"
    """`off`, `error`, `warn`, `info`, `debug` or `trace`, or a level of `logging` by name or number.

    Lines go to the logger `etopay_sdk`.
    """
    read_timeout: float = 30.0
    """Seconds until a call that only reads fails with NetworkTimeout."""
    send_timeout: float = 120.0
    """Seconds until a payment raises UncertainOutcome, while it goes on."""
    allow_insecure_http: bool = False
    """Dangerous: accept `http://` beyond this device, for backend and nodes.

    Whoever is on the way then reads the access token and the shares of the wallet, and can answer in the
    place of backend and nodes. For private test networks only, such as an Android emulator's `10.0.2.2`;
    addresses of this device (`localhost`, 127.0.0.0/8, ::1) need it not.
    """
    max_evm_fee: Decimal | str = Decimal(1)
    """The most a payment on an EVM chain may cost where its call has no `max_fee`, in the chain's own coin.

    Gas and price come from a node, which may lie. IOTA needs no such limit: its gas budget is fixed.
    """

    @classmethod
    def from_json(cls, text: str) -> Self:
        """Read a configuration as the crate spells it. Members that are not known are passed over."""
        try:
            data = json.loads(text)
            known = {entry.name: data[entry.name] for entry in fields(cls) if entry.name in data}
            return cls(**({"storage_path": "."} | known))
        except (TypeError, ValueError, KeyError):
            reason = "it is no JSON object with backend_url and auth_provider"
            raise ValidationError("invalid_config", {"field": "config", "reason": reason}) from None
