"""Calls of other programs, and events."""
