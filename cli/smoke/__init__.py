"""The product in a real browser: the kit, the first-user story and its pictures."""
