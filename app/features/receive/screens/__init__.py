"""Screens of receiving."""
