"""One database for all services."""
