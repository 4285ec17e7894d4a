"""Annotations that use names of Python's `typing`, and type parameters."""
