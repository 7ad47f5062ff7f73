"""The version of this package: that of the Rust crate inside, and our own number after it."""

__version__ = "0.16.1.0"
