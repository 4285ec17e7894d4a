"""What annotations say by names of Python's `typing`, and by type parameters."""
