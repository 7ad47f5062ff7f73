"""The EVM node: real execution on revm, blocks and state in SQLite."""
