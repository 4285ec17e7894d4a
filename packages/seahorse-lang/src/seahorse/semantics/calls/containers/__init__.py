"""Calls of containers that are lists underneath: bytearray, dict and set."""
