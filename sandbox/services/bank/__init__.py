"""A bank for the sandbox: accounts, SEPA transfers by the calendar, returns (`/_sandbox/bank`)."""
