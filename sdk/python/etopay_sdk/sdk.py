"""The class an application uses."""

from __future__ import annotations

import copy
import json
import os
from types import TracebackType
from typing import Self

from etopay_sdk import _native
from etopay_sdk._accounts import AccountCalls
from etopay_sdk._arguments import fee_in_config, level
from etopay_sdk._bridge import call
from etopay_sdk._config import Config
from etopay_sdk._kyc import KycCalls
from etopay_sdk._payments import PaymentCalls
from etopay_sdk._swaps import SwapCalls
from etopay_sdk._wallets import WalletCalls

SDK_VERSION = "0.16.1"
"""Version of the Rust crate `etopay-sdk` inside."""


class Sdk(AccountCalls, WalletCalls, PaymentCalls, KycCalls, SwapCalls):
    """A wallet folder and the services it works with. Use it as an async context manager.

    Creating it raises StorageInUse at once when the folder is open elsewhere. `device_key` is a secret
    of 16 to 64 bytes from the operating system's key store: with it, copied files alone cannot be
    opened by guessing the PIN.
    """

    def __init__(self, config: Config, *, device_key: bytes | None = None) -> None:
        settings = {
            **vars(config),
            "storage_path": os.fspath(config.storage_path),
            "log_level": level(config.log_level),
            "max_evm_fee": fee_in_config(config.max_evm_fee),
        }
        self._client = _native.Client(json.dumps(settings), device_key)

    def within(self, seconds: float) -> Self:
        """The same SDK for calls that may take this long: `await sdk.within(5).get_balance(pin)`.

        Takes the place of `read_timeout` and `send_timeout`; from 0.05 to 3600 seconds.
        """
        other = copy.copy(self)
        other._client = self._client.within(seconds)
        return other

    async def close(self) -> None:
        """Drop all secrets and release the folder. May be called more than once."""
        await call(self._client.close)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()


def get_build_info() -> str:
    """Describe the crate inside: version, build time, compiler."""
    return _native.build_info()


def check_mnemonic(phrase: str) -> None:
    """Raise ValidationError `invalid_mnemonic` unless this is a valid English phrase.

    `details` has `reason` (`word`, `length` or `checksum`) and, for a word, its 1-based `position`.
    """
    _native.check_mnemonic(phrase)


def mnemonic_words() -> tuple[str, ...]:
    """Return the 2048 words phrases are made of, in their order."""
    return tuple(_native.mnemonic_words())


def password_strength(password: str) -> int:
    """Return the score the SDK judges a password by: 0 to 4, accepted from 3 on."""
    return _native.password_strength(password)
