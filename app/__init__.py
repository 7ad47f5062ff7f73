"""The white-label wallet app, built on Flet and the ETOPay SDK."""
