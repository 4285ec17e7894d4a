"""Functions and methods of the prelude, by name."""
