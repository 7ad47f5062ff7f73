"""What all groups of calls share."""

from __future__ import annotations

from etopay_sdk._native import Client, Services


class Calls:
    """Holder of the native client; the groups of calls build on it."""

    _client: Client

    @property
    def _services(self) -> Services:
        """The calls about identity and swaps."""
        return self._client.services()
