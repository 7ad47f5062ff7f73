"""One file per command of `etopay`."""
