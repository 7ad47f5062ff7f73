"""Scenarios: files of named steps that put the sandbox into a situation and see what comes of it."""
