"""Settings: the person, security, the app, legal texts, and leaving."""

from app.features.settings.routes import routes

__all__ = ["routes"]
