"""JSON shapes of the calls that steer chains."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

Count = Annotated[int, Field(ge=1, le=1000)]
Outcome = Literal["stuck", "dropped", "reverted", "failed", "delayed", "contended"]


class _In(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class _Out(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class MiningIn(_In):
    """When EVM blocks are made; `seconds` goes with "interval" only."""

    mode: Literal["instant", "interval", "manual"]
    seconds: Annotated[float, Field(ge=0.05, le=86_400)] | None = None

    @model_validator(mode="after")
    def _only_an_interval_has_seconds(self) -> MiningIn:
        if (self.mode == "interval") != (self.seconds is not None):
            raise ValueError('give "seconds" with the mode "interval", and only with that')
        return self


class MiningOut(_Out):
    """When EVM blocks are made."""

    mode: Literal["instant", "interval", "manual"]
    seconds: float | None


class BlocksIn(_In):
    """How many blocks to make."""

    count: Count = 1


class BlocksOut(_Out):
    """The newest block."""

    number: int


class ReorgIn(_In):
    """How many of the newest blocks give way, and what becomes of their transactions."""

    depth: Annotated[int, Field(ge=1, le=1000)]
    transactions: Literal["pool", "vanish"] = "pool"


class ReorgOut(_Out):
    """The transactions that lost their block."""

    transactions: list[str]


class PlanIn(_In):
    """What the next transactions come to: on the EVM stuck, dropped or reverted; on IOTA failed, delayed
    or contended."""

    outcome: Outcome
    sender: Annotated[str, Field(max_length=100)] | None = None
    count: Count = 1


class PlanOut(_Out):
    """A plan that is not used up."""

    id: int
    outcome: Outcome
    sender: str | None
    remaining: int


class WaitingOut(_Out):
    """A transaction in the pool (on IOTA one without a checkpoint)."""

    tx_id: str
    sender: str
    note: str


class HeldIn(_In):
    """Whether a waiting transaction is held back."""

    held: bool


class ChainOut(_Out):
    """A network's chain and how it goes on."""

    network: str
    kind: Literal["evm", "iota", "external"]
    newest_block: int
    mining: MiningOut | None
    """None where blocks are not made by the sandbox, or with each transaction."""

    held_from: int | None
    """First checkpoint that is held back, None if none is."""

    waiting: list[WaitingOut]
    plans: list[PlanOut]


class ChainList(_Out):
    """All networks."""

    chains: list[ChainOut]
