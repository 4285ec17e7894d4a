"""The prelude under CPython, and values to bytes and back."""
