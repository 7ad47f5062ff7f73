"""A reorganisation: the newest blocks give way to others."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

from etopay_sandbox_evm import Transaction, keccak256

from sandbox.services.chain.errors import ChainControlError
from sandbox.services.chain.evm import undo, views
from sandbox.services.chain.evm.blocks import delete_blocks_above
from sandbox.services.chain.evm.chain import EvmChain
from sandbox.services.chain.plans import read_switch, set_switch

Afterwards = Literal["pool", "vanish"]


def reorganise(
    chain: EvmChain, depth: int, afterwards: Afterwards, on_unwound: Callable[[int], None]
) -> list[str]:
    """Replaces `depth` blocks by as many empty ones; gives the hashes of the transactions that lost theirs.

    `on_unwound` is told the last block that stays, inside the transaction that stores all of it.
    """
    database = chain.database
    possible = undo.depth_kept(database)
    if not 1 <= depth <= possible:
        raise ChainControlError(
            f"A reorganisation of {depth} blocks is not possible. The chain can take back"
            f" {possible} of its newest blocks; block 1 holds the euro token and always stays."
        )
    head = chain.head().number
    stays = head - depth
    rows = database.all("SELECT raw FROM tx WHERE block > ? ORDER BY block, position", stays)
    orphans = [Transaction.decode(raw) for (raw,) in rows]
    try:
        with database.transaction():
            for number in range(head, stays, -1):
                undo.take_back(database, number)
            delete_blocks_above(database, stays)
            if afterwards == "pool":
                chain.pool.put_first(orphans)
            on_unwound(stays)
            _fill(chain, depth)
    finally:
        chain.reload()
    return [transaction.hash for transaction in orphans]


def _fill(chain: EvmChain, depth: int) -> None:
    forks = int(read_switch(chain.database, "forks") or 0) + 1
    set_switch(chain.database, "forks", str(forks))
    head = chain.head()
    # An empty block at the same second would have the same hash as before; the fork's number parts them.
    root = views.hex_data(keccak256(bytes.fromhex(head.state_root[2:]) + forks.to_bytes(8)))
    for _ in range(depth):
        chain.store_empty(chain.next_fields(head), root)
        head = chain.head()
        root = head.state_root
