"""The network description the wallet reads, shared by the services that hand it out."""

from collections.abc import Callable
from typing import Any, Protocol

from pydantic import model_serializer

from sandbox.core.wire import Out


class IotaCoin(Out):
    """A coin on an IOTA Rebased network."""

    coin_type: str = "0x2::iota::IOTA"


class EvmCoin(Out):
    """The native coin of an EVM chain."""

    chain_id: int


class EvmToken(Out):
    """A token contract on an EVM chain."""

    chain_id: int
    contract_address: str


class ProtocolOf(Out):
    """Exactly one of the three protocols, written as a single-member object."""

    IotaRebased: IotaCoin | None = None
    Evm: EvmCoin | None = None
    EvmERC20: EvmToken | None = None

    @model_serializer(mode="wrap")
    def _only_the_one_set(self, handler: Callable[[Any], dict[str, Any]]) -> dict[str, Any]:
        return {name: value for name, value in handler(self).items() if value is not None}


class Network(Out):
    """One network as `GET /config/networks` lists it."""

    key: str
    is_testnet: bool
    display_name: str
    display_symbol: str
    coin_type: int
    node_urls: list[str]
    decimals: int
    can_do_purchases: bool
    protocol: ProtocolOf
    block_explorer_url: str


class NetworkCatalogue(Protocol):
    """Knows the networks on offer."""

    def all(self) -> list[Network]:
        """Return every network in the order shown to users."""
        ...

    def get(self, key: str) -> Network:
        """Return one network or raise NotFoundError."""
        ...
