"""The ETOPay services as one local process, for development and tests: not for real money."""
