"""Shared, observable state; each store is the only one that refreshes its data."""
