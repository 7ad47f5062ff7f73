"""The app in a real desktop window on a screen that only exists in memory."""
