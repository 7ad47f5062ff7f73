"""Activity: everything that came and went."""

from app.features.activity.routes import routes

__all__ = ["routes"]
