"""Measures the sandbox, and a real Keycloak beside it."""
