"""Expressions: one function for each node of the tree, and the functions of the prelude."""
