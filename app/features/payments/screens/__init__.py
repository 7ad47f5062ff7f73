"""Screens of sending."""
