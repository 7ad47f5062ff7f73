"""What the backend keeps about a user: preferred network, addresses, existence."""
