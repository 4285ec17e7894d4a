"""A whole crate: its files, items, helpers, functions."""
