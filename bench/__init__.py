"""Measured tables, with what they are measured against."""
