"""Statements that are rewritten with plainer ones before the body is checked."""
