"""Screens of Home."""
