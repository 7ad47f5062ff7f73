"""Who is verified, by any provider (`/kyc/check-status`)."""
