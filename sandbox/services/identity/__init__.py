"""The identity provider: OpenID Connect with its own pages, and the Keycloak paths clients use."""
