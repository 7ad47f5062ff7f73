"""The transactions of one network as far as they were read, page by page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from app.core.model import WalletTransaction

PAGE: Final = 50


@dataclass(frozen=True, slots=True)
class TransactionPages:
    """Newest first, without duplicates; ``more``: whether the network has older ones."""

    known: tuple[WalletTransaction, ...] = ()
    more: bool = False

    @property
    def oldest(self) -> datetime | None:
        """When the oldest known one happened."""
        return min((one.at for one in self.known if one.at), default=None)

    def with_newest(self, page: Sequence[WalletTransaction]) -> TransactionPages:
        """With the first page read anew; if it does not reach what is known, the gap is not papered over."""
        fresh = {one.tx_id: one for one in page}
        kept = [one for one in self.known if one.tx_id not in fresh]
        if len(page) < PAGE:
            return TransactionPages(tuple(fresh.values()), more=False)
        if len(kept) == len(self.known):
            return TransactionPages(tuple(fresh.values()), more=True)
        return TransactionPages((*fresh.values(), *kept), more=self.more or not kept)

    def with_older(self, page: Sequence[WalletTransaction]) -> TransactionPages:
        """With one more page at the end."""
        known = {one.tx_id for one in self.known}
        return TransactionPages(
            (*self.known, *(one for one in page if one.tx_id not in known)), more=len(page) >= PAGE
        )
