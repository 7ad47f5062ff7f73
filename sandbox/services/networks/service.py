"""The catalogue of networks: built in, with what a seed changed."""

import json
from dataclasses import dataclass

from pydantic import BaseModel, ConfigDict
from sqlalchemy import String, Text, select
from sqlalchemy.orm import Mapped, mapped_column

from sandbox.core.db import Base, Database, InstanceKeyRow
from sandbox.core.errors import NotFoundError
from sandbox.core.network import EvmCoin, EvmToken, IotaCoin, Network, ProtocolOf
from sandbox.core.ports import ChainNetwork, Chains


class NetworkOverrideRow(InstanceKeyRow, Base):
    """What a seed changed about a network."""

    __tablename__ = "network_overrides"
    key: Mapped[str] = mapped_column(String(60), primary_key=True)
    changes: Mapped[str] = mapped_column(Text)


class NetworkChanges(BaseModel):
    """What may be changed about a network; the rest follows from its chain."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    display_name: str | None = None
    display_symbol: str | None = None
    is_testnet: bool | None = None
    can_do_purchases: bool | None = None
    offered: bool | None = None


@dataclass(frozen=True)
class _Face:
    key: str
    name: str
    symbol: str
    coin_type: int
    is_testnet: bool


_FACES = (
    _Face("iota_rebased_testnet", "IOTA Testnet", "IOTA", 4218, True),
    _Face("iota_rebased_mainnet", "IOTA", "IOTA", 4218, False),
    _Face("ETH", "Ethereum", "ETH", 60, False),
    _Face("EURX", "Euro token", "EURX", 60, False),
)


class Networks:
    """Knows the networks on offer."""

    def __init__(self, db: Database, chains: Chains, public_url: str) -> None:
        self._db = db
        self._chains = chains
        self._base = public_url

    def all(self) -> list[Network]:
        """Return every network in the order shown to users."""
        changes = self._changes()
        faces = [face for face in _FACES if face.key in self._chains.networks]
        return [
            self._build(face, changes.get(face.key, NetworkChanges()))
            for face in faces
            if changes.get(face.key, NetworkChanges()).offered is not False
        ]

    def get(self, key: str) -> Network:
        """Return one network or raise NotFoundError."""
        for network in self.all():
            if network.key == key:
                return network
        known = ", ".join(network.key for network in self.all())
        raise NotFoundError(f"There is no network {key[:60]!r}. Known networks: {known}.")

    def change(self, key: str, changes: NetworkChanges) -> None:
        """Keep what a seed says about a network."""
        with self._db.write() as session:
            session.merge(
                NetworkOverrideRow(key=key, changes=json.dumps(changes.model_dump(exclude_none=True)))
            )

    def _changes(self) -> dict[str, NetworkChanges]:
        with self._db.read() as session:
            return {
                row.key: NetworkChanges.model_validate_json(row.changes)
                for row in session.scalars(select(NetworkOverrideRow))
            }

    def _build(self, face: _Face, changes: NetworkChanges) -> Network:
        chain = self._chains.networks[face.key]
        usable = {
            name: value
            for name, value in changes.model_dump().items()
            if name != "offered" and value is not None
        }
        network = Network(
            key=face.key,
            is_testnet=face.is_testnet,
            display_name=face.name,
            display_symbol=face.symbol,
            coin_type=face.coin_type,
            node_urls=[f"{self._base}{chain.node_path}"],
            decimals=chain.decimals,
            can_do_purchases=True,
            protocol=_protocol(chain),
            block_explorer_url=f"{self._base}/explorer/{face.key}",
        )
        return network.model_copy(update=usable)


def _protocol(chain: ChainNetwork) -> ProtocolOf:
    if chain.chain_id is None:
        return ProtocolOf(IotaRebased=IotaCoin())
    if chain.contract_address is None:
        return ProtocolOf(Evm=EvmCoin(chain_id=chain.chain_id))
    token = EvmToken(chain_id=chain.chain_id, contract_address=chain.contract_address)
    return ProtocolOf(EvmERC20=token)
