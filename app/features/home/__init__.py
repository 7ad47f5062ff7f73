"""Home: balances, worth and the latest activity."""

from app.features.home.routes import routes

__all__ = ["routes"]
