"""Expressions: one function for each syntax node."""
