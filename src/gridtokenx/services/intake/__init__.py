"""Readings on their way to the chain: taken in once, judged, and carried there exactly once."""
