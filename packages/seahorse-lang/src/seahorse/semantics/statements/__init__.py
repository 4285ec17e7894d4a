"""Statements, assignments, comprehensions."""
