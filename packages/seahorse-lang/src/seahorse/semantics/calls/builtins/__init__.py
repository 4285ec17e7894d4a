"""Calls of functions of the language: those of the prelude and of Python."""
