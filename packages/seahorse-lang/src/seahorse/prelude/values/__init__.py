"""Names of the prelude that are ordinary Python values: numbers, text, keys, classes."""
