"""Screens of the activity."""
