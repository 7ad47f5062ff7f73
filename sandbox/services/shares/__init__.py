"""Keeps a user's recovery and backup share, byte for byte."""
