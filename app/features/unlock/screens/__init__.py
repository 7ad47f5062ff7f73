"""The account chooser and the lock screen."""
