"""Declarations: annotations, constants, seeds, classes."""
