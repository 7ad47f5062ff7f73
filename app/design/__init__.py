"""The design system: look, base and components; it knows no models."""
