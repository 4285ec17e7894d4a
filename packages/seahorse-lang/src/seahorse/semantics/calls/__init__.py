"""Calls: of functions, classes, methods, the prelude, and other programs."""
