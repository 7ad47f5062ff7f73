"""Sending money, once and with a known end."""

from app.features.payments.routes import routes

__all__ = ["routes"]
