"""The exchange partner's identity check, step by step (`/viviswap/users`, `/viviswap/kyc`)."""
