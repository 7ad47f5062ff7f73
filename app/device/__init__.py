"""What the platform gives: clipboard, browser, secure storage, life cycle."""
