"""The mail catcher: what the sandbox sends is kept and read here, and leaves the machine by no way."""
