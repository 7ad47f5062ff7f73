"""One screen for each stage of the onboarding."""
