"""The exchange: euros into coins and back, with a bank account on one side (`/viviswap`)."""
