"""Workers: processes that serve sign-in and backend from a database whose chains and clock a keeper has."""
