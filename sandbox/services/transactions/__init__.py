"""Purchases: created, paid on a chain, forwarded to the receiver (`/transactions`)."""
