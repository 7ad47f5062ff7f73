"""The command `etopay`: starts, tests and shows the product; imports neither the app nor the sandbox."""
