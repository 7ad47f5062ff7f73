"""What every sandbox service shares: settings, database, clock, errors, token check, events."""
