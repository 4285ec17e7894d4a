"""The language itself: expressions, statements, functions."""
