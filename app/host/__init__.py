"""How the app is put on screen: desktop window or local web view, over a guarded channel."""
