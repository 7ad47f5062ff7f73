"""The doors to the world: the ETOPay SDK, the identity provider and the in-memory demo."""
