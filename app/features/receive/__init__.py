"""Receiving: own addresses, and what arrives at them."""

from app.features.receive.routes import routes

__all__ = ["routes"]
