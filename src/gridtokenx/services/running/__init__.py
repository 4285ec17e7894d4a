"""Processes: any roles in one, started with checked settings, ended cleanly."""
