"""The networks on offer (`/config/networks`)."""
