"""Calls of the functions of a program: arguments, type parameters, functions inside functions."""
