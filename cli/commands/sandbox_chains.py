"""`etopay sandbox chains`: blocks, what waits, and what goes wrong on the local chains."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from cli.commands.sandbox_calls import ask, given, part, registrar, safe
from cli.options import DEFAULT_DATA, Data, Json, Url

chains = part("The local chains.", "etopay sandbox chains list")
_chains = registrar(chains)
Network = Annotated[str, typer.Argument(metavar="NETWORK", help="Key of the network, such as ETH.")]
Transaction = Annotated[str, typer.Argument(metavar="TX", help="Id of a transaction that waits.")]


class Mode(StrEnum):
    """When blocks are made."""

    INSTANT = "instant"
    INTERVAL = "interval"
    MANUAL = "manual"


class Outcome(StrEnum):
    """What the next transactions come to."""

    STUCK = "stuck"
    DROPPED = "dropped"
    REVERTED = "reverted"
    FAILED = "failed"
    DELAYED = "delayed"
    CONTENDED = "contended"


@_chains("list", "etopay sandbox chains list")
def list_chains(url: Url = None, data: Data = DEFAULT_DATA, as_json: Json = False) -> None:
    """List the chains: newest block, mining, what waits, plans."""
    ask((url, data, as_json), "GET", "chains")


@_chains("mining", "etopay sandbox chains mining ETH interval --seconds 12")
def mining(
    network: Network,
    mode: Annotated[Mode, typer.Argument(metavar="MODE", help="instant, interval or manual.")],
    seconds: Annotated[float | None, typer.Option("--seconds", help="For interval: between blocks.")] = None,
    url: Url = None,
    data: Data = DEFAULT_DATA,
    as_json: Json = False,
) -> None:
    """Say when EVM blocks are made."""
    body = given(mode=mode.value, seconds=seconds)
    ask((url, data, as_json), "PUT", f"chains/{safe(network)}/mining", body)


@_chains("mine", "etopay sandbox chains mine ETH --count 3")
def mine(
    network: Network,
    count: Annotated[int, typer.Option("--count", min=1, help="How many blocks.")] = 1,
    url: Url = None,
    data: Data = DEFAULT_DATA,
    as_json: Json = False,
) -> None:
    """Make EVM blocks of what waits."""
    ask((url, data, as_json), "POST", f"chains/{safe(network)}/blocks", {"count": count})


@_chains("reorg", "etopay sandbox chains reorg ETH --depth 2")
def reorg(
    network: Network,
    depth: Annotated[int, typer.Option("--depth", min=1, help="How many blocks give way.")] = 1,
    vanish: Annotated[bool, typer.Option("--vanish", help="Their transactions do not come back.")] = False,
    url: Url = None,
    data: Data = DEFAULT_DATA,
    as_json: Json = False,
) -> None:
    """Replace the newest EVM blocks by empty ones."""
    body = {"depth": depth, "transactions": "vanish" if vanish else "pool"}
    ask((url, data, as_json), "POST", f"chains/{safe(network)}/reorg", body)


@_chains("plan", "etopay sandbox chains plan ETH stuck --count 1")
def plan(
    network: Network,
    outcome: Annotated[Outcome, typer.Argument(metavar="OUTCOME", help="What they come to.")],
    count: Annotated[int, typer.Option("--count", min=1, help="How many transactions.")] = 1,
    sender: Annotated[str | None, typer.Option("--sender", help="Only from this address.")] = None,
    url: Url = None,
    data: Data = DEFAULT_DATA,
    as_json: Json = False,
) -> None:
    """Order what comes of the next transactions; on IOTA failed, delayed or contended."""
    body = given(outcome=outcome.value, count=count, sender=sender)
    ask((url, data, as_json), "POST", f"chains/{safe(network)}/plans", body)


@_chains("clear", "etopay sandbox chains clear ETH")
def clear(network: Network, url: Url = None, data: Data = DEFAULT_DATA, as_json: Json = False) -> None:
    """Forget all plans of a network."""
    ask((url, data, as_json), "DELETE", f"chains/{safe(network)}/plans")


@_chains("hold", "etopay sandbox chains hold ETH 0x…")
def hold(
    network: Network,
    transaction: Transaction,
    no: Annotated[bool, typer.Option("--no", help="Let it go again.")] = False,
    url: Url = None,
    data: Data = DEFAULT_DATA,
    as_json: Json = False,
) -> None:
    """Hold a waiting EVM transaction back."""
    path = f"chains/{safe(network)}/pool/{safe(transaction)}"
    ask((url, data, as_json), "PUT", path, {"held": not no})


@_chains("drop", "etopay sandbox chains drop ETH 0x…")
def drop(
    network: Network,
    transaction: Transaction,
    url: Url = None,
    data: Data = DEFAULT_DATA,
    as_json: Json = False,
) -> None:
    """Take a waiting EVM transaction out for good."""
    ask((url, data, as_json), "DELETE", f"chains/{safe(network)}/pool/{safe(transaction)}")


@_chains("release", "etopay sandbox chains release iota_rebased_testnet")
def release(network: Network, url: Url = None, data: Data = DEFAULT_DATA, as_json: Json = False) -> None:
    """Let the IOTA checkpoints come that were held back."""
    ask((url, data, as_json), "POST", f"chains/{safe(network)}/checkpoints/release")
