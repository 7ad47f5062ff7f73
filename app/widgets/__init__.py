"""Composites that render models of the core."""
